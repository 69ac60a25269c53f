//! Group commit: durable answers with 64 senders at once, against one sender whose every message is a sync of its
//! own. `cargo bench -p server --bench commit`.
//!
//! Rounds of both take turns, so that a disk or a neighbour that changes its mind changes both.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on ends")]

#[allow(dead_code, reason = "each benchmark uses its part")]
#[path = "support/figures.rs"]
mod figures;

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use figures::{Figures, folder, percentile};
use protocol::{Message, MessageOptions};
use server::config::Switch;
use server::session::Author;
use server::{App, Config, Server};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

const ROUNDS: usize = 9;
const SENDERS: usize = 64;
/// Messages of one round, one by one.
const ALONE: usize = 500;
/// Messages of one round, together.
const TOGETHER: usize = 10_000;
const ASKED: f64 = 10.0;

#[tokio::main]
async fn main() -> ExitCode {
    let folder = folder("commit");
    let mut config = Config::new(&folder);
    config.rate_limit = Switch::Off;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server::new(config).await.unwrap();
    let (app, stop) = (server.app().clone(), CancellationToken::new());
    let running = tokio::spawn(server.run(listener, stop.clone().cancelled_owned()));

    let authors: Vec<_> = (0..SENDERS).map(|_| app.sessions.passing()).collect();
    // People are saved with their first words, which is no part of the figures.
    rate(&app, &authors, SENDERS * 4).await;
    let (mut alone, mut together, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let one = rate(&app, &authors[..1], ALONE).await;
        let many = rate(&app, &authors, TOGETHER).await;
        alone.push(one);
        together.push(many);
        ratios.push(many / one);
    }
    stop.cancel();
    running.await.unwrap().unwrap();
    std::fs::remove_dir_all(folder).unwrap();

    let mut figures = Figures::default();
    let rounds: Vec<_> = ratios.iter().map(|ratio| format!("{ratio:.1}")).collect();
    figures.tell("one by one, a sync each", &format!("{:.0} messages/s", percentile(&alone, 50)));
    figures.tell("64 senders at once", &format!("{:.0} messages/s", percentile(&together, 50)));
    figures.tell("ratio of each round", &rounds.join(" "));
    let ratio = percentile(&ratios, 50);
    figures.judge("ratio, median", &format!("{ratio:.1}"), "at least 10", ratio >= ASKED);
    figures.code()
}

/// Durable answers per second: each of `authors` says the next thing once the last one is answered.
async fn rate(app: &App, authors: &[Author], messages: usize) -> f64 {
    let left = Arc::new(AtomicUsize::new(messages));
    let begun = Instant::now();
    let senders: Vec<_> =
        authors.iter().map(|author| tokio::spawn(send(app.clone(), author.clone(), left.clone()))).collect();
    for sender in senders {
        sender.await.unwrap();
    }
    messages as f64 / begun.elapsed().as_secs_f64()
}

async fn send(app: App, author: Author, left: Arc<AtomicUsize>) {
    while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok() {
        let body = "A mensagem de tamanho comum de uma conversa qualquer, nem curta nem longa.".to_owned();
        app.rooms.say(&author, Message { body, options: MessageOptions::default() }).await.unwrap();
    }
}
