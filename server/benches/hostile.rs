//! What attackers cost the server: attacks 46, 47 and 49 of docs/threats.md, as far as no test can assert it.
//! `cargo bench -p server --bench hostile`. Linux.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on ends")]

#[allow(dead_code, reason = "each benchmark uses its part")]
#[path = "support/figures.rs"]
mod figures;
#[allow(dead_code, reason = "each benchmark uses its part")]
#[path = "support/program.rs"]
mod program;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use figures::{Figures, percentile};
use program::{Program, Ws};
use protocol::{History, Message, Request};
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// Sockets that do not read.
const STALLED: i64 = 50;
/// Messages that pass meanwhile.
const PASSED: usize = 4_000;
/// KiB a stalled socket may make the server grow by.
const STALLED_LIMIT: i64 = 256;
/// KiB a message of 64 MiB may make it grow by.
const HUGE_LIMIT: i64 = 1_024;
const FLOODS: usize = 20;
const FLOOD: usize = 10_000;
const OTHERS_LIMIT: Duration = Duration::from_millis(100);

#[tokio::main]
async fn main() -> ExitCode {
    let mut figures = Figures::default();
    stalled(&mut figures).await;
    huge(&mut figures).await;
    flooded(&mut figures).await;
    figures.code()
}

/// 46: sockets that stop reading while messages pass.
async fn stalled(figures: &mut Figures) {
    let program = Program::start(&["--rate-limit", "off"]).await;
    let mut speaker = Ws::enter(program.address, 1).await;
    // The server has done it once before it is measured.
    speak(&mut speaker, PASSED / 4).await;
    let mut readers = Vec::new();
    for _ in 0..STALLED {
        readers.push(Ws::enter(program.address, 2).await);
    }
    let before = program.rss();
    program.forget_peak();
    speak(&mut speaker, PASSED).await;
    let (peak, after) = (program.peak() - before, program.rss() - before);
    let mut cut = 0;
    for mut reader in readers {
        // What the kernel still holds comes first; nobody who reads is told to go.
        cut += i64::from(
            tokio::time::timeout(Duration::from_secs(5), reader.until("nothing begins so")).await.is_ok(),
        );
    }
    program.end().await;
    let messages = format!("{STALLED} sockets do not read while {PASSED} messages of 4,000 characters pass");
    figures.judge(&format!("{messages}: cut off"), &cut.to_string(), "all", cut == STALLED);
    let figure = format!("{} KiB", peak / STALLED);
    figures.judge(
        "growth by a stalled socket, at its highest",
        &figure,
        "at most 256 KiB",
        peak / STALLED <= STALLED_LIMIT,
    );
    figures.tell("growth by a stalled socket, afterwards", &format!("{} KiB", after / STALLED));
}

/// Says so many things, each after the answer to the one before.
async fn speak(speaker: &mut Ws, messages: usize) {
    let packet = format!("421{}", json!([Message::EVENT, "x".repeat(4_000)]));
    for _ in 0..messages {
        speaker.send(packet.clone()).await;
        assert!(speaker.until("431").await.unwrap().contains("ok"));
    }
}

/// 47: a message of 64 MiB, to a WebSocket and to a poll.
async fn huge(figures: &mut Figures) {
    let program = Program::start(&[]).await;
    let body = vec![b'a'; 64 << 20];
    let handshake = "connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
        sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    let host = format!("HTTP/1.1\r\nhost: {}\r\n", program.address);
    let frame = [&[0x81, 0xff][..], &(body.len() as u64).to_be_bytes(), &[0; 4]].concat();
    let upgrade = format!("GET /socket.io/?EIO=4&transport=websocket {host}{handshake}");
    let post = format!("POST /r/lobby {host}content-length: {}\r\n\r\n", body.len());
    let cases = [("WebSocket", upgrade, frame), ("form", post, Vec::new())];
    for (what, head, frame) in cases {
        // Once unmeasured: what the first of its kind needs is the server's.
        let mut grown = 0;
        for _ in 0..2 {
            let before = program.rss();
            program.forget_peak();
            let mut tcp = TcpStream::connect(program.address).await.unwrap();
            tcp.write_all(head.as_bytes()).await.unwrap();
            if !frame.is_empty() {
                // The answer to the handshake comes first.
                tcp.readable().await.unwrap();
                tcp.write_all(&frame).await.unwrap();
            }
            // The server hangs up somewhere in the middle.
            tcp.write_all(&body).await.ok();
            grown = program.peak() - before;
        }
        let figure = format!("{grown} KiB");
        figures.judge(
            &format!("growth by 64 MiB in one {what}"),
            &figure,
            "below 1,024 KiB",
            grown < HUGE_LIMIT,
        );
    }
    program.end().await;
}

/// 49: floods of events, and what somebody else waits for an answer meanwhile.
async fn flooded(figures: &mut Figures) {
    let program = Program::start(&[]).await;
    let server = program.address;
    let floods = tokio::spawn(async move {
        for n in 0..FLOODS {
            let mut ws = Ws::enter(server, u8::try_from(3 + n).unwrap()).await;
            for _ in 0..FLOOD {
                ws.send(format!("42{}", json!([History::EVENT, {}]))).await;
            }
            ws.until("nothing begins so").await;
        }
    });
    let mut times = Vec::new();
    let packet = format!("421{}", json!([History::EVENT, {}]));
    let mut others = 100;
    while !floods.is_finished() {
        // Of each socket no more than it may ask.
        let mut ws = Ws::enter(server, others).await;
        others += 1;
        for _ in 0..100 {
            let begun = Instant::now();
            ws.send(packet.clone()).await;
            assert!(ws.until("431").await.unwrap().contains("ok"));
            times.push(begun.elapsed());
        }
    }
    floods.await.unwrap();
    program.end().await;
    let p99 = percentile(&times, 99);
    let what = format!("{FLOODS} floods of {FLOOD} events are cut; {} answers to others, p99", times.len());
    let figure = format!("{:.1} ms", p99.as_secs_f64() * 1e3);
    figures.judge(&what, &figure, "below 100 ms", p99 < OTHERS_LIMIT);
}
