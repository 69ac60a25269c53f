//! The server from outside: one test binary, a server of its own for each test, on a port of its own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails, in its helpers too")]

mod admin;
mod answers;
mod attacks;
mod authorization;
mod backup;
mod blocks;
mod burdens;
mod carriers;
mod client;
mod clocks;
mod closing;
mod consent;
mod contract;
mod cookies;
mod dotenv;
mod errors;
mod exhaustion;
mod files;
mod forms;
mod goodbye;
mod handshake;
mod http;
mod invites;
mod languages;
mod limits;
mod listed;
mod logs;
mod moderation;
#[cfg(unix)]
mod modes;
mod names;
#[cfg(unix)]
mod operator;
mod owner;
mod passwords;
mod plain_pages;
mod polling;
mod presence;
mod pressure;
mod program;
mod proxies;
mod reader;
mod reading;
mod references;
mod refusals;
mod refused;
mod restart;
mod restores;
mod rooms;
mod server;
mod sessions;
mod settings;
mod text;
mod tidy;
mod traps;
mod truth;
mod turns;
mod typing;
mod unread;
mod words;
mod ws;

use std::future::Future;
use std::time::Duration;

/// Longest wait for anything that must happen. Generous: it only bounds a failing test.
const DEADLINE: Duration = Duration::from_secs(20);

/// What `future` yields, or a failed test that says what was awaited.
async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(DEADLINE, future).await {
        Ok(value) => value,
        Err(_) => panic!("{what}: did not happen in time"),
    }
}

/// Waits until `holds`; for states that announce themselves in no other way.
async fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let mut looks = tokio::time::interval(Duration::from_millis(5));
    within(what, async {
        while !holds() {
            looks.tick().await;
        }
    })
    .await;
}
