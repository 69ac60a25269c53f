//! Something for each of several rooms: a JSON object whose keys are room ids.

use std::fmt;
use std::marker::PhantomData;

use chat::RoomId;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};

/// Values by room, in the order of the ids. A list and not a map: there are few, and a map's code weighs in the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PerRoom<T>(Vec<(RoomId, T)>);

impl<T> Default for PerRoom<T> {
    fn default() -> PerRoom<T> {
        PerRoom(Vec::new())
    }
}

impl<T> PerRoom<T> {
    /// Puts `value` in, and returns what was there for that room.
    pub fn insert(&mut self, room: RoomId, value: T) -> Option<T> {
        match self.position(&room) {
            Ok(at) => Some(std::mem::replace(&mut self.0[at].1, value)),
            Err(at) => {
                self.0.insert(at, (room, value));
                None
            }
        }
    }

    /// Takes out what is there for `room`.
    pub fn remove(&mut self, room: &RoomId) -> Option<T> {
        self.position(room).ok().map(|at| self.0.remove(at).1)
    }

    /// What is there for `room`.
    pub fn get(&self, room: &RoomId) -> Option<&T> {
        self.position(room).ok().map(|at| &self.0[at].1)
    }

    /// The rooms and their values, in the order of the ids.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&RoomId, &T)> {
        self.0.iter().map(|(room, value)| (room, value))
    }

    /// The values, in the order of the rooms' ids.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &T> {
        self.0.iter().map(|(_, value)| value)
    }

    /// Number of rooms.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// There is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn position(&self, room: &RoomId) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| known.cmp(room))
    }
}

impl<T> std::ops::Index<&RoomId> for PerRoom<T> {
    type Output = T;

    /// # Panics
    /// If there is nothing for `room`.
    fn index(&self, room: &RoomId) -> &T {
        self.get(room).expect("a room that is there")
    }
}

impl<T> FromIterator<(RoomId, T)> for PerRoom<T> {
    fn from_iter<I: IntoIterator<Item = (RoomId, T)>>(pairs: I) -> PerRoom<T> {
        let mut rooms = PerRoom::default();
        for (room, value) in pairs {
            rooms.insert(room, value);
        }
        rooms
    }
}

impl<T, const N: usize> From<[(RoomId, T); N]> for PerRoom<T> {
    fn from(pairs: [(RoomId, T); N]) -> PerRoom<T> {
        pairs.into_iter().collect()
    }
}

impl<T> IntoIterator for PerRoom<T> {
    type Item = (RoomId, T);
    type IntoIter = std::vec::IntoIter<(RoomId, T)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<T: Serialize> Serialize for PerRoom<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for PerRoom<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<PerRoom<T>, D::Error> {
        struct Rooms<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Rooms<T> {
            type Value = PerRoom<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object by room id")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<PerRoom<T>, A::Error> {
                let mut rooms = PerRoom::default();
                while let Some((room, value)) = map.next_entry()? {
                    rooms.insert(room, value);
                }
                Ok(rooms)
            }
        }

        deserializer.deserialize_map(Rooms(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(id: &str) -> RoomId {
        id.parse().unwrap()
    }

    #[test]
    fn a_room_has_one_value_and_the_order_is_that_of_the_ids() {
        let mut rooms = PerRoom::from([(room("b"), 2), (room("a"), 1), (room("b"), 3)]);
        assert_eq!(serde_json::to_string(&rooms).unwrap(), r#"{"a":1,"b":3}"#);
        assert_eq!((rooms.remove(&room("a")), rooms.remove(&room("a")), rooms.len()), (Some(1), None, 1));
        assert_eq!(serde_json::from_str::<PerRoom<i32>>(r#"{"b":3}"#).unwrap(), rooms);
    }

    #[test]
    fn a_key_that_is_no_room_is_refused() {
        assert!(serde_json::from_str::<PerRoom<i32>>(r#"{"a b":3}"#).is_err());
    }
}
