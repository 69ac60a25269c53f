//! One direction of one connection, in all weathers.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until};

use super::Weather;

/// Bytes read at once.
const CHUNK: usize = 4 * 1024;
/// Chunks on their way; beyond, the sender waits.
const ON_THE_WAY: usize = 16;

/// A chunk, and when it arrives at the earliest.
type Chunk = (Instant, Vec<u8>);

/// Carries bytes until the sender ends (`Ok`) or something breaks. `flows` says whether this direction does.
pub(super) async fn pump(
    from: ReadHalf<'_>,
    to: WriteHalf<'_>,
    weather: watch::Receiver<Weather>,
    flows: fn(&Weather) -> bool,
) -> io::Result<()> {
    let (sender, receiver) = mpsc::channel(ON_THE_WAY);
    tokio::try_join!(read(from, sender, weather.clone()), write(to, receiver, weather, flows))?;
    Ok(())
}

async fn read(
    mut from: ReadHalf<'_>,
    chunks: mpsc::Sender<Chunk>,
    weather: watch::Receiver<Weather>,
) -> io::Result<()> {
    let mut last = Instant::now();
    loop {
        let mut chunk = vec![0; CHUNK];
        let length = from.read(&mut chunk).await?;
        if length == 0 {
            return Ok(());
        }
        chunk.truncate(length);
        let latency = weather.borrow().latency;
        // Later chunks do not overtake: TCP would not let them.
        last = last.max(Instant::now() + latency.mul_f64(rand::random::<f64>()));
        if chunks.send((last, chunk)).await.is_err() {
            return Ok(());
        }
    }
}

async fn write(
    mut to: WriteHalf<'_>,
    mut chunks: mpsc::Receiver<Chunk>,
    mut weather: watch::Receiver<Weather>,
    flows: fn(&Weather) -> bool,
) -> io::Result<()> {
    while let Some((due, chunk)) = chunks.recv().await {
        sleep_until(due).await;
        let mut rest = &chunk[..];
        while !rest.is_empty() {
            let Ok(now) = weather.wait_for(flows).await.map(|weather| *weather) else { return Ok(()) };
            let most = now.slice.map_or(rest.len(), |most| rand::random_range(1..=most)).min(rest.len());
            let (piece, later) = rest.split_at(most);
            to.write_all(piece).await?;
            rest = later;
            if let Some(rate) = now.rate {
                sleep(Duration::from_secs_f64(most as f64 / f64::from(rate))).await;
            }
        }
    }
    to.shutdown().await
}
