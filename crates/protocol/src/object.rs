//! An argument that must be an object, and the arguments of a request that takes one.
//!
//! Derived structs also read arrays, field by field in the order of the source: a form that no document names
//! and that every new field would change. What JSON writers of other languages do is read as it is meant: a field
//! that is `null` is missing, and a whole number may be written as `1.0`.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{
    Deserialize, DeserializeOwned, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::{Map, Number, Value};

use crate::Request;

/// Beyond it a floating-point number no longer tells one whole number from the next.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

/// `T`, read from an object and from nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object<T>(pub T);

/// The arguments of a request that takes one object. Without it, or with `null`, the object is empty; arguments after
/// it are passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument<T>(pub T);

impl<T: Request> Request for Argument<T> {
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

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Object<T>, M::Error> {
                let mut fields = Map::new();
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    if fields.insert(name, value).is_some() {
                        return Err(M::Error::custom("a field that is there twice"));
                    }
                }
                read(fields).map(Object)
            }
        }
        deserializer.deserialize_map(Fields(PhantomData))
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Argument<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Argument<T>, D::Error> {
        struct First<T>(PhantomData<T>);
        impl<'de, T: DeserializeOwned> Visitor<'de> for First<T> {
            type Value = Argument<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object, or nothing")
            }

            fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<Argument<T>, S::Error> {
                let given = seq.next_element::<Option<Object<T>>>()?.flatten();
                // An array read only half is an error of its own.
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                match given {
                    Some(Object(request)) => Ok(Argument(request)),
                    None => read(Map::new()).map(Argument),
                }
            }
        }
        // Asking for a tuple is what makes the socket library hand over all the arguments, none of them included.
        deserializer.deserialize_tuple(1, First(PhantomData))
    }
}

fn read<T: DeserializeOwned, E: Error>(fields: Map<String, Value>) -> Result<T, E> {
    T::deserialize(as_meant(Value::Object(fields))).map_err(E::custom)
}

/// `value` without the fields that are `null`, and with whole numbers as such.
pub(crate) fn as_meant(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let there = fields.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(there.map(|(name, value)| (name, as_meant(value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(as_meant).collect()),
        Value::Number(number) => Value::Number(whole(&number).unwrap_or(number)),
        other => other,
    }
}

/// The whole number that a floating-point number is.
fn whole(number: &Number) -> Option<Number> {
    let float = number.as_f64().filter(|float| number.is_f64() && float.abs() <= MAX_EXACT)?;
    if float.fract() != 0.0 {
        return None;
    }
    // Without a fraction it is written with digits alone.
    format!("{float:.0}").parse::<i64>().ok().map(Number::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{History, Join, Message, Sync};

    #[test]
    fn an_object_is_read_and_an_array_is_not() {
        assert!(serde_json::from_str::<Object<Join>>(r#"{"room":"lobby"}"#).is_ok());
        for other in [
            r#"["lobby"]"#,
            "[]",
            "null",
            "7",
            r#""lobby""#,
            r#"{"x":1}"#,
            r#"{"room":"lobby","room":"lobby"}"#,
        ] {
            assert!(serde_json::from_str::<Object<Join>>(other).is_err(), "{other}");
        }
    }

    #[test]
    fn the_options_of_a_message_are_an_object() {
        assert!(serde_json::from_str::<Message>(r#"["x",{"room":"lobby"}]"#).is_ok());
        assert!(serde_json::from_str::<Message>(r#"["x",["lobby"]]"#).is_err());
    }

    #[test]
    fn a_field_that_is_null_is_missing() {
        let Argument(history) =
            serde_json::from_str::<Argument<History>>(r#"[{"room":null,"before":null,"limit":null}]"#)
                .unwrap();
        assert_eq!(history, History::default());
        let message = r#"["x",{"room":null,"key":null,"replyTo":null,"attachments":null}]"#;
        assert_eq!(serde_json::from_str::<Message>(message).unwrap().options, Default::default());
    }

    #[test]
    fn a_whole_number_may_be_written_with_a_fraction_of_nothing() {
        let Argument(history) =
            serde_json::from_str::<Argument<History>>(r#"[{"before":51.0,"limit":5e1}]"#).unwrap();
        assert_eq!(history, History { before: Some(51), limit: Some(50), ..History::default() });
        let Argument(sync) =
            serde_json::from_str::<Argument<Sync>>(r#"[{"cursors":{"lobby":7.0}}]"#).unwrap();
        assert_eq!(sync.cursors.values().copied().collect::<Vec<_>>(), [7]);
        for other in [r#"[{"before":51.5}]"#, r#"[{"before":-1.0}]"#, r#"[{"before":1e300}]"#] {
            assert!(serde_json::from_str::<Argument<History>>(other).is_err(), "{other}");
        }
    }

    #[test]
    fn an_argument_may_be_missing_if_nothing_in_it_is_needed() {
        for none in ["[]", "[null]", "[{}]", "[null,1]"] {
            let Argument(join) = serde_json::from_str::<Argument<Join>>(none).unwrap();
            assert_eq!(join, Join::default(), "{none}");
            assert!(serde_json::from_str::<Argument<Sync>>(none).is_err(), "{none}");
        }
    }
}
