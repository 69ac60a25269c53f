//! What follows a path behind `?`, leniently: whatever stands there, the page is a page.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Fields of text, each as it came first. What is no text is passed over.
pub struct Asked<T>(pub T);

impl<S: Sync, T: DeserializeOwned + Default> FromRequestParts<S> for Asked<T> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Asked<T>, Infallible> {
        let mut fields = Map::new();
        for (name, value) in form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()) {
            // The parser puts this in the place of what is no text.
            if !value.contains(char::REPLACEMENT_CHARACTER) {
                fields.entry(name.into_owned()).or_insert_with(|| Value::String(value.into_owned()));
            }
        }
        Ok(Asked(serde_json::from_value(Value::Object(fields)).unwrap_or_default()))
    }
}
