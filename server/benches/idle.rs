//! What a socket costs that does nothing: resident memory of the server, by 5,000 of them.
//! `cargo bench -p server --bench idle`. Linux; this process and the server need 5,000 file descriptors each.
//!
//! The defaults apply: so many sockets come from many addresses.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on ends")]

#[allow(dead_code, reason = "each benchmark uses its part")]
#[path = "support/figures.rs"]
mod figures;
#[allow(dead_code, reason = "each benchmark uses its part")]
#[path = "support/program.rs"]
mod program;

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use figures::Figures;
use program::{Program, Ws};

const SOCKETS: i64 = 5_000;
/// As many as one address may open at once.
const PER_ADDRESS: usize = 200;
/// KiB.
const LIMIT: f64 = 32.0;
/// Two rounds of pings: what a socket needs from time to time is then set aside.
const SETTLE: Duration = Duration::from_secs(32);

#[tokio::main]
async fn main() -> ExitCode {
    let program = Program::start(&[]).await;
    let server = program.address;
    // What the first of its kind needs is the server's.
    drop(Ws::enter(server, 1).await);
    let before = program.rss();
    let alive = Arc::new(AtomicUsize::new(0));
    for n in 0..SOCKETS as usize {
        let place = u8::try_from(2 + n / PER_ADDRESS).unwrap();
        let mut ws = Ws::enter(server, place).await;
        let alive = alive.clone();
        alive.fetch_add(1, Ordering::Relaxed);
        tokio::spawn(async move {
            ws.until("nothing begins so").await;
            alive.fetch_sub(1, Ordering::Relaxed);
        });
    }
    let at_once = program.rss();
    tokio::time::sleep(SETTLE).await;
    let settled = program.rss();
    let alive = alive.load(Ordering::Relaxed);
    program.end().await;

    let mut figures = Figures::default();
    let each = |rss: i64| (rss - before) as f64 / SOCKETS as f64;
    figures.tell("the server alone", &format!("{before} KiB"));
    figures.tell("an idle socket, just opened", &format!("{:.1} KiB", each(at_once)));
    figures.judge("sockets alive after two pings", &alive.to_string(), "all", alive == SOCKETS as usize);
    let figure = format!("{:.1} KiB", each(settled));
    figures.judge("an idle socket, after two pings", &figure, "at most 32 KiB", each(settled) <= LIMIT);
    figures.code()
}
