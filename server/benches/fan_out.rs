//! What a delivery costs the server: processor time by each notice that each of 300 and of 3,000 people hears, from one
//! sender, message by message and ten at once. Against npm's socket.io in the same run, which stores nothing.
//! `cargo bench -p server --bench fan_out`, or with `-- 300` for one size. Linux, Node.js and `npm ci`; rounds of both
//! take turns, so that a neighbour that changes its mind changes both.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on ends")]

#[allow(dead_code, reason = "each benchmark uses its part")]
#[path = "support/figures.rs"]
mod figures;
#[path = "support/listener.rs"]
mod listener;
#[allow(dead_code, reason = "each benchmark uses its part")]
#[path = "support/program.rs"]
mod program;

use std::net::SocketAddr;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{ExitCode, Stdio};
use std::sync::Arc;
use std::time::Duration;

use figures::{Figures, percentile};
use listener::{Heard, Outbox, crowd, frame};
use program::Program;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// People in the room.
const SIZES: [usize; 2] = [300, 3_000];
const ROUNDS: usize = 7;
/// Deliveries of one round, about.
const DELIVERIES: usize = 120_000;
const BURST: usize = 10;
/// Between a message that everybody has heard and the next.
const PAUSE: Duration = Duration::from_millis(2);
/// Descriptors of this process.
const DESCRIPTORS: u32 = 7_000;
/// Most of the peer's cost, in a room of [`SIZES`]' first: message by message, and ten at once.
const LIMITS: [f64; 2] = [0.75, 0.2];

/// A server under load.
struct Target {
    process: u32,
    address: SocketAddr,
    heard: Arc<Heard>,
    sender: Option<Outbox>,
}

fn main() -> ExitCode {
    if std::env::var_os("FAN_OUT_INSIDE").is_none() {
        let script = format!("ulimit -S -n {DESCRIPTORS} && exec \"$0\" \"$@\"");
        let this = std::env::current_exe().unwrap();
        let mut command = std::process::Command::new("sh");
        command.args(["-c", &script]).arg(this).args(std::env::args_os().skip(1)).env("FAN_OUT_INSIDE", "1");
        panic!("{}", command.exec());
    }
    tokio::runtime::Runtime::new().unwrap().block_on(measure())
}

async fn measure() -> ExitCode {
    let chosen: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let mut figures = Figures::default();
    for size in SIZES.into_iter().filter(|size| chosen.is_empty() || chosen.contains(size)) {
        let program = Program::start(&["--rate-limit", "off"]).await;
        let (peer, address) = peer().await;
        let mut ours = Target::new(program.id(), program.address);
        let mut theirs = Target::new(peer.id().unwrap(), address);
        for target in [&mut ours, &mut theirs] {
            target.sender = Some(crowd(target.address, size, &target.heard).await);
            // What the first of its kind needs is no part of the figures.
            target.round(size, BURST, 5).await;
        }
        for (burst, limit) in [1, BURST].into_iter().zip(LIMITS) {
            let mut rounds = Vec::new();
            for _ in 0..ROUNDS {
                let times = DELIVERIES.div_ceil(size * burst);
                rounds.push([ours.round(size, burst, times).await, theirs.round(size, burst, times).await]);
            }
            let ratios: Vec<_> = rounds.iter().map(|[ours, theirs]| ours / theirs).collect();
            let [ours, theirs] = [0, 1]
                .map(|which| percentile(&rounds.iter().map(|pair| pair[which]).collect::<Vec<_>>(), 50));
            let what = if burst == 1 {
                format!("{size} people, message by message")
            } else {
                format!("{size} people, {burst} messages at once")
            };
            figures.tell(&what, &format!("{ours:.2} µs a delivery; socket.io {theirs:.2} µs"));
            let each: Vec<_> = ratios.iter().map(|ratio| format!("{ratio:.2}")).collect();
            figures.tell("ratio of each round", &each.join(" "));
            let ratio = percentile(&ratios, 50);
            if size == SIZES[0] {
                figures.judge(
                    "ratio, median",
                    &format!("{ratio:.2}"),
                    &format!("at most {limit}"),
                    ratio <= limit,
                );
            } else {
                figures.tell("ratio, median", &format!("{ratio:.2}"));
            }
        }
        let faults = [ours.heard.faults(), theirs.heard.faults()];
        let figure = format!("{faults:?}");
        figures.judge(
            "out of order and cut off, ours and socket.io's",
            &figure,
            "none",
            faults == [(0, 0); 2],
        );
        program.end().await;
        drop(peer);
    }
    figures.code()
}

impl Target {
    fn new(process: u32, address: SocketAddr) -> Target {
        Target { process, address, heard: Arc::default(), sender: None }
    }

    /// Says `burst` things at once, `times` times, each time once everybody has heard the last ones; the server's
    /// processor time by delivery, in µs.
    async fn round(&mut self, size: usize, burst: usize, times: usize) -> f64 {
        let message = frame(
            r#"42["message","A mensagem de tamanho comum de uma conversa qualquer, nem curta nem longa."]"#,
        );
        let messages = message.repeat(burst);
        let before = processor_time(self.process);
        for _ in 0..times {
            self.heard.expect((size * burst) as u64);
            self.sender.as_ref().unwrap().send(messages.clone()).unwrap();
            self.heard.all().await;
            tokio::time::sleep(PAUSE).await;
        }
        (processor_time(self.process) - before) * 1e6 / (size * burst * times) as f64
    }
}

/// Seconds of processor time that a process has used, of all its threads.
fn processor_time(process: u32) -> f64 {
    /// Of `/proc/…/stat`, everywhere.
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let fields: Vec<_> = stat.rsplit(") ").next().unwrap().split(' ').collect();
    let ticks = |index: usize| fields[index].parse::<f64>().unwrap();
    (ticks(11) + ticks(12)) / TICKS_PER_SECOND
}

/// npm's socket.io, and where it listens.
async fn peer() -> (Child, SocketAddr) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/support/peer.mjs");
    let script = format!("ulimit -n {DESCRIPTORS} && exec node '{}'", script.display());
    let mut child =
        Command::new("sh").args(["-c", &script]).stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).await.unwrap();
    let address = line.trim().trim_start_matches("http://").parse();
    (child, address.unwrap_or_else(|_| panic!("npm ci first? {line:?}")))
}
