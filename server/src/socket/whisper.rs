//! What is told and not kept: it may get lost, and never delays an event.

use std::sync::{Arc, Mutex, PoisonError};

use chat::{MemberId, RoomId, Seq};
use protocol::view::{self, RoomKind};
use protocol::{Notified, OpenRoom, ReadUpTo, TypingNow};
use tokio::sync::mpsc;

/// Whispers that wait for the publisher.
const QUEUE: usize = 256;

/// Something to be told and forgotten.
#[derive(Clone, Debug)]
pub enum Whisper {
    /// How far a person has read, to the person's own sockets.
    Read(ReadUpTo),
    /// The same, to the room's others.
    Receipt {
        /// The room.
        room: RoomId,
        /// Who has read.
        member: MemberId,
        /// The last event read.
        seq: Seq,
    },
    /// What a person is notified of from now on, to the person's own sockets.
    Notified(MemberId, Notified),
    /// A public room was made, to everybody.
    Opened(OpenRoom),
    /// Somebody writes or has stopped, to the room's others.
    Typing {
        /// What is told.
        typing: TypingNow,
        /// Those who hear nothing of that person.
        deaf: Vec<MemberId>,
    },
}

/// The way to the publisher. Cloning it is cheap.
#[derive(Clone)]
pub struct Whispers {
    sender: mpsc::Sender<Whisper>,
    taken: Arc<Mutex<Option<mpsc::Receiver<Whisper>>>>,
}

impl Default for Whispers {
    fn default() -> Whispers {
        let (sender, queue) = mpsc::channel(QUEUE);
        Whispers { sender, taken: Arc::new(Mutex::new(Some(queue))) }
    }
}

impl Whispers {
    /// Tells it if there is room, and else not at all.
    pub(super) fn tell(&self, whisper: Whisper) {
        if self.sender.try_send(whisper).is_err() {
            tracing::debug!("a whisper was lost");
        }
    }

    /// Waits until there is room: for a person's own sockets, which would go on showing what is no longer so.
    pub(crate) async fn tell_surely(&self, whisper: Whisper) {
        // Without a publisher nobody is there to be told.
        self.sender.send(whisper).await.ok();
    }

    /// Tells everybody of a public room that was made with so many people.
    pub(crate) fn opened(&self, room: &view::Room, people: usize) {
        if room.kind == RoomKind::Public {
            let (id, name, topic) = (room.id.clone(), room.name.clone(), room.topic.clone());
            self.tell(Whisper::Opened(OpenRoom { id, name, topic, people: people as u64 }));
        }
    }

    /// The queue, for the publisher.
    ///
    /// # Panics
    /// If it was taken before.
    pub(super) fn queue(&self) -> mpsc::Receiver<Whisper> {
        let queue = self.taken.lock().unwrap_or_else(PoisonError::into_inner).take();
        queue.expect("invariant: one publisher takes the queue, once")
    }
}
