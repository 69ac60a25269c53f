//! The file `.env`: one `NAME=value` a line. A small dialect on purpose: no expansion, no line continuation.

use std::io;
use std::path::{Path, PathBuf};

/// Why `.env` cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DotenvError {
    /// It is there and cannot be read.
    #[error("cannot read {}: {}", path.display(), source)]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A line is not `NAME=value`, a comment or empty.
    #[error("line {0} of .env is not NAME=value")]
    Line(usize),
}

/// The pairs of the file at `path`, in order; none if there is no file.
pub(super) fn read(path: &Path) -> Result<Vec<(String, String)>, DotenvError> {
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(source) => Err(DotenvError::Read { path: path.to_owned(), source }),
    }
}

/// The pairs in `text`. A value may stand in single or double quotes; a leading `export` is passed over.
pub fn parse(text: &str) -> Result<Vec<(String, String)>, DotenvError> {
    let mut pairs = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let wrong = || DotenvError::Line(index + 1);
        let line = line.strip_prefix("export ").unwrap_or(line);
        let (name, value) = line.split_once('=').ok_or_else(wrong)?;
        let name = name.trim();
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return Err(wrong());
        }
        pairs.push((name.to_owned(), unquote(value.trim()).ok_or_else(wrong)?.to_owned()));
    }
    Ok(pairs)
}

/// The value without its quotes or its trailing comment; `None` if a quote is not closed.
fn unquote(value: &str) -> Option<&str> {
    for quote in ['"', '\''] {
        if let Some(rest) = value.strip_prefix(quote) {
            return rest.find(quote).map(|end| &rest[..end]);
        }
    }
    Some(value.find(" #").map_or(value, |end| value[..end].trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_with_quotes_comments_and_exports() {
        let text =
            "# note\n\nPORT=5000\nexport CHAT_WELCOME=\"Oi # cliente\"\n A = b c # note\nEMPTY=\nQ='x'\n";
        let pairs = parse(text).unwrap();
        let expected =
            [("PORT", "5000"), ("CHAT_WELCOME", "Oi # cliente"), ("A", "b c"), ("EMPTY", ""), ("Q", "x")];
        assert_eq!(pairs, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn a_line_that_is_no_pair_is_named_by_its_number() {
        for (text, line) in [("A=1\nnonsense", 2), ("=x", 1), ("A B=1", 1), ("A=\"open", 1)] {
            assert!(matches!(parse(text), Err(DotenvError::Line(n)) if n == line), "{text}");
        }
    }
}
