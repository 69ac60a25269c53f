//! Something for each of several rooms, or people: a JSON object whose keys are ids.

use std::fmt;
use std::marker::PhantomData;

use chat::{MemberId, RoomId};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};

/// Values by id, in the order of the ids. A list and not a map: there are few, and a map's code weighs in the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PerId<K, T>(Vec<(K, T)>);

/// Values by room.
pub type PerRoom<T> = PerId<RoomId, T>;

/// Values by person.
pub type PerMember<T> = PerId<MemberId, T>;

impl<K, T> Default for PerId<K, T> {
    fn default() -> PerId<K, T> {
        PerId(Vec::new())
    }
}

impl<K: Ord, T> PerId<K, T> {
    /// Puts `value` in, and returns what was there for that id.
    pub fn insert(&mut self, id: K, value: T) -> Option<T> {
        match self.position(&id) {
            Ok(at) => Some(std::mem::replace(&mut self.0[at].1, value)),
            Err(at) => {
                self.0.insert(at, (id, value));
                None
            }
        }
    }

    /// Takes out what is there for `id`.
    pub fn remove(&mut self, id: &K) -> Option<T> {
        self.position(id).ok().map(|at| self.0.remove(at).1)
    }

    /// What is there for `id`.
    pub fn get(&self, id: &K) -> Option<&T> {
        self.position(id).ok().map(|at| &self.0[at].1)
    }

    /// The ids and their values, in the order of the ids.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&K, &T)> {
        self.0.iter().map(|(id, value)| (id, value))
    }

    /// The values, in the order of the ids.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &T> {
        self.0.iter().map(|(_, value)| value)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// There is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn position(&self, id: &K) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| known.cmp(id))
    }
}

impl<K: Ord, T> std::ops::Index<&K> for PerId<K, T> {
    type Output = T;

    /// # Panics
    /// If there is nothing for `id`.
    fn index(&self, id: &K) -> &T {
        self.get(id).expect("an id that is there")
    }
}

impl<K: Ord, T> FromIterator<(K, T)> for PerId<K, T> {
    fn from_iter<I: IntoIterator<Item = (K, T)>>(pairs: I) -> PerId<K, T> {
        let mut values = PerId::default();
        for (id, value) in pairs {
            values.insert(id, value);
        }
        values
    }
}

impl<K: Ord, T, const N: usize> From<[(K, T); N]> for PerId<K, T> {
    fn from(pairs: [(K, T); N]) -> PerId<K, T> {
        pairs.into_iter().collect()
    }
}

impl<K, T> IntoIterator for PerId<K, T> {
    type Item = (K, T);
    type IntoIter = std::vec::IntoIter<(K, T)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<K: Serialize, T: Serialize> Serialize for PerId<K, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(id, value)| (id, value)))
    }
}

impl<'de, K: Ord + Deserialize<'de>, T: Deserialize<'de>> Deserialize<'de> for PerId<K, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<PerId<K, T>, D::Error> {
        struct Ids<K, T>(PhantomData<(K, T)>);

        impl<'de, K: Ord + Deserialize<'de>, T: Deserialize<'de>> Visitor<'de> for Ids<K, T> {
            type Value = PerId<K, T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object by id")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<PerId<K, T>, A::Error> {
                let mut values = PerId::default();
                while let Some((id, value)) = map.next_entry()? {
                    values.insert(id, value);
                }
                Ok(values)
            }
        }

        deserializer.deserialize_map(Ids(PhantomData))
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
