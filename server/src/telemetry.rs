//! What is logged, and what never is: no secret, no cookie, no `sid`, no message body above debug level.

mod lines;

use std::io::{self, IsTerminal};
use std::time::Instant;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use tracing_subscriber::EnvFilter;

pub use lines::Lines;

/// At debug level these print payloads, tokens and session ids, and the first two name the session in spans of
/// level info already, so they are asked for by name or not at all.
const QUIET: &str =
    "socketioxide=warn,engineioxide=warn,tungstenite=info,memory_serve=warn,sqlx=warn,hyper=info";

/// The filter the operator's words mean.
pub fn filter(wanted: &str) -> Result<EnvFilter, tracing_subscriber::filter::ParseError> {
    // Of two directives for the same target the later one holds.
    EnvFilter::try_new(format!("{QUIET},{wanted}"))
}

/// Logs to standard error from now on, panics too. Whoever logs waits for nobody: what cannot be written is lost, and
/// counted. The value returned is to be [flushed](Lines::flush) at the end.
///
/// # Errors
/// There is no thread to write from.
pub fn start(filter: EnvFilter) -> io::Result<Lines> {
    let colours = io::stderr().is_terminal();
    let lines = Lines::to(io::stderr())?;
    let writer = lines.clone();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(colours)
        .with_writer(move || writer.clone())
        .init();
    let panicked = lines.clone();
    // The usual hook writes from the thread that panicked, which may never come back from it.
    std::panic::set_hook(Box::new(move |panic| {
        let thread = std::thread::current();
        let name = thread.name().unwrap_or("<unnamed>").to_owned();
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let what = panic.payload_as_str().unwrap_or("a value that is no text");
        panicked.put(format!("thread '{name}' panicked at {place}:\n{what}\n").into_bytes());
    }));
    Ok(lines)
}

/// Logs each request at debug level.
pub async fn access(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = request.method().clone();
    let path = without_token(request.uri().path());
    let query = request.uri().query().map(redact).unwrap_or_default();
    let response = next.run(request).await;
    let status = response.status().as_u16();
    let ms = begun.elapsed().as_millis();
    tracing::debug!(target: "access", %method, path, query, status, ms);
    response
}

/// First segments of the addresses whose next one is a secret.
const LINKS: [&str; 3] = ["i", "claim", "recover"];

/// The path without the secret of a link, however it is written: what follows such a word is left out.
pub(crate) fn without_token(path: &str) -> String {
    let plain = decoded(path);
    let mut shown = String::new();
    for segment in plain.split(['/', '\\']).filter(|segment| !segment.is_empty() && *segment != ".") {
        shown.push('/');
        shown.push_str(segment);
        if LINKS.contains(&segment.trim().to_lowercase().as_str()) {
            shown.push_str("/…");
            return shown;
        }
    }
    // As it came, where that says no more.
    if plain == path && !path.is_empty() { path.to_owned() } else { shown }
}

/// The text with every escape resolved, also those that hide others.
fn decoded(text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..4 {
        let next: String =
            form_urlencoded::parse(text.replace('+', "%2B").replace(['&', '='], "_").as_bytes())
                .map(|(name, _)| name.into_owned())
                .collect();
        if next == text {
            break;
        }
        text = next;
    }
    text
}

/// The query without the session's id, which opens the session to whoever reads it, and without links.
fn redact(query: &str) -> String {
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if decoded(name).eq_ignore_ascii_case("sid") => "sid=…".to_owned(),
        Some((name, value)) if leads(value) => format!("{name}=…"),
        None if leads(pair) => "…".to_owned(),
        _ => pair.to_owned(),
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// It is the address of a link, or has one in it.
fn leads(text: &str) -> bool {
    without_token(text).ends_with("/…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_id_does_not_reach_the_log() {
        assert_eq!(redact("EIO=4&transport=polling&sid=abc&t=1"), "EIO=4&transport=polling&sid=…&t=1");
        assert_eq!(redact("SID=abc"), "sid=…");
    }

    #[test]
    fn the_secret_of_a_link_does_not_reach_the_log() {
        for (path, shown) in [
            ("/i/abc", "/i/…"),
            ("/claim/abc", "/claim/…"),
            ("/recover/abc", "/recover/…"),
            ("//i/abc", "/i/…"),
            ("/%69/abc", "/i/…"),
            ("/%2569/abc", "/i/…"),
            ("/I/abc", "/I/…"),
            ("/./i//abc", "/i/…"),
            ("/x/../recover/abc", "/x/../recover/…"),
            ("/%63laim%2Fabc", "/claim/…"),
            ("\\i\\abc", "/i/…"),
            ("/r/lobby", "/r/lobby"),
            ("/r/lobby/", "/r/lobby/"),
            ("/", "/"),
        ] {
            assert_eq!(without_token(path), shown, "{path}");
        }
        assert_eq!(redact("next=/i/abc&a=b"), "next=…&a=b");
        assert_eq!(redact("next=%2Fi%2Fabc"), "next=…");
        assert_eq!(redact("/claim/abc"), "…");
        assert_eq!(redact("%73id=abc"), "sid=…");
    }

    #[test]
    fn a_wrong_filter_is_an_error_and_a_level_alone_is_none() {
        assert!(filter("debug").is_ok());
        assert!(filter("chat_moderno=loud").is_err());
    }
}
