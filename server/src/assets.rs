//! Files that are the same for everybody: the site, the stock client's bundle, the operator's own pages.
//!
//! The first two are inside the binary in a release build and read from disk in a debug build (`build.rs`).

mod folder;
mod gzip;
pub mod pages;

pub(crate) use gzip::page as compress_page;

use std::path::Path;
use std::sync::OnceLock;

use axum::Router;
use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::middleware::{from_fn, map_response};
use axum::response::Response;
use folder::Found;
use memory_serve::{Asset, CacheControl, Manifest, MemoryServe};

/// What `build.rs` found, by folder.
#[allow(unused_qualifications, reason = "the file is generated")]
static EMBEDDED: &[(&str, &[Asset])] = include!(concat!(env!("OUT_DIR"), "/memory_serve_assets.rs"));

/// What memory-serve sends with a hashed file.
const LONG: &[u8] = b"max-age=31536000, immutable";

/// Addresses of the files a page needs: hashed where they are embedded, plain where they are read from disk.
pub struct AssetUrls {
    /// The style sheet.
    pub css: String,
    /// The module that starts the page.
    pub js: String,
    /// The WebAssembly it loads.
    pub wasm: String,
    manifest: Manifest,
}

impl AssetUrls {
    /// The address of any other file, by its plain one: `/favicon.svg`.
    pub fn of<'a>(&'a self, path: &'a str) -> &'a str {
        self.manifest.get(path).unwrap_or(path)
    }
}

/// The addresses, worked out once.
pub fn urls() -> &'static AssetUrls {
    static URLS: OnceLock<AssetUrls> = OnceLock::new();
    URLS.get_or_init(|| {
        let manifest = site().manifest();
        let of = |path: &str| manifest.get(path).unwrap_or(path).to_owned();
        AssetUrls {
            css: of("/pkg/chat-moderno.css"),
            js: of("/pkg/chat-moderno.js"),
            wasm: of("/pkg/chat-moderno.wasm"),
            manifest,
        }
    })
}

/// The routes of the site's files.
pub fn router() -> Router {
    // Building it unpacks the files for good, so it is built once, however many servers a test starts.
    static ROUTER: OnceLock<Router> = OnceLock::new();
    ROUTER
        .get_or_init(|| site().into_router().layer(map_response(say_public)).layer(from_fn(gzip::serve)))
        .clone()
}

/// The routes of the stock client's bundle, by their file names; none if it was not there at build time.
pub fn client_bundle() -> Router {
    static ROUTER: OnceLock<Router> = OnceLock::new();
    let bundle = || {
        folder("client-bundle")
            .index_file(None)
            .enable_gzip(false)
            .cache_control(CacheControl::Custom("public, max-age=0"))
            .into_router()
            .layer(map_response(say_charset))
            .layer(from_fn(gzip::serve))
    };
    ROUTER.get_or_init(bundle).clone()
}

/// A file of the site that was not there when a debug build was compiled: `cargo leptos watch` makes the site and
/// the server at the same time. A release build has everything inside and reads nothing.
pub async fn from_disk(request: Request) -> Option<Response> {
    if !cfg!(debug_assertions) {
        return None;
    }
    let site = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/site"));
    match folder::find(site, request.uri().path(), |_| false).await? {
        Found::File(file) => Some(folder::serve(&file, request).await),
        Found::Folder => None,
    }
}

fn site() -> MemoryServe {
    folder("site")
        .index_file(None)
        // It would compress everything anew at each start: see `gzip`.
        .enable_gzip(false)
        .enable_hashed_routes(!cfg!(debug_assertions))
        .cache_control(CacheControl::NoCache)
}

fn folder(name: &str) -> MemoryServe {
    let files = EMBEDDED.iter().find(|(folder, _)| *folder == name).map_or(&[][..], |(_, files)| files);
    MemoryServe::new(files)
}

async fn say_public(mut response: Response) -> Response {
    if response.headers().get(CACHE_CONTROL).is_some_and(|value| value.as_bytes() == LONG) {
        let value = HeaderValue::from_static("public, immutable, max-age=31536000");
        response.headers_mut().insert(CACHE_CONTROL, value);
    }
    response
}

/// As Socket.IO for Node serves it; pages in other encodings depend on the charset.
async fn say_charset(mut response: Response) -> Response {
    if response.headers().contains_key(CONTENT_TYPE) {
        let value = HeaderValue::from_static("application/javascript; charset=utf-8");
        response.headers_mut().insert(CONTENT_TYPE, value);
    }
    response
}
