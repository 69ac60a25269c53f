//! What is told to whom and when: it also sends `heads`, which show a lost tail, and ends the connections that do not
//! read, because a full queue would lose events in silence. It looks at no clock and at no socket.

use std::collections::{BTreeMap, HashMap};
use std::time::Instant;

use chat::{Change, Event, MemberId, RoomId, Seq};
use protocol::notice::EndCode;
use protocol::{Heads, Notice, PerRoom, Refusal, RoomEvent};

use super::Audience;
use super::quiet::Quiet;
use crate::config::Tuning;
#[cfg(feature = "plant")]
use crate::plant::{Bug, planted};
use crate::socket::channel::{self, Whose};
use crate::socket::endings::Ending;
use crate::socket::subscribe::Enter;
use crate::store::{Stop, Store};

/// The one who announces.
pub struct Publisher<A> {
    pub(super) audience: A,
    store: Store,
    tuning: Tuning,
    /// The last `seq` announced, of every room.
    published: HashMap<RoomId, Seq>,
    /// In an order of its own, so that a simulated run can be repeated.
    rooms: BTreeMap<RoomId, Live>,
    pub(super) quiet: Quiet,
}

/// A room in which something has happened lately.
struct Live {
    head: Seq,
    last: Instant,
    overflowed: bool,
    relieved: Option<Instant>,
}

impl<A: Audience> Publisher<A> {
    /// One who has announced each room's log up to `published`.
    pub fn new(audience: A, store: Store, tuning: Tuning, published: HashMap<RoomId, Seq>) -> Publisher<A> {
        Publisher { audience, store, tuning, published, rooms: BTreeMap::new(), quiet: Quiet::default() }
    }

    /// Tells a room what has happened in it: the event after the last one told.
    pub async fn publish(&mut self, event: Event, now: Instant) {
        let Event { room, seq, change, .. } = event.clone();
        let heard = channel::of_room(&room);
        if let Change::Joined { who, .. } = &change {
            self.audience.join(channel::of_reader(&who.id), heard.clone()).await;
            self.quiet.presences.join(&who.id, &room);
        }
        let full = match RoomEvent(event).into_notice() {
            Some((name, arguments)) => self.audience.emit(heard.clone(), name, &arguments).await,
            None => false,
        };
        self.published.insert(room.clone(), seq);
        let (first, place) = (room.as_str() == chat::LOBBY, room.clone());
        let live = self.rooms.entry(room).or_insert_with(|| Live {
            head: 0,
            last: now,
            overflowed: false,
            relieved: None,
        });
        (live.head, live.last) = (seq, now);
        if full {
            live.overflowed = true;
            self.relieve(now);
        }
        match change {
            Change::Left { who, .. } | Change::Kicked { who, .. } => self.take_out(&who, &place).await,
            Change::Banned { who, on: true, .. } => {
                self.take_out(&who, &place).await;
                // A ban is told in the default room first.
                if first {
                    self.end(&who, EndCode::Banned);
                }
            }
            // The account's end is told in the default room first, too; it is left by nobody, the others with `left`.
            Change::AccountDeleted { who, .. } if first => {
                self.take_out(&who, &place).await;
                self.end(&who, EndCode::SignedOut);
            }
            _ => {}
        }
    }

    /// A person is not in the room any longer, and hears nothing more of it.
    async fn take_out(&self, who: &MemberId, room: &RoomId) {
        self.audience.leave(channel::of_person(who), channel::of_room(room)).await;
        self.quiet.presences.leave(who, room);
    }

    /// Puts a person's sockets into the person's rooms as of now. A room whose `joined` is still to be announced is
    /// entered with it.
    pub async fn enter(&mut self, Enter { member, tell, done }: Enter) {
        let entered = match self.store.rooms_of(&member).await {
            Ok(rooms) => {
                let mut heads = PerRoom::default();
                for room in rooms {
                    let published = self.published.get(&room.id).copied().unwrap_or(0);
                    if room.since == 0 || room.since < published {
                        let lobby = room.id.as_str() == chat::LOBBY;
                        let whose =
                            if lobby { channel::of_person(&member) } else { channel::of_reader(&member) };
                        self.audience.join(whose, channel::of_room(&room.id)).await;
                        heads.insert(room.id, room.head);
                    }
                }
                let shows = heads.iter().map(|(room, _)| room.clone()).collect();
                self.quiet.presences.settle(&member, shows);
                if tell {
                    let heads = Heads { epoch: self.store.epoch().to_owned(), rooms: heads };
                    // Who does not read is found out by the room's next event.
                    self.audience.emit(channel::of_reader(&member), Heads::EVENT, &heads).await;
                }
                Ok(())
            }
            Err(Stop::Refused(refusal)) => {
                let gone = refusal == Refusal::Unauthorized;
                self.end(&member, if gone { EndCode::SignedOut } else { EndCode::Banned });
                Err(refusal)
            }
            Err(Stop::Failed(error)) => {
                tracing::error!(%error, "a person's rooms could not be read");
                Err(Refusal::Storage)
            }
        };
        // Who asked may be gone.
        done.send(entered).ok();
    }

    /// Ends the sockets of a session that is over, or goes on under another secret.
    pub fn end_session(&self, Ending { session, code }: Ending) {
        let whose = Whose::Session(session);
        match code {
            Some(code) => self.audience.end(&whose, code),
            None => self.audience.cut_soon(&whose),
        }
    }

    /// Ends a person's connections for good.
    fn end(&self, member: &MemberId, code: EndCode) {
        self.audience.end(&Whose::Person(member.clone()), code);
    }

    /// Tells every room with recent events how far its log has come.
    pub async fn tell_heads(&mut self, now: Instant) {
        #[cfg(feature = "plant")]
        if planted(Bug::NoHeads) {
            return;
        }
        let most = self.tuning.heads_while;
        self.rooms.retain(|_, live| now.duration_since(live.last) <= most || live.overflowed);
        let rooms: Vec<_> = self.rooms.iter().map(|(room, live)| (room.clone(), live.head)).collect();
        for (room, head) in rooms {
            let heads = self.heads(&room, head);
            if self.audience.emit(channel::of_room(&room), Heads::EVENT, &heads).await
                && let Some(live) = self.rooms.get_mut(&room)
            {
                live.overflowed = true;
            }
        }
    }

    fn heads(&self, room: &RoomId, head: Seq) -> Heads {
        Heads { epoch: self.store.epoch().to_owned(), rooms: PerRoom::from([(room.clone(), head)]) }
    }

    /// In rooms where a queue was full: who has room again learns that it is behind, who has none is cut off and
    /// heals from the database.
    pub fn relieve(&mut self, now: Instant) {
        #[cfg(feature = "plant")]
        if planted(Bug::OverflowWithoutKill) {
            return;
        }
        let pause = self.tuning.overflow_every;
        let due: Vec<_> = self
            .rooms
            .iter_mut()
            .filter(|(_, live)| live.overflowed)
            .filter(|(_, live)| live.relieved.is_none_or(|last| now.duration_since(last) >= pause))
            .map(|(room, live)| {
                (live.overflowed, live.relieved) = (false, Some(now));
                (room.clone(), live.head)
            })
            .collect();
        for (room, head) in due {
            let heads = self.heads(&room, head);
            self.audience.emit_or_cut_off(channel::of_room(&room), Heads::EVENT, &heads);
        }
    }
}
