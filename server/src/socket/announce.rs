//! Tells rooms what has been committed: the only place that emits to more than one socket.
//!
//! One task for all rooms, so each room hears its events in the order of `seq`, and who comes or goes with an event
//! is in or out exactly there. What is told when is decided in `announce/publisher.rs`; the engine's sockets, to which
//! it is told, are behind `announce/audience.rs`.

mod audience;
mod publisher;
mod quiet;
mod receipts;
#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use chat::Event;
use tokio::time::{MissedTickBehavior, interval};

use super::adapter::Io;
use crate::App;
use crate::store::Committed;

pub use audience::{Audience, Engine, Told};
pub use publisher::Publisher;

/// Announces until the store is closed.
pub async fn run(io: Io, app: App) {
    let engine = Engine::new(io, app.bindings.clone(), app.config.tuning.ending);
    announce(engine, app).await;
}

async fn announce(audience: impl Audience, app: App) {
    let (committed, mut wishes) = (app.store.committed(), app.subscriptions.queue());
    let mut endings = app.endings.queue();
    let mut whispers = app.whispers.queue();
    let tuning = app.config.tuning.clone();
    let (mut heads, mut relief) = (every(tuning.heads_every), every(tuning.overflow_every));
    let mut quiet = every(tuning.quiet_every);
    let published = committed.heads().clone();
    let mut publisher = Publisher::new(audience, app.store, tuning, published).watching(app.presences);
    // Never given up for whatever else is ready: it may be reading what it is behind with.
    let mut events = Box::pin(next(committed));
    loop {
        tokio::select! {
            (batch, committed) = &mut events => {
                let Some(batch) = batch else { break };
                events.set(next(committed));
                publisher.publish(batch, Instant::now()).await;
            }
            Some(wish) = wishes.recv() => publisher.enter(wish).await,
            Some(ending) = endings.recv() => publisher.end_session(ending),
            Some(whisper) = whispers.recv() => publisher.whisper(whisper, Instant::now()).await,
            _ = quiet.tick() => publisher.tell_quietly(Instant::now()).await,
            _ = heads.tick() => publisher.tell_heads(Instant::now()).await,
            _ = relief.tick() => publisher.relieve(Instant::now()),
        }
    }
}

async fn next(mut committed: Committed) -> (Option<Vec<Event>>, Committed) {
    (committed.next().await, committed)
}

fn every(period: Duration) -> tokio::time::Interval {
    let mut interval = interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}
