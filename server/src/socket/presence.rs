//! Who is here: the connections of each person, and the rooms in which that shows.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chat::roster::{Changes, Roster};
use chat::{MemberId, Millis, RoomId};

/// The people with a connection. Cloning it is cheap.
#[derive(Clone, Default)]
pub struct Presences(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    people: HashMap<MemberId, Person>,
    rosters: BTreeMap<RoomId, Roster>,
    /// The rooms with something to tell.
    waiting: BTreeSet<RoomId>,
}

/// Somebody with a connection.
#[derive(Default)]
struct Person {
    connections: usize,
    rooms: Vec<RoomId>,
}

/// One connection of a person, until it is dropped.
pub(super) struct Here {
    id: MemberId,
    presences: Presences,
}

impl Presences {
    /// Somebody has one more connection. In which rooms that shows is said by [`Presences::settle`].
    pub(super) fn arrive(&self, id: &MemberId) -> Here {
        self.state().people.entry(id.clone()).or_default().connections += 1;
        Here { id: id.clone(), presences: self.clone() }
    }

    /// Somebody is in these rooms and in no others; it shows if the person has a connection.
    pub(super) fn settle(&self, id: &MemberId, rooms: Vec<RoomId>) {
        let mut state = self.state();
        let Some(person) = state.people.get_mut(id) else { return };
        let before = std::mem::replace(&mut person.rooms, rooms.clone());
        before.iter().filter(|room| !rooms.contains(room)).for_each(|room| state.go(id, room));
        rooms.iter().filter(|room| !before.contains(room)).for_each(|room| state.come(id, room));
    }

    /// Somebody is in one more room.
    pub(super) fn join(&self, id: &MemberId, room: &RoomId) {
        let mut state = self.state();
        let Some(person) = state.people.get_mut(id) else { return };
        if !person.rooms.contains(room) {
            person.rooms.push(room.clone());
            state.come(id, room);
        }
    }

    /// Somebody is in a room no longer.
    pub(super) fn leave(&self, id: &MemberId, room: &RoomId) {
        let mut state = self.state();
        let Some(person) = state.people.get_mut(id) else { return };
        person.rooms.retain(|other| other != room);
        state.go(id, room);
    }

    /// Those of `ids` who are here in `room`, and how many are in all.
    pub(super) fn look<'a>(
        &self,
        room: &RoomId,
        ids: impl IntoIterator<Item = &'a MemberId>,
    ) -> (Vec<MemberId>, u64) {
        let state = self.state();
        let Some(roster) = state.rosters.get(room) else { return (Vec::new(), 0) };
        (ids.into_iter().filter(|id| roster.has(id)).cloned().collect(), roster.count())
    }

    /// How many are here in `room`.
    pub fn count(&self, room: &RoomId) -> u64 {
        self.state().rosters.get(room).map_or(0, Roster::count)
    }

    /// What is to be told at `now`, milliseconds since any moment.
    pub(super) fn due(&self, now: Millis) -> Vec<(RoomId, Changes)> {
        let State { rosters, waiting, .. } = &mut *self.state();
        let mut due = Vec::new();
        waiting.retain(|room| {
            let Some(roster) = rosters.get_mut(room) else { return false };
            due.extend(roster.due(now).map(|changes| (room.clone(), changes)));
            let waits = roster.is_waiting();
            if roster.is_empty() {
                rosters.remove(room);
            }
            waits
        });
        due
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn come(&mut self, id: &MemberId, room: &RoomId) {
        self.rosters.entry(room.clone()).or_default().come(id);
        self.waiting.insert(room.clone());
    }

    fn go(&mut self, id: &MemberId, room: &RoomId) {
        if let Some(roster) = self.rosters.get_mut(room) {
            roster.go(id);
            self.waiting.insert(room.clone());
        }
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        let mut state = self.presences.state();
        let Some(person) = state.people.get_mut(&self.id) else { return };
        person.connections -= 1;
        if person.connections == 0
            && let Some(person) = state.people.remove(&self.id)
        {
            person.rooms.iter().for_each(|room| state.go(&self.id, room));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_connections_are_one_person_who_is_here_until_the_last_is_gone() {
        let presences = Presences::default();
        let (id, lobby): (MemberId, _) = ("ana".parse().unwrap(), RoomId::lobby());
        let first = presences.arrive(&id);
        assert_eq!(presences.due(0), [], "in which rooms is not known yet");
        presences.settle(&id, vec![lobby.clone()]);
        let second = presences.arrive(&id);
        presences.settle(&id, vec![lobby.clone()]);
        let came = Changes { count: 1, came: vec![id.clone()], went: vec![] };
        assert_eq!(presences.due(0), [(lobby.clone(), came)]);
        drop(first);
        assert_eq!((presences.due(5_000), presences.look(&lobby, [&id]).1), (vec![], 1));
        drop(second);
        let went = Changes { count: 0, came: vec![], went: vec![id.clone()] };
        assert_eq!(presences.due(9_000), [(lobby.clone(), went)]);
        presences.settle(&id, vec![lobby]);
        let state = presences.state();
        assert!(state.people.is_empty() && state.rosters.is_empty() && state.waiting.is_empty());
    }

    #[test]
    fn who_enters_or_leaves_a_room_comes_and_goes_there() {
        let presences = Presences::default();
        let (id, room): (MemberId, RoomId) = ("ana".parse().unwrap(), "sala".parse().unwrap());
        presences.join(&id, &room);
        assert_eq!(presences.look(&room, [&id]), (vec![], 0), "not without a connection");
        let _here = presences.arrive(&id);
        presences.join(&id, &room);
        assert_eq!(presences.look(&room, [&id]), (vec![id.clone()], 1));
        presences.leave(&id, &room);
        assert_eq!(presences.look(&room, [&id]), (vec![], 0));
        assert_eq!(presences.due(0), [], "came and went before anybody was told");
    }
}
