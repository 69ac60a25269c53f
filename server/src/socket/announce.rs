//! Tells rooms what has been committed: the only place that emits to more than one socket.
//!
//! One task for all rooms, so each room hears its events in the order of `seq`, and who comes or goes with an event
//! is in or out exactly there. What is told when is decided in `announce/publisher.rs`; the engine's sockets, to which
//! it is told, are behind `announce/audience.rs`.

mod audience;
mod publisher;
mod quiet;
mod receipts;

use std::time::{Duration, Instant};

use tokio::time::{MissedTickBehavior, interval};

use super::adapter::Io;
use crate::App;

pub use audience::{Audience, Engine};
pub use publisher::Publisher;

/// Announces until the store is closed.
pub async fn run(io: Io, app: App) {
    let (mut committed, mut wishes) = (app.store.committed(), app.subscriptions.queue());
    let mut endings = app.endings.queue();
    let mut whispers = app.whispers.queue();
    let tuning = app.config.tuning.clone();
    let (mut heads, mut relief) = (every(tuning.heads_every), every(tuning.overflow_every));
    let mut quiet = every(tuning.quiet_every);
    let engine = Engine::new(io, app.bindings, tuning.ending);
    let mut publisher =
        Publisher::new(engine, app.store, tuning, committed.heads().clone()).watching(app.presences);
    loop {
        tokio::select! {
            event = committed.next() => match event {
                Some(event) => publisher.publish(event, Instant::now()).await,
                None => break,
            },
            Some(wish) = wishes.recv() => publisher.enter(wish).await,
            Some(ending) = endings.recv() => publisher.end_session(ending),
            Some(whisper) = whispers.recv() => publisher.whisper(whisper, Instant::now()).await,
            _ = quiet.tick() => publisher.tell_quietly(Instant::now()).await,
            _ = heads.tick() => publisher.tell_heads(Instant::now()).await,
            _ = relief.tick() => publisher.relieve(Instant::now()),
        }
    }
}

fn every(period: Duration) -> tokio::time::Interval {
    let mut interval = interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}
