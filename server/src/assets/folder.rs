//! Files of a folder on the disk, and nothing outside it, whatever `..` or symbolic link a request finds.

use std::path::{Component, Path, PathBuf};

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;

/// The file that `path` of a request names below `folder`.
pub(super) async fn file(folder: &Path, path: &str) -> Option<Response> {
    let file = folder.join(relative(path)?);
    let bytes = read(folder, &file).await?;
    let mut response = Response::new(Body::from(bytes));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type(&file)));
    Some(response)
}

/// The path below the folder; `None` for one that leaves it. The folder itself is its `index.html`.
pub(super) fn relative(path: &str) -> Option<PathBuf> {
    let decoded = percent_decode(path.strip_prefix('/')?)?;
    if decoded.contains(['\0', '\\']) {
        return None;
    }
    let relative = if decoded.is_empty() { Path::new("index.html") } else { Path::new(&decoded) };
    let plain = relative.components().all(|part| matches!(part, Component::Normal(_)));
    plain.then(|| relative.to_owned())
}

/// The file's bytes, if the way to it, links followed, stays below the folder.
async fn read(folder: &Path, file: &Path) -> Option<Vec<u8>> {
    let folder = tokio::fs::canonicalize(folder).await.ok()?;
    let file = tokio::fs::canonicalize(file).await.ok()?;
    if !file.starts_with(&folder) || !tokio::fs::metadata(&file).await.ok()?.is_file() {
        return None;
    }
    tokio::fs::read(&file).await.ok()
}

fn content_type(file: &Path) -> &'static str {
    let extension = file.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    match extension.to_ascii_lowercase().as_str() {
        "html" | "htm" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" | "md" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        _ => "application/octet-stream",
    }
}

/// `None` for a broken escape or for bytes that are no UTF-8.
fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_the_index_and_a_path_is_a_file() {
        assert_eq!(relative("/"), Some("index.html".into()));
        assert_eq!(relative("/js/chat%20a.js"), Some("js/chat a.js".into()));
    }

    #[test]
    fn a_path_that_leaves_the_folder_is_none() {
        for bad in [
            "/../x",
            "/a/../../x",
            "/%2e%2e/x",
            "/..%2fx",
            "//etc/passwd",
            "/%2Fetc",
            "/a\\..\\x",
            "/a%00",
            "/%zz",
            "/%",
            "/%ff",
        ] {
            assert_eq!(relative(bad), None, "{bad}");
        }
    }
}
