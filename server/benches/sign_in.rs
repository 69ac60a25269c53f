//! What signing in costs, and what it tells: attacks 16 and 19 of docs/threats.md, as far as no test can assert it.
//! `cargo bench -p server --bench sign_in`. Linux.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on ends")]

#[allow(dead_code, reason = "each benchmark uses its part")]
#[path = "support/figures.rs"]
mod figures;
#[allow(dead_code, reason = "each benchmark uses its part")]
#[path = "support/program.rs"]
mod program;

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use figures::{Figures, percentile};
use program::{Program, Ws, post};
use protocol::{Message, Request};
use serde_json::json;

/// Tries of each kind.
const TRIES: usize = 200;
/// How far their medians may be from each other.
const TELLING: Duration = Duration::from_millis(5);
/// Sign-ins at once.
const AT_ONCE: usize = 100;
/// What a message may take meanwhile.
const CHAT_LIMIT: Duration = Duration::from_millis(200);

#[tokio::main]
async fn main() -> ExitCode {
    let mut figures = Figures::default();
    let program = Program::start(&["--rate-limit", "off"]).await;
    keep(program.address).await;
    compared(&mut figures, program.address).await;
    beside(&mut figures, program.address).await;
    program.end().await;
    figures.code()
}

/// 16: a known name with a wrong password, and a name that nobody has.
async fn compared(figures: &mut Figures, server: SocketAddr) {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for n in 0..=TRIES {
        for (name, times) in [("Ana", &mut known), ("Bia", &mut unknown)] {
            let begun = Instant::now();
            let answer = post(server, "/sign-in", "", &format!("name={name}&password=nao e esta")).await;
            assert!(answer.contains("wrong_password"), "{answer}");
            // The first of each is the server's own beginning.
            if n > 0 {
                times.push(begun.elapsed());
            }
        }
    }
    let (known, unknown) = (percentile(&known, 50), percentile(&unknown, 50));
    figures.tell("a wrong password, median", &ms(known));
    figures.tell("a name that nobody has, median", &ms(unknown));
    let apart = known.abs_diff(unknown);
    figures.judge("difference of the medians", &ms(apart), "at most 5 ms", apart <= TELLING);
}

/// 19: a hundred sign-ins at once, and what a message takes meanwhile.
async fn beside(figures: &mut Figures, server: SocketAddr) {
    let mut ws = Ws::enter(server, 1).await;
    let begun = Instant::now();
    let signing_in: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            tokio::spawn(async move { post(server, "/sign-in", "", "name=Ana&password=uma senha boa").await })
        })
        .collect();
    let packet = format!("421{}", json!([Message::EVENT, "oi"]));
    let mut times = Vec::new();
    while signing_in.iter().any(|one| !one.is_finished()) {
        let begun = Instant::now();
        ws.send(packet.clone()).await;
        assert!(ws.until("431").await.unwrap().contains("ok"));
        times.push(begun.elapsed());
    }
    let all = begun.elapsed();
    for one in signing_in {
        let answer = one.await.unwrap();
        assert!(answer.contains("303"), "{answer}");
    }
    figures.tell(&format!("{AT_ONCE} sign-ins at once, all done"), &ms(all));
    let p99 = percentile(&times, 99);
    let what = format!("{} messages meanwhile, p99", times.len());
    figures.judge(&what, &ms(p99), "below 200 ms", p99 < CHAT_LIMIT);
}

/// Somebody called Ana keeps the name.
async fn keep(server: SocketAddr) {
    let named = post(server, "/name", "", "name=Ana").await;
    let cookie = named.split("set-cookie: ").nth(1).unwrap().split(';').next().unwrap().to_owned();
    let kept = post(server, "/account/keep", &cookie, "password=uma senha boa").await;
    assert!(kept.contains("done=kept"), "{kept}");
}

fn ms(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}
