//! How many sockets each person has at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chat::MemberId;

/// The people with a socket. Cloning it is cheap.
#[derive(Clone, Default)]
pub struct People(Arc<Mutex<HashMap<MemberId, usize>>>);

/// One socket of a person, until it is dropped.
pub(super) struct Seat {
    id: MemberId,
    people: People,
}

impl People {
    /// A place for one more socket of `id`; `None` if there are `most` already.
    pub(super) fn seat(&self, id: &MemberId, most: usize) -> Option<Seat> {
        let mut people = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = people.entry(id.clone()).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Seat { id: id.clone(), people: self.clone() })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut people = self.people.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = people.get_mut(&self.id) {
            *count -= 1;
            if *count == 0 {
                people.remove(&self.id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_has_so_many_sockets_and_gets_the_place_of_a_closed_one() {
        let people = People::default();
        let id = MemberId::try_from("ana".to_owned()).unwrap();
        let first = people.seat(&id, 2).unwrap();
        let second = people.seat(&id, 2).unwrap();
        assert!(people.seat(&id, 2).is_none());
        drop(first);
        let third = people.seat(&id, 2).unwrap();
        drop((second, third));
        assert!(people.0.lock().unwrap().is_empty());
    }
}
