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
        assert_eq!(headers[ETAG], "\"one-gzip\"");
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
    for (line, [brotli, gzip, plain]) in [
        ("gzip", [0, 1000, 1]),
        ("deflate, GZIP;q=0.5", [0, 500, 1]),
        ("*", [1000, 1000, 1000]),
        ("gzip;q=0, *", [1000, 0, 1000]),
        ("gzip; q=0.0", [0, 0, 1]),
        ("br;q=0.2, gzip;Q=0.9, identity;q=0.3", [200, 900, 300]),
        ("x-gzip, br", [1000, 1000, 1]),
        ("*;q=0", [0, 0, 0]),
        ("identity;q=0, gzip;q=0.001", [0, 1, 0]),
        ("gzip;q=many, br;q=7", [0, 0, 1]),
        ("", [0, 0, 1]),
    ] {
        let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_str(line).unwrap())]);
        assert_eq!(Wanted::of(&headers), Wanted { brotli, gzip, plain }, "{line:?}");
    }
}

#[tokio::test]
async fn each_coding_has_its_own_validator_and_knows_only_that() {
    let text = "a { color: red }\n".repeat(500);
    let files = files("\"each\"", text.clone());
    let ask = async |method: &str, accept: &str, known: &str| {
        let request = Request::builder().method(method).uri("/text").header(ACCEPT_ENCODING, accept);
        let request = request.header(IF_NONE_MATCH, known).body(Body::empty()).unwrap();
        let (head, body) = files.clone().oneshot(request).await.unwrap().into_parts();
        (head.status, head.headers, axum::body::to_bytes(body, usize::MAX).await.unwrap())
    };
    for (accept, tag) in
        [("gzip", "\"each-gzip\""), ("identity", "\"each\""), ("gzip;q=0.1, identity", "\"each\"")]
    {
        let (status, headers, body) = ask("GET", accept, "\"other\"").await;
        assert_eq!((status, headers[ETAG].to_str().unwrap()), (StatusCode::OK, tag), "{accept}");
        let (status, told, empty) = ask("HEAD", accept, "\"other\"").await;
        assert_eq!(
            (status, &told[CONTENT_LENGTH], empty.len()),
            (StatusCode::OK, &headers[CONTENT_LENGTH], 0)
        );
        assert_eq!(told[CONTENT_LENGTH], body.len().to_string());
        for method in ["GET", "HEAD"] {
            let weak = format!("\"x\", W/{tag}");
            let (status, headers, body) = ask(method, accept, &weak).await;
            assert_eq!((status, body.len()), (StatusCode::NOT_MODIFIED, 0), "{method} {accept}");
            assert_eq!((headers[ETAG].to_str().unwrap(), &headers[VARY]), (tag, &BY_ENCODING));
            assert_eq!(headers.get(CONTENT_LENGTH), None, "nothing is said of a body that is not there");
        }
    }
    assert_eq!(ask("GET", "gzip", "\"each\"").await.0, StatusCode::OK, "that of another coding is none");
}
