//! How soon the sockets of a session that has ended are closed: attacks 12 and 13 of docs/threats.md, and
//! bans, as far as no test can assert it. `cargo bench -p server --bench endings`. Linux.

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

use figures::Figures;
use program::{Program, Ws, post};
use protocol::{Ban, Message, Request};
use serde_json::{Value, json};

/// People whose sessions end, for each way.
const PEOPLE: usize = 20;
/// Sockets of each.
const SOCKETS: usize = 3;
/// Others who are here and hear everything.
const OTHERS: usize = 200;
/// How often somebody speaks meanwhile.
const EVERY: Duration = Duration::from_millis(10);
/// What it may take until the last socket is closed.
const LIMIT: Duration = Duration::from_secs(1);

const PASSWORD: &str = "uma senha boa";

#[tokio::main]
async fn main() -> ExitCode {
    let mut figures = Figures::default();
    let program = Program::start(&["--rate-limit", "off"]).await;
    let server = program.address;
    let keeper = newcomer(server, "Keeper").await;
    program.appoint("Keeper", "moderator").await;
    let talk: Vec<_> = (0..OTHERS).map(|_| tokio::spawn(listens(server))).collect();
    let talks = tokio::spawn(talks(server));
    let mut slowest = [Duration::ZERO; 3];
    for n in 0..PEOPLE {
        let all = [signed_out(server, n).await, changed(server, n).await, banned(server, &keeper, n).await];
        for (slowest, time) in slowest.iter_mut().zip(all) {
            *slowest = time.max(*slowest);
        }
    }
    for (way, time) in ["sign-out", "password change", "ban"].iter().zip(slowest) {
        let what = format!("{way}, until the last of {SOCKETS} sockets is closed, slowest of {PEOPLE}");
        figures.judge(&what, &format!("{:.1} ms", time.as_secs_f64() * 1e3), "within 1 s", time < LIMIT);
    }
    talks.abort();
    talk.iter().for_each(tokio::task::JoinHandle::abort);
    program.end().await;
    figures.code()
}

/// Somebody new; the cookie.
async fn newcomer(server: SocketAddr, name: &str) -> String {
    cookie(&post(server, "/name", "", &format!("name={name}")).await)
}

fn cookie(answer: &str) -> String {
    answer.split("set-cookie: ").nth(1).unwrap().split(';').next().unwrap().to_owned()
}

async fn sockets(server: SocketAddr, cookie: &str) -> Vec<Ws> {
    let mut sockets = Vec::new();
    for _ in 0..SOCKETS {
        sockets.push(Ws::enter_as(server, cookie).await.0);
    }
    sockets
}

/// All of them have been told that it is over, and are closed.
async fn closed(sockets: Vec<Ws>, begun: Instant) -> Duration {
    for mut socket in sockets {
        assert!(socket.until("42[\"ended\"").await.is_some(), "closed without a word");
        while socket.until("").await.is_some() {}
    }
    begun.elapsed()
}

async fn signed_out(server: SocketAddr, n: usize) -> Duration {
    let cookie = newcomer(server, &format!("Out{n}")).await;
    let sockets = sockets(server, &cookie).await;
    let begun = Instant::now();
    let (answer, took) = tokio::join!(post(server, "/sign-out", &cookie, ""), closed(sockets, begun));
    assert!(answer.contains("303"), "{answer}");
    took
}

/// The sockets are those of another device. The hash of the new password is part of it.
async fn changed(server: SocketAddr, n: usize) -> Duration {
    let name = format!("Changed{n}");
    let first = newcomer(server, &name).await;
    let first = cookie(&post(server, "/account/keep", &first, &format!("password={PASSWORD}")).await);
    let other = cookie(&post(server, "/sign-in", "", &format!("name={name}&password={PASSWORD}")).await);
    let sockets = sockets(server, &other).await;
    let form = format!("today={PASSWORD}&password=outra senha boa&password_again=outra senha boa");
    let begun = Instant::now();
    let (answer, took) =
        tokio::join!(post(server, "/account/password", &first, &form), closed(sockets, begun));
    assert!(answer.contains("303"), "{answer}");
    took
}

async fn banned(server: SocketAddr, keeper: &str, n: usize) -> Duration {
    let cookie = newcomer(server, &format!("Banned{n}")).await;
    let (one, hello) = Ws::enter_as(server, &cookie).await;
    let hello: Value = serde_json::from_str(&hello[2..]).unwrap();
    let member = &hello[1]["you"]["id"];
    let mut sockets = sockets(server, &cookie).await;
    sockets.push(one);
    // A new one each time: who does not read is cut off.
    let (mut keeper, _) = Ws::enter_as(server, keeper).await;
    let ban = |on: bool| format!("421{}", json!([Ban::EVENT, { "member": member, "on": on }]));
    let begun = Instant::now();
    keeper.send(ban(true)).await;
    let answer = async {
        let answer = keeper.until("431").await.unwrap();
        assert!(answer.contains("ok"), "{answer}");
    };
    let ((), took) = tokio::join!(answer, closed(sockets, begun));
    // The next ones come from the same address.
    keeper.send(ban(false)).await;
    assert!(keeper.until("431").await.unwrap().contains("ok"));
    took
}

async fn listens(server: SocketAddr) {
    let mut ws = Ws::enter(server, 1).await;
    while ws.until("").await.is_some() {}
}

async fn talks(server: SocketAddr) {
    let mut ws = Ws::enter(server, 2).await;
    let packet = format!("421{}", json!([Message::EVENT, "oi"]));
    let mut tick = tokio::time::interval(EVERY);
    loop {
        tick.tick().await;
        ws.send(packet.clone()).await;
        ws.until("431").await;
    }
}
