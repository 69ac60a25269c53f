//! What a client says of itself in the Socket.IO CONNECT packet.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::object::as_meant;

/// The CONNECT payload. A client that sends no `v` is a *plain* client: it gets the welcome and no `hello`.
///
/// Unknown fields are allowed here, unlike in requests: stock clients of other languages add their own. Some of them
/// can send nothing but texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Auth {
    /// The contract's version; [`crate::VERSION`], as a number or as a text.
    #[serde(default, deserialize_with = "version", skip_serializing_if = "Option::is_none")]
    pub v: Option<u32>,
    /// The language its person reads, as a BCP 47 tag. Whatever else stands there keeps nobody out.
    #[serde(default, deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// The secret of an earlier `hello`, for a client without cookies. What is no text is no secret of ours either.
    #[serde(default, deserialize_with = "token", skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// A number or its digits; `null` is missing.
fn version<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    let number = match as_meant(Value::deserialize(from)?) {
        Value::Null => return Ok(None),
        Value::Number(number) => number.as_u64().and_then(|number| u32::try_from(number).ok()),
        Value::String(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok(),
        _ => None,
    };
    number.map(Some).ok_or_else(|| D::Error::custom("no version"))
}

/// A text, or nothing where another value stands.
fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::String(text) => Some(text),
        _ => None,
    })
}

/// A text, and another value as it is written; `null` is missing.
fn token<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_version_is_a_number_or_its_digits() {
        for one in [json!(1), json!(1.0), json!("1")] {
            let auth: Auth = serde_json::from_value(json!({ "v": one })).unwrap();
            assert_eq!(auth.v, Some(1), "{one}");
        }
        assert_eq!(serde_json::from_value::<Auth>(json!({ "v": null })).unwrap().v, None);
        for none in [json!(1.5), json!("1.0"), json!(""), json!("+1"), json!(true), json!([1]), json!(-1)] {
            assert!(serde_json::from_value::<Auth>(json!({ "v": none })).is_err(), "{none}");
        }
    }

    #[test]
    fn a_token_of_another_kind_is_one_that_nobody_was_given() {
        let read = |token: Value| serde_json::from_value::<Auth>(json!({ "token": token })).unwrap().token;
        assert_eq!(read(json!("t")).as_deref(), Some("t"));
        assert_eq!(read(Value::Null), None);
        assert_eq!(read(json!(7)).as_deref(), Some("7"));
        assert_eq!(read(json!({"a": 1})).as_deref(), Some(r#"{"a":1}"#));
    }
}
