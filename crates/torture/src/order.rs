//! I12, below SQLite: no ack leaves before the sync of what it promises has returned.
//!
//! The server runs under `strace` for a moment; what it wrote to the WAL, when it synced it and when it sent which
//! ack stand in one sequence. Where `strace` is missing, or may not trace, this is left out and said so.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use chat::Key;
use protocol::{Message, MessageOptions};
use tokio::process::Command;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::host::Host;
use crate::steward::{Steward, arrive, key};

/// People who write at once, and messages of each.
const PEOPLE: usize = 8;
const MESSAGES: usize = 25;
/// Longest wait for the tracer's last line.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the trace shows.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Acks whose sync was seen to return before.
    pub in_order: usize,
    /// Keys whose ack left too early, or without a sync at all.
    pub early: Vec<String>,
}

/// Whether processes can be traced here; if not, why.
pub async fn is_possible() -> Result<()> {
    let output = Command::new("strace").args(["-D", "-o", "/dev/null", "true"]).output().await;
    let output = output.context("strace is not installed")?;
    if output.status.success() { Ok(()) } else { bail!("strace may not trace here") }
}

/// Traces a server while people write, and reads the trace.
pub async fn watch(binary: &Path, folder: &Path) -> Result<Seen> {
    let trace = folder.join("trace");
    let name = trace.to_str().context("a path that is a text")?;
    let mut host = Host::new(binary, folder);
    host.options = ["--rate-limit", "off"].map(str::to_owned).to_vec();
    // The tracer is the grandchild, so that signals to the child are the server's.
    let calls = "trace=pwrite64,pwritev,fdatasync,fsync,write,writev,sendto,sendmsg";
    let tracer = ["strace", "-D", "-f", "-y", "-xx", "-s", "8192", "-e", calls, "-o", name];
    host.prefix = tracer.map(str::to_owned).to_vec();
    host.start().await?;
    let url = format!("http://{}", host.upstream.borrow().context("the server is down")?);
    let mut people = JoinSet::new();
    for number in 0..PEOPLE {
        let person = arrive(&format!("p{number}"), &url).await?;
        people.spawn(async move {
            let steward = Steward::connect(&person);
            for number in 0..MESSAGES {
                let options = MessageOptions { key: Some(key()), ..MessageOptions::default() };
                let said = steward.insist(&Message { body: format!("mensagem {number}"), options }).await?;
                said.map_err(|problem| anyhow::anyhow!("{problem:?}"))?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(said) = people.join_next().await {
        said.context("a writer panicked")??;
    }
    host.terminate().await?;
    let begun = Instant::now();
    loop {
        let text = std::fs::read_to_string(&trace)?;
        if text.lines().last().is_some_and(|line| line.contains("+++ exited")) {
            return Ok(read(&text));
        }
        if begun.elapsed() > PATIENCE {
            bail!("the trace has no end");
        }
        sleep(Duration::from_millis(50)).await;
    }
}

/// A call of the trace that matters, by the lines it began and ended at.
#[derive(Debug, PartialEq, Eq)]
enum Call {
    /// Bytes for the WAL.
    Write { end: usize, hex: String },
    /// A sync of the WAL.
    Sync { begin: usize, end: usize },
    /// Bytes for a socket.
    Send { begin: usize, hex: String },
}

/// Reads a trace: for each ack, a sync of the WAL that began after the ack's key was written there has ended.
pub fn read(trace: &str) -> Seen {
    let calls = calls(trace);
    let mut seen = Seen::default();
    for call in &calls {
        let Call::Send { begin, hex } = call else { continue };
        for key in acked(hex) {
            let bytes = key.to_string().replace('-', "");
            let written = calls.iter().find_map(|call| match call {
                Call::Write { end, hex } if holds(hex, &bytes) => Some(*end),
                _ => None,
            });
            let synced = written.is_some_and(|written| {
                calls.iter().any(
                    |call| matches!(call, Call::Sync { begin: from, end } if *from > written && end < begin),
                )
            });
            if synced {
                seen.in_order += 1;
            } else {
                seen.early.push(key.to_string());
            }
        }
    }
    seen
}

/// `bytes` stand in `hex` at a byte's beginning.
fn holds(hex: &str, bytes: &str) -> bool {
    hex.match_indices(bytes).any(|(at, _)| at % 2 == 0)
}

/// The keys of the acks in what was sent: text frames of a server are not masked.
fn acked(hex: &str) -> Vec<Key> {
    let bytes: Vec<u8> =
        (0..hex.len() / 2).filter_map(|at| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).ok()).collect();
    let text = String::from_utf8_lossy(&bytes);
    let mut keys = Vec::new();
    for ack in text.split("[{\"ok\":").skip(1) {
        let ack = ack.split("}]").next().unwrap_or_default();
        let key = ack
            .split("\"key\":\"")
            .nth(1)
            .and_then(|rest| rest.get(..36))
            .and_then(|key| key.parse::<Key>().ok());
        // A second try's ack promises what the first one's did.
        keys.extend(key.filter(|_| !ack.contains("\"duplicate\":true")));
    }
    keys
}

fn calls(trace: &str) -> Vec<Call> {
    let mut calls = Vec::new();
    let mut open: Vec<(&str, usize, &str)> = Vec::new();
    for (at, line) in trace.lines().enumerate() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let rest = rest.trim_start();
        if let Some(call) = rest.strip_suffix("<unfinished ...>") {
            open.push((thread, at, call));
        } else if rest.starts_with("<... ") {
            if let Some(index) = open.iter().position(|(of, ..)| *of == thread) {
                let (_, begin, call) = open.remove(index);
                calls.extend(of(call, begin, at));
            }
        } else {
            calls.extend(of(rest, at, at));
        }
    }
    // One that never ended has sent its bytes all the same, perhaps.
    calls.extend(open.into_iter().filter_map(|(_, begin, call)| of(call, begin, usize::MAX)));
    calls
}

fn of(call: &str, begin: usize, end: usize) -> Option<Call> {
    let (name, arguments) = call.split_once('(')?;
    // What the descriptor is, escaped like everything else.
    let file = hex_of(arguments.split_once('<')?.1.split_once('>')?.0);
    let wal = holds(&file, &hex_of_text("chat.db-wal"));
    let socket = holds(&file, &hex_of_text("socket:"));
    match name {
        "fdatasync" | "fsync" if wal => Some(Call::Sync { begin, end }),
        "pwrite64" | "pwritev" | "write" if wal => Some(Call::Write { end, hex: hex(arguments) }),
        "write" | "writev" | "sendto" | "sendmsg" if socket => {
            Some(Call::Send { begin, hex: hex(arguments) })
        }
        _ => None,
    }
}

fn hex_of_text(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// The digits of a text that is written `\x4f\x69`.
fn hex_of(text: &str) -> String {
    text.split("\\x").filter(|byte| byte.len() == 2).collect()
}

/// The bytes of a call's texts, which stand in quotes.
fn hex(arguments: &str) -> String {
    arguments.split('"').skip(1).step_by(2).map(hex_of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0190b5a4-7e1c-7c3a-9f5e-3b1d2c4a5e6f";

    fn escaped(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("\\x{byte:02x}")).collect()
    }

    fn lines(order: [usize; 3]) -> String {
        let key: Key = KEY.parse().unwrap();
        let wal = escaped(b"/d/chat.db-wal");
        let write = format!("7 pwrite64(9<{wal}>, \"\\x00{}\\x01\", 18, 32) = 18", escaped(key.as_bytes()));
        let sync = format!("7 fdatasync(9<{wal}>) = 0");
        let ack = format!("430[{{\"ok\":{{\"seq\":1,\"key\":\"{KEY}\",\"duplicate\":false}}}}]");
        let socket = escaped(b"socket:[1]");
        let send = format!("8 sendto(5<{socket}>, \"{}\", 9, 0) = 9", escaped(ack.as_bytes()));
        let all = [write, sync, send];
        order.map(|at| all[at].clone()).join("\n")
    }

    #[test]
    fn an_ack_after_the_sync_of_its_write_is_in_order() {
        assert_eq!(read(&lines([0, 1, 2])), Seen { in_order: 1, early: Vec::new() });
    }

    #[test]
    fn an_ack_before_the_sync_or_after_the_sync_of_something_else_is_early() {
        for order in [[0, 2, 1], [1, 0, 2], [2, 0, 1]] {
            assert_eq!(read(&lines(order)).early, [KEY], "{order:?}");
        }
    }

    #[test]
    fn a_sync_that_had_not_returned_does_not_count() {
        let trace = lines([0, 1, 2]);
        let (sync, _) =
            trace.split_once("fdatasync(").and_then(|(_, rest)| rest.split_once(") = 0")).unwrap();
        let whole = format!("fdatasync({sync}) = 0");
        let trace = trace.replace(&whole, &format!("fdatasync({sync} <unfinished ...>"));
        let late = format!("{trace}\n7 <... fdatasync resumed>) = 0");
        assert_eq!((read(&trace).early.len(), read(&late).early.len()), (1, 1));
    }
}
