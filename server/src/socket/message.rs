//! `message`: say something. What one client says at once is stored together, and so is heard together: a burst costs
//! one sync and one write to each who hears it.

use std::collections::VecDeque;

use protocol::{Message, Problem};

use super::answer::{Asked, answer};
use super::enter::Visit;
use crate::App;
use crate::stage::InHand;

/// Most messages that are stored together, by number and by the bytes of their requests.
const MOST: usize = 32;
const MOST_BYTES: usize = 64 * 1024;

/// Counts the message; an error if it comes too often.
pub(super) fn limit(app: &App, visit: &Visit, request: &Message) -> Result<(), Problem> {
    let room = request.options.room.clone().unwrap_or_default();
    app.limits.send(&visit.author, Some(&room), visit.slot.client.network())
}

/// Messages that are to be said together. They have been counted.
#[derive(Default)]
pub(super) struct Together {
    requests: Vec<Message>,
    asked: VecDeque<(Asked, InHand)>,
    bytes: usize,
}

impl Together {
    /// There is room for another one.
    pub(super) fn has_room(&self) -> bool {
        self.requests.len() < MOST && self.bytes < MOST_BYTES
    }

    /// What they have their author hear: of each the message and the answer.
    pub(super) fn packets(&self) -> usize {
        2 * self.requests.len()
    }

    /// Another one, which is taken in hand.
    pub(super) fn add(&mut self, request: Message, asked: Asked, in_hand: InHand) {
        self.bytes += asked.bytes;
        self.requests.push(request);
        self.asked.push_back((asked, in_hand));
    }

    /// Says them, and answers each in its turn.
    pub(super) async fn say(mut self, app: &App, visit: &Visit) {
        let bodies = tracing::enabled!(tracing::Level::DEBUG);
        let told = |request: &Message| (request.body.len(), bodies.then(|| request.body.clone()));
        let mut told: VecDeque<_> = self.requests.iter().map(told).collect();
        // Expected before they can be heard.
        let gate = &visit.slot.intake.gate;
        self.requests.iter().for_each(|_| gate.echo());
        let (connection, author) = (visit.slot.number, &visit.author.member.id);
        for said in app.rooms.say_all(&visit.author, self.requests).await {
            let (size, body) = told.pop_front().unwrap_or_default();
            match &said {
                Ok(said) => {
                    tracing::info!(room = %said.room, seq = said.seq, %author, size, connection, duplicate = said.duplicate, "message");
                    if let Some(body) = body {
                        tracing::debug!(room = %said.room, seq = said.seq, body, "message body");
                    }
                }
                Err(_) => gate.fetched(0, 0, 1),
            }
            if let Some((asked, _in_hand)) = self.asked.pop_front() {
                answer(asked, said, &visit.slot);
            }
        }
    }
}
