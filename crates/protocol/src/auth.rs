//! What a client says of itself in the Socket.IO CONNECT packet.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// The CONNECT payload. A client that sends no `v` is a *plain* client: it gets the welcome and no `hello`.
///
/// Unknown fields are allowed here, unlike in requests: stock clients of other languages add their own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Auth {
    /// The contract's version; [`crate::VERSION`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub v: Option<u32>,
    /// The language its person reads, as a BCP 47 tag. Whatever else stands there keeps nobody out.
    #[serde(default, deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// The secret of an earlier `hello`, for a client without cookies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// A text, or nothing where another value stands.
fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::String(text) => Some(text),
        _ => None,
    })
}
