//! Reads JSON values into the contract's types with little code.
//!
//! `serde_json::from_value` does the same and says precisely what is wrong; in the page those words, and the
//! second form it takes every struct in (a list), weigh as much as a framework. Here a value is of the contract's
//! form or it is not, and a struct is an object. It also tells how long a value is as JSON.

use std::{fmt, io};

use serde::Serialize;
use serde::de::value::StringDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error, Expected, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, Visitor,
};
use serde_json::{Map, Value};

use crate::{Problem, Reply};

/// Reads `value`. `None` if it is not of the contract's form.
pub fn read<T: DeserializeOwned>(value: Value) -> Option<T> {
    T::deserialize(Json(value)).ok()
}

/// Reads the argument of an ack.
pub fn read_reply<T: DeserializeOwned>(value: Value) -> Option<Reply<T>> {
    let Value::Object(mut reply) = value else { return None };
    match reply.remove("ok") {
        Some(ok) => read(ok).map(Reply::Ok),
        None => read::<Problem>(reply.remove("error")?).map(Reply::Error),
    }
}

/// How many bytes `value` takes as JSON.
///
/// # Panics
/// If it cannot be written as JSON, which no type of the contract is.
pub fn size<T: Serialize + ?Sized>(value: &T) -> usize {
    struct Count(usize);
    impl io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    serde_json::to_writer(&mut count, value).expect("invariant: every type of the contract can be written");
    count.0
}

/// Not of the contract's form. What exactly is wrong is for the server's logs, not for the page.
#[derive(Debug)]
struct Malformed;

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not of the contract's form")
    }
}

impl std::error::Error for Malformed {}

impl Error for Malformed {
    fn custom<T: fmt::Display>(_: T) -> Malformed {
        Malformed
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Malformed {
        Malformed
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Malformed {
        Malformed
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Malformed {
        Malformed
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Malformed {
        Malformed
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Malformed {
        Malformed
    }

    fn missing_field(_: &'static str) -> Malformed {
        Malformed
    }

    fn duplicate_field(_: &'static str) -> Malformed {
        Malformed
    }
}

struct Json(Value);

impl Json {
    fn number<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        let Value::Number(number) = self.0 else { return Err(Malformed) };
        match (number.as_u64(), number.as_i64()) {
            (Some(number), _) => visitor.visit_u64(number),
            (None, Some(number)) => visitor.visit_i64(number),
            (None, None) => visitor.visit_f64(number.as_f64().ok_or(Malformed)?),
        }
    }

    fn text<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        match self.0 {
            Value::String(text) => visitor.visit_string(text),
            _ => Err(Malformed),
        }
    }

    fn list<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        match self.0 {
            Value::Array(items) => visitor.visit_seq(List(items.into_iter())),
            _ => Err(Malformed),
        }
    }

    fn object<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        match self.0 {
            Value::Object(fields) => visitor.visit_map(Object::new(fields)),
            _ => Err(Malformed),
        }
    }
}

macro_rules! forward {
    ($($method:ident => $to:ident),* $(,)?) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
            self.$to(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Json {
    type Error = Malformed;

    forward! {
        deserialize_i8 => number, deserialize_i16 => number, deserialize_i32 => number,
        deserialize_i64 => number, deserialize_u8 => number, deserialize_u16 => number,
        deserialize_u32 => number, deserialize_u64 => number, deserialize_f32 => number,
        deserialize_f64 => number, deserialize_char => text, deserialize_str => text,
        deserialize_string => text, deserialize_identifier => text, deserialize_bytes => text,
        deserialize_byte_buf => text, deserialize_seq => list, deserialize_map => object,
        deserialize_bool => deserialize_any, deserialize_unit => deserialize_any,
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Number(_) => self.number(visitor),
            Value::String(text) => visitor.visit_string(text),
            Value::Array(_) => self.list(visitor),
            Value::Object(_) => self.object(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &str, visitor: V) -> Result<V::Value, Malformed> {
        self.deserialize_any(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &str, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Malformed> {
        self.list(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        self.list(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        self.object(visitor)
    }

    /// The enums of the contract are words, or tagged inside, which does not come by here.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        match self.0 {
            Value::String(word) => visitor.visit_enum(word.into_deserializer()),
            _ => Err(Malformed),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_unit()
    }
}

struct List(std::vec::IntoIter<Value>);

impl<'de> SeqAccess<'de> for List {
    type Error = Malformed;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Malformed> {
        self.0.next().map(|item| seed.deserialize(Json(item))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

struct Object {
    fields: serde_json::map::IntoIter,
    value: Option<Value>,
}

impl Object {
    fn new(fields: Map<String, Value>) -> Object {
        Object { fields: fields.into_iter(), value: None }
    }
}

impl<'de> MapAccess<'de> for Object {
    type Error = Malformed;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Malformed> {
        let Some((key, value)) = self.fields.next() else { return Ok(None) };
        self.value = Some(value);
        let key: StringDeserializer<Malformed> = key.into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Malformed> {
        seed.deserialize(Json(self.value.take().ok_or(Malformed)?))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Accepted, Heads, HistoryPage, Refusal, RoomEvent};

    #[test]
    fn what_the_contract_says_is_read() {
        let heads: Heads = read(json!({"epoch": "e", "rooms": {"lobby": 7}, "moon": [1.5, null]})).unwrap();
        assert_eq!(heads.rooms.values().copied().collect::<Vec<_>>(), [7]);
        let message = json!({
            "room": "lobby", "seq": 1, "at": -1, "key": "01010101-0101-0101-0101-010101010101",
            "author": {"id": "a", "name": "A", "role": "captain"}, "body": "a\nb",
            "richText": [{"t": "p", "c": ["a", {"t": "br"}, "b"]}, {"t": "table"}],
        });
        let page = json!({"epoch": "e", "head": 1, "messages": [message], "more": false});
        let same: HistoryPage = serde_json::from_value(page.clone()).unwrap();
        assert_eq!(read::<HistoryPage>(page), Some(same));
    }

    #[test]
    fn an_event_of_any_kind_has_its_place() {
        let event: RoomEvent =
            read(json!(["moonrise", {"room": "lobby", "seq": 3, "at": 4, "x": {}}])).unwrap();
        assert_eq!(event.seq(), 3);
    }

    #[test]
    fn a_reply_is_one_or_the_other() {
        let problem = json!({"error": {"code": "rate_limited", "retryable": true, "retryAfterMs": 9}});
        let Some(Reply::<Accepted>::Error(problem)) = read_reply(problem) else { panic!("an error") };
        assert_eq!(problem, Problem::rate_limited(9));
        assert!(matches!(read_reply::<Refusal>(json!({"ok": "busy"})), Some(Reply::Ok(Refusal::Busy))));
    }

    #[test]
    fn what_it_does_not_say_is_not() {
        for value in [json!(null), json!([]), json!({}), json!({"epoch": 1, "rooms": {}}), json!("x")] {
            assert_eq!(read::<Heads>(value.clone()), None, "{value}");
        }
        for value in [json!(null), json!({}), json!({"error": {}}), json!([{"ok": {}}])] {
            assert_eq!(read_reply::<Heads>(value.clone()), None, "{value}");
        }
    }
}
