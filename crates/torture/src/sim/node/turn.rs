//! A turn of the server: what every connection asks next, or what the publisher tells.

use std::future::{Future, poll_fn};
use std::task::Poll;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use chat::Millis;
use protocol::{Heads, Hello, Notice, PerRoom, Problem, Refusal, view};
use server::session::Author;
use socketio_client::packet::Body;

use super::asked::Asked;
use super::life::Life;
use super::seat::{Arrival, ack};
use super::{LinkId, Node};
use crate::dice::Dice;
use crate::sim::hall::frame;

/// How long, of the machine's time, the publisher may take to read what the database has. It tries again once a second.
const STUCK: Duration = Duration::from_secs(2);

/// What is left to do after a turn.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::sim) struct Left {
    /// Requests or arrivals wait for another turn.
    pub(in crate::sim) turn: bool,
    /// The publisher has something to do.
    pub(in crate::sim) publish: bool,
}

impl Node {
    /// Every connection's next request, and arrivals as far as they come. Answers are in the hall.
    pub(in crate::sim) fn turn(&mut self) -> Result<Left> {
        let Some(life) = self.life.take() else { return Ok(Left::default()) };
        self.requests(&life);
        let done = self.arrivals(&life);
        self.life = Some(life);
        done.map(|()| Left { turn: self.has_work(), publish: true })
    }

    fn has_work(&self) -> bool {
        self.seats.values().any(|seat| seat.is_ready() || (seat.arrival.is_some() && !seat.wished))
    }

    fn requests(&mut self, life: &Life) {
        let mut writes = Vec::new();
        let mut reads = Vec::new();
        for (link, seat) in &mut self.seats {
            if seat.is_ready()
                && let Some((id, asked)) = seat.inbox.pop_front()
                && let Some(author) = seat.author.clone()
            {
                let list = if asked.only_writes() { &mut writes } else { &mut reads };
                list.push((*link, id, asked, author));
            }
        }
        // The order in which they come is the network's.
        shuffle(&mut writes, &mut self.dice);
        shuffle(&mut reads, &mut self.dice);
        let late = reads.split_off(self.dice.index(reads.len() + 1));
        reads.into_iter().for_each(|read| answer(life, vec![read]));
        answer(life, writes);
        late.into_iter().for_each(|read| answer(life, vec![read]));
    }

    fn arrivals(&mut self, life: &Life) -> Result<()> {
        for (link, seat) in &mut self.seats {
            if seat.wished {
                continue;
            }
            let Some(mut arrival) = seat.arrival.take() else { continue };
            match advance(life, &mut arrival) {
                None => {
                    seat.wished = true;
                    seat.arrival = Some(arrival);
                }
                Some(Ok(rooms)) => {
                    let who = seat.author.as_ref().context("an arrival of nobody")?;
                    greet(life, *link, who.member.clone().into(), rooms);
                    seat.greeted = true;
                }
                // As `greet.rs` does: who is banned is being told so, others are cut off and come again.
                Some(Err(problem)) if problem.code == Refusal::Banned => {}
                Some(Err(_)) => life.hall.cut(*link),
            }
        }
        Ok(())
    }

    /// The publisher tells what was committed, `most` things at most, and lets in who wishes to come in.
    pub(in crate::sim) fn publish(&mut self, now: Millis, most: u64) -> Result<Left> {
        let at = self.instant(now);
        let Some(mut life) = self.life.take() else { return Ok(Left::default()) };
        let all = tell(&mut life, at, most, &mut self.dice);
        if life.wishes.is_empty() {
            self.seats.values_mut().for_each(|seat| seat.wished = false);
        }
        self.life = Some(life);
        all.map(|all| Left { turn: self.has_work(), publish: !all })
    }

    /// The publisher's regular words.
    pub(in crate::sim) fn tell_heads(&mut self, now: Millis) {
        let at = self.instant(now);
        if let Some(Life { publisher, runtime, .. }) = &mut self.life {
            runtime.block_on(publisher.tell_heads(at));
        }
    }

