//! Files of a folder on the disk, and nothing outside it, whatever `..` or symbolic link a request finds; nor what is
//! hidden there.

use std::path::{Component, Path, PathBuf};

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use tokio::io::AsyncReadExt;
use tower_http::services::ServeFile;

/// The one hidden folder that is meant to be seen: RFC 8615.
const WELL_KNOWN: &str = ".well-known";

/// What a database begins with: one that lies about is not meant to be seen.
const DATABASE: &[u8; 16] = b"SQLite format 3\0";

/// What the path of a request names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A file, links followed.
    File(PathBuf),
    /// A folder with an `index.html`, whose address ends in a slash.
    Folder,
}

/// What `path` of a request names below `folder`, unless it is kept from sight there.
pub(super) async fn find(folder: &Path, path: &str, is_hidden: impl Fn(&Path) -> bool) -> Option<Found> {
    let relative = relative(path)?;
    let folder = tokio::fs::canonicalize(folder).await.ok()?;
    let file = tokio::fs::canonicalize(folder.join(&relative)).await.ok()?;
    // Where the link leads has to be visible as well.
    if !is_visible(file.strip_prefix(&folder).ok()?) || is_hidden(&file) {
        return None;
    }
    let metadata = tokio::fs::metadata(&file).await.ok()?;
    if metadata.is_dir() && !path.ends_with('/') {
        let index = tokio::fs::metadata(file.join("index.html")).await.ok()?;
        return index.is_file().then_some(Found::Folder);
    }
    (metadata.is_file() && !is_database(&file).await).then_some(Found::File(file))
}

/// Answers `request` with the file, in parts if it asks for some, and as fast as it reads.
pub(super) async fn serve(file: &Path, request: Request) -> Response {
    let Ok(response) = ServeFile::new(file).try_call(request).await else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut response = response.map(Body::new);
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if (kind.starts_with("text/") || kind.ends_with("javascript"))
        && !kind.contains("charset")
        && let Ok(value) = HeaderValue::try_from(format!("{kind}; charset=utf-8"))
    {
        response.headers_mut().insert(CONTENT_TYPE, value);
    }
    response
}

/// The path below the folder; `None` for one that leaves it or is hidden. A folder is its `index.html`.
pub(super) fn relative(path: &str) -> Option<PathBuf> {
    let decoded = percent_decode(path.strip_prefix('/')?)?;
    if decoded.contains(['\0', '\\']) || decoded.contains("//") {
        return None;
    }
    let mut relative = PathBuf::from(&decoded);
    if decoded.is_empty() || decoded.ends_with('/') {
        relative.push("index.html");
    }
    is_visible(&relative).then_some(relative)
}

/// It goes down only, and into nothing whose name begins with a dot.
fn is_visible(relative: &Path) -> bool {
    relative.components().enumerate().all(|(depth, part)| match part {
        Component::Normal(name) => {
            !name.as_encoded_bytes().starts_with(b".") || (depth == 0 && name == WELL_KNOWN)
        }
        _ => false,
    })
}

async fn is_database(file: &Path) -> bool {
    let Ok(mut file) = tokio::fs::File::open(file).await else { return false };
    let mut head = [0; DATABASE.len()];
    file.read_exact(&mut head).await.is_ok() && head == *DATABASE
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
        assert_eq!(relative("/docs/"), Some("docs/index.html".into()));
        assert_eq!(relative("/js/chat%20a.js"), Some("js/chat a.js".into()));
        assert_eq!(relative("/.well-known/security.txt"), Some(".well-known/security.txt".into()));
    }

    #[test]
    fn a_path_that_leaves_the_folder_or_is_hidden_is_none() {
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
            "/.env",
            "/%2eenv",
            "/a/.git/config",
            "/.well-known/.secret",
            "/a/.well-known/x",
            "/.well-known/../.env",
        ] {
            assert_eq!(relative(bad), None, "{bad}");
        }
    }
}
