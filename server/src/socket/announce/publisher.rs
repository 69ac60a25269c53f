//! What is told to whom and when: it also sends `heads`, which show a lost tail, and ends the connections that do not
//! read, because a full queue would lose events in silence. It looks at no clock and at no socket.

use std::collections::{BTreeMap, HashMap};
use std::time::Instant;

use chat::{Change, Event, MemberId, RoomId, Seq};
use protocol::notice::EndCode;
use protocol::{Heads, Notice, PerRoom, Refusal, RoomEvent};

use super::quiet::Quiet;
use super::{Audience, Told};
use crate::config::Tuning;
#[cfg(feature = "plant")]
use crate::plant::{Bug, planted};
use crate::socket::channel::{self, Whose};
use crate::socket::endings::Ending;
use crate::socket::subscribe::{Enter, What};
use crate::store::{Place, Stop, Store, StoreError};

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

/// Who hears the room from an event on, or until then.
enum Border {
    Comes(MemberId),
    /// With a code, the person's connections end with it.
    Goes(MemberId, Option<EndCode>),
}

impl Border {
    fn of(event: &Event) -> Option<Border> {
        // A ban and the end of an account are told in the default room first.
        let first = |code| (event.room.as_str() == chat::LOBBY).then_some(code);
        match &event.change {
            Change::Joined { who, .. } => Some(Border::Comes(who.id.clone())),
            Change::Left { who, .. } | Change::Kicked { who, .. } => Some(Border::Goes(who.clone(), None)),
            Change::Banned { who, on: true, .. } => Some(Border::Goes(who.clone(), first(EndCode::Banned))),
            // It is left by nobody: the other rooms are, with `left`.
            Change::AccountDeleted { who, .. } => {
                first(EndCode::SignedOut).map(|code| Border::Goes(who.clone(), Some(code)))
            }
            _ => None,
        }
    }
}

fn unread(error: &StoreError) -> Refusal {
    error.refuse("a person's rooms could not be read")
}

impl<A: Audience> Publisher<A> {
    /// One who has announced each room's log up to `published`.
    pub fn new(audience: A, store: Store, tuning: Tuning, published: HashMap<RoomId, Seq>) -> Publisher<A> {
        Publisher { audience, store, tuning, published, rooms: BTreeMap::new(), quiet: Quiet::default() }
    }

    /// Tells rooms what was committed together: each room the events after the last one told. Whoever hears several of
    /// them hears them at once.
    pub async fn publish(&mut self, events: Vec<Event>, now: Instant) {
        let mut told = Vec::with_capacity(events.len());
        for event in events {
            // Who comes hears nothing of what was before, and who goes nothing of what is after.
            let border = Border::of(&event);
            if let Some(Border::Comes(who)) = &border {
                self.tell(&mut told, now).await;
                self.audience.join(channel::of_reader(who), channel::of_room(&event.room)).await;
                self.quiet.presences.join(who, &event.room);
            }
            let room = event.room.clone();
            self.note(&room, event.seq, now);
            if let Some((event, arguments)) = RoomEvent(event).into_notice() {
                told.push(Told { room: room.clone(), event, arguments });
            }
            if let Some(Border::Goes(who, end)) = border {
                self.tell(&mut told, now).await;
                self.audience.leave(channel::of_person(&who), channel::of_room(&room)).await;
                self.quiet.presences.leave(&who, &room);
                if let Some(code) = end {
                    self.end(&who, code);
                }
            }
        }
        self.tell(&mut told, now).await;
    }

    /// The room's log is told up to `seq`, or is about to be.
    fn note(&mut self, room: &RoomId, seq: Seq, now: Instant) {
        self.published.insert(room.clone(), seq);
        let live = self.rooms.entry(room.clone()).or_insert_with(|| Live {
            head: 0,
            last: now,
            overflowed: false,
            relieved: None,
        });
        (live.head, live.last) = (seq, now);
    }

    async fn tell(&mut self, told: &mut Vec<Told>, now: Instant) {
        if told.is_empty() {
            return;
        }
        let full = self.audience.emit_all(std::mem::take(told)).await;
        if full.is_empty() {
            return;
        }
        for room in full {
            if let Some(live) = self.rooms.get_mut(&room) {
                live.overflowed = true;
            }
        }
        self.relieve(now);
    }

    /// Puts sockets into rooms as of now. A room whose `joined` is still to be announced is entered with it.
    pub async fn enter(&mut self, Enter { what, done }: Enter) {
        let entered = match what {
            What::Person(member) => self.enter_all(&member).await,
            What::Made(room, members) => self.enter_made(&room, &members).await,
        };
        // Who asked may be gone.
        done.send(entered).ok();
    }

    async fn enter_all(&mut self, member: &MemberId) -> Result<(), Refusal> {
        let places = match self.store.places(member).await {
            Ok(places) => places,
            Err(Stop::Refused(refusal)) => {
                let gone = refusal == Refusal::Unauthorized;
                self.end(member, if gone { EndCode::SignedOut } else { EndCode::Banned });
                return Err(refusal);
            }
            Err(Stop::Failed(error)) => return Err(unread(&error)),
        };
        let mut shows = Vec::with_capacity(places.len());
        for place in places.into_iter().filter(|place| self.is_announced(place)) {
            let lobby = place.room.as_str() == chat::LOBBY;
            let whose = if lobby { channel::of_person(member) } else { channel::of_reader(member) };
            self.audience.join(whose, channel::of_room(&place.room)).await;
            shows.push(place.room);
        }
        self.quiet.presences.settle(member, shows);
        Ok(())
    }

    async fn enter_made(&mut self, room: &RoomId, members: &[MemberId]) -> Result<(), Refusal> {
        let present = self.store.present(room, members).await.map_err(|error| unread(&error))?;
        let mut head = None;
        for (member, place) in present.into_iter().filter(|(_, place)| self.is_announced(place)) {
            self.audience.join(channel::of_reader(&member), channel::of_room(room)).await;
            self.quiet.presences.join(&member, room);
            head = Some(place.head);
        }
        if let Some(head) = head {
            // With that of the room everybody is in: whoever missed something there learns it as well.
            let mut heads = self.heads(room, head);
            let lobby = RoomId::lobby();
            if let Some(head) = self.published.get(&lobby) {
                heads.rooms.insert(lobby, *head);
            }
            // Who does not read is found out by the room's next event.
            self.audience.emit(channel::of_room(room), Heads::EVENT, &heads).await;
        }
        Ok(())
    }

    /// The event with which somebody came to a place has been told, if there was one.
    fn is_announced(&self, place: &Place) -> bool {
        place.since == 0 || place.since < self.published.get(&place.room).copied().unwrap_or(0)
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