    /// The publisher's look after full queues.
    pub(in crate::sim) fn relieve(&mut self, now: Millis) {
        let at = self.instant(now);
        if let Some(life) = &mut self.life {
            life.publisher.relieve(at);
        }
    }

    fn instant(&self, now: Millis) -> Instant {
        self.began + Duration::from_millis(u64::try_from(now - self.origin).unwrap_or(0))
    }
}

/// A request, whose it is and how it is answered.
type Open = (LinkId, Option<u64>, Asked, Author);

/// Carries out what may go on together, and answers.
fn answer(life: &Life, open: Vec<Open>) {
    let answers = life.run(async {
        let performed = open.into_iter().map(|(link, id, asked, author)| {
            let performed = asked.perform(life.rooms.clone(), author);
            async move { (link, id, performed.await) }
        });
        join_all(performed).await
    });
    for (link, id, answer) in answers {
        id.into_iter().for_each(|id| life.hall.push(link, ack(id, answer.clone())));
    }
}

/// Goes on with an arrival until it is there, or waits for the publisher.
fn advance(life: &Life, arrival: &mut Arrival) -> Option<Result<Vec<view::Room>, Problem>> {
    let wishes = life.wishes.len();
    life.run(poll_fn(|context| match arrival.as_mut().poll(context) {
        Poll::Ready(outcome) => Poll::Ready(Some(outcome)),
        Poll::Pending if life.wishes.len() > wishes => Poll::Ready(None),
        Poll::Pending => Poll::Pending,
    }))
}

/// As `greet.rs` does.
fn greet(life: &Life, link: LinkId, you: view::Member, rooms: Vec<view::Room>) {
    let epoch = life.store.epoch().to_owned();
    let heads: PerRoom<_> = rooms.iter().map(|room| (room.id.clone(), room.head)).collect();
    let (welcome, token) = (String::new(), None);
    let told = Heads { epoch: epoch.clone(), rooms: heads.clone() };
    let hello = Hello { v: protocol::VERSION, epoch, welcome, you, token, rooms, heads, blocked: Vec::new() };
    life.hall.push(link, notice(&hello));
    life.hall.push(link, notice(&told));
}

fn notice<N: Notice>(notice: &N) -> String {
    let args = vec![serde_json::to_value(notice).unwrap_or_default()];
    frame(Body::Event { name: N::EVENT.to_owned(), args, id: None })
}

/// Tells committed events and grants wishes, in any order between the two. True if that was all.
fn tell(life: &mut Life, at: Instant, most: u64, dice: &mut Dice) -> Result<bool> {
    let heads = life.heads()?;
    for _ in 0..most {
        let behind = heads.iter().any(|(room, head)| life.published.get(room).is_none_or(|told| told < head));
        let wished = !life.wishes.is_empty();
        let Life { committed, publisher, wishes, published, runtime, .. } = &mut *life;
        if wished && (!behind || dice.chance(50)) {
            if let Ok(wish) = wishes.try_recv() {
                runtime.block_on(publisher.enter(wish));
            }
        } else if behind {
            let next = async { tokio::time::timeout(STUCK, committed.next()).await };
            let events = runtime.block_on(next).context("the publisher waits for what is in the database")?;
            let events = events.context("the stream of committed events has ended")?;
            published.extend(events.iter().map(|event| (event.room.clone(), event.seq)));
            runtime.block_on(publisher.publish(events, at));
        } else {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Polls all of them until all are done, in their order: two requests of one batch stay in that order.
async fn join_all<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut open: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    poll_fn(|context| {
        for (future, outcome) in open.iter_mut().filter(|(_, outcome)| outcome.is_none()) {
            if let Poll::Ready(done) = future.as_mut().poll(context) {
                *outcome = Some(done);
            }
        }
        if open.iter().all(|(_, outcome)| outcome.is_some()) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    open.into_iter().filter_map(|(_, outcome)| outcome).collect()
}

fn shuffle<T>(items: &mut [T], dice: &mut Dice) {
    for last in (1..items.len()).rev() {
        items.swap(last, dice.index(last + 1));
    }
}
