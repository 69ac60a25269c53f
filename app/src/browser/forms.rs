//! The plain forms, sent without leaving the page.

use crate::i18n::join;
use js_sys::encode_uri_component;
use leptos::prelude::window;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestInit, Response};

/// How the server answered a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// As it would have answered the form.
    Done,
    /// With this code.
    Refused(String),
    /// Not at all, or with an error.
    Failed,
}

/// Posts fields as the form at `path` would, and follows the answer to where it leads: a refusal is in the
/// address.
pub async fn post(path: &str, fields: &[(&str, &str)]) -> Answer {
    let options = RequestInit::new();
    options.set_method("POST");
    let mut body = String::new();
    for (field, value) in fields {
        let and = if body.is_empty() { "" } else { "&" };
        body.push_str(&join(&[and, field, "=", &String::from(encode_uri_component(value))]));
    }
    options.set_body(&body.into());
    let Ok(request) = web_sys::Request::new_with_str_and_init(path, &options) else { return Answer::Failed };
    let kind = "application/x-www-form-urlencoded";
    if request.headers().set("content-type", kind).is_err() {
        return Answer::Failed;
    }
    let Ok(response) = JsFuture::from(window().fetch_with_request(&request)).await else {
        return Answer::Failed;
    };
    let response: Response = response.unchecked_into();
    let url = response.url();
    match url.split(['?', '&']).find_map(|part| part.strip_prefix("refused=")) {
        Some(code) => Answer::Refused(code.to_owned()),
        None if response.ok() => Answer::Done,
        None => Answer::Failed,
    }
}
