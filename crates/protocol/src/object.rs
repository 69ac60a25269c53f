//! An argument that must be an object.
//!
//! Derived structs also read arrays, field by field in the order of the source: a form that no document names
//! and that every new field would change.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};

use crate::Request;

/// `T`, read from an object and from nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object<T>(pub T);

impl<T: Request> Request for Object<T> {
    const EVENT: &'static str = T::EVENT;
    type Ok = T::Ok;
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Object<T>, D::Error> {
        struct Fields<T>(PhantomData<T>);
        impl<'de, T: DeserializeOwned> Visitor<'de> for Fields<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Object<T>, M::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }
        deserializer.deserialize_map(Fields(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Join, Message};

    #[test]
    fn an_object_is_read_and_an_array_is_not() {
        assert!(serde_json::from_str::<Object<Join>>(r#"{"room":"lobby"}"#).is_ok());
        for other in [r#"["lobby"]"#, "[]", "null", "7", r#""lobby""#, r#"{"x":1}"#] {
            assert!(serde_json::from_str::<Object<Join>>(other).is_err(), "{other}");
        }
    }

    #[test]
    fn the_options_of_a_message_are_an_object() {
        assert!(serde_json::from_str::<Message>(r#"["x",{"room":"lobby"}]"#).is_ok());
        assert!(serde_json::from_str::<Message>(r#"["x",["lobby"]]"#).is_err());
    }
}
