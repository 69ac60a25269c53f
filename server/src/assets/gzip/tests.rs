//! The layer around files of one kind each, without the server.

use std::io::Read;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::get;
use flate2::read::GzDecoder;
use tower::ServiceExt;

use super::*;

/// One file of each kind under `/`, told apart by `tag`: what is compressed is kept for the whole process.
fn files(tag: &'static str, text: String) -> Router {
    let small = [(CONTENT_TYPE, "text/css"), (ETAG, "\"small\"")];
    Router::new()
        .route("/text", get(move || async move { ([(CONTENT_TYPE, "text/css"), (ETAG, tag)], text) }))
        .route("/small", get(move || async move { (small, "a{}") }))
        .route(
            "/picture",
            get(|| async { ([(CONTENT_TYPE, "image/png"), (ETAG, "\"p\"")], "x".repeat(5000)) }),
        )
        .route("/brotli", get(|| async { ([(CONTENT_TYPE, "text/css"), (CONTENT_ENCODING, "br")], "b") }))
        .route(
            "/known",
            get(|| async { (StatusCode::NOT_MODIFIED, [(CONTENT_TYPE, "text/css"), (ETAG, "\"k\"")]) }),
        )
        .layer(from_fn(serve))
}

async fn ask(files: &Router, path: &str, accept: &str) -> (HeaderMap, Vec<u8>) {
    let request = Request::get(path).header(ACCEPT_ENCODING, accept).body(Body::empty()).unwrap();
    let response = files.clone().oneshot(request).await.unwrap();
    let (head, body) = response.into_parts();
    (head.headers, axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec())
}

fn unpacked(bytes: &[u8]) -> String {
    let mut text = String::new();
    GzDecoder::new(bytes).read_to_string(&mut text).unwrap();
    text
}

#[tokio::test]
async fn a_client_without_brotli_gets_the_same_text_in_fewer_bytes() {
    let text = "body { color: red }\n".repeat(500);
    let files = files("\"one\"", text.clone());
    for _ in 0..2 {
        let (headers, body) = ask(&files, "/text", "gzip, deflate").await;
        assert_eq!(headers[CONTENT_ENCODING], "gzip");
        assert_eq!(headers[VARY], "accept-encoding");
        assert_eq!(headers[ETAG], "\"one\"");
        assert_eq!(headers[CONTENT_LENGTH], body.len().to_string());
        assert!(body.len() < text.len() / 10);
        assert_eq!(unpacked(&body), text);
    }
    let (headers, body) = ask(&files, "/text", "identity").await;
    assert_eq!((headers[ETAG].as_bytes(), headers.get(CONTENT_ENCODING)), (&b"\"one\""[..], None));
    assert_eq!(headers[VARY], "accept-encoding", "a cache on the way must know");
    assert_eq!(body, text.as_bytes());
}

#[tokio::test]
async fn a_file_that_changed_under_its_name_is_compressed_anew() {
    for (tag, letter) in [("\"before\"", "b"), ("\"after\"", "a")] {
        let text = letter.repeat(4096);
        let (_, body) = ask(&files(tag, text.clone()), "/text", "gzip").await;
        assert_eq!(unpacked(&body), text);
    }
}

#[tokio::test]
async fn what_would_not_shrink_stays_as_it_is() {
    let files = files("\"none\"", String::new());
    for (path, varies) in [("/small", true), ("/picture", false)] {
        let (headers, _) = ask(&files, path, "gzip").await;
        assert_eq!(headers.get(CONTENT_ENCODING), None, "{path}");
        assert_eq!(headers.contains_key(VARY), varies, "{path}");
    }
    let (headers, body) = ask(&files, "/brotli", "gzip, br").await;
    assert_eq!((headers[CONTENT_ENCODING].as_bytes(), body), (&b"br"[..], b"b".to_vec()));
}

#[tokio::test]
async fn that_nothing_changed_is_said_with_the_same_validator() {
    let files = files("\"none\"", String::new());
    for coding in ["gzip", "identity"] {
        assert_eq!(ask(&files, "/known", coding).await.0[ETAG], "\"k\"");
    }
}

#[test]
fn a_coding_is_taken_by_name_or_by_star_and_refused_with_zero() {
    for (line, taken) in [
        ("gzip", true),
        ("deflate, GZIP;q=0.5", true),
        ("*", true),
        ("gzip;q=0, *", false),
        ("gzip; q=0.0", false),
        ("x-gzip, br", false),
        ("*;q=0", false),
        ("gzip;q=many", false),
        ("", false),
    ] {
        let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_str(line).unwrap())]);
        assert_eq!(takes(&headers, "gzip"), taken, "{line:?}");
    }
}
