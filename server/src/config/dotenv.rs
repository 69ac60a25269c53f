//! The file `.env`: one `NAME=value` a line. A small dialect on purpose: no expansion, no line continuation. Other programs
//! may have their lines in it, in dialects of theirs: only what is an option of ours is looked at.

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
    /// The value of one of our options cannot be read.
    #[error("line {line} of .env: {why}")]
    Line {
        /// Counted from 1.
        line: usize,
        /// What is wrong with it.
        why: &'static str,
    },
}

/// The values that the file at `path` gives to those names that are `ours`, in order; none if there is no such file.
pub(super) fn read(path: &Path, ours: impl Fn(&str) -> bool) -> Result<Vec<(String, String)>, DotenvError> {
    match std::fs::read(path) {
        Ok(bytes) => parse(&String::from_utf8_lossy(&bytes), ours),
        Err(error) if error.kind() == io::ErrorKind::NotFound || path.is_dir() => Ok(Vec::new()),
        Err(source) => Err(DotenvError::Read { path: path.to_owned(), source }),
    }
}

/// The values that `text` gives to those names that are `ours`. A value may stand in single or double quotes; a leading
/// `export` is passed over, and so is every line that gives nothing to any of them.
fn parse(text: &str, ours: impl Fn(&str) -> bool) -> Result<Vec<(String, String)>, DotenvError> {
    let mut pairs = Vec::new();
    for (index, line) in text.strip_prefix('\u{feff}').unwrap_or(text).lines().enumerate() {
        let line = line.trim_start();
        let line = match line.strip_prefix("export") {
            Some(rest) if rest.starts_with([' ', '\t']) => rest,
            _ => line,
        };
        let Some((name, value)) = line.split_once('=') else { continue };
        let name = name.trim();
        if !ours(name) {
            continue;
        }
        let value = self::value(value.trim()).map_err(|why| DotenvError::Line { line: index + 1, why })?;
        pairs.push((name.to_owned(), value));
    }
    Ok(pairs)
}

/// The value without its quotes or its trailing comment.
fn value(text: &str) -> Result<String, &'static str> {
    if text.contains(char::REPLACEMENT_CHARACTER) {
        return Err("the value is not UTF-8");
    }
    let (value, rest) = match text.chars().next() {
        Some('\'') => text[1..].split_once('\'').map(|(value, rest)| (value.to_owned(), rest)).ok_or(OPEN)?,
        Some('"') => double_quoted(&text[1..])?,
        _ => {
            // A comment begins with a space before it.
            let end = if text.starts_with('#') {
                0
            } else {
                text.find(" #").or(text.find("\t#")).unwrap_or(text.len())
            };
            (text[..end].trim_end().to_owned(), "")
        }
    };
    match rest.trim_start() {
        "" => Ok(value),
        comment if comment.starts_with('#') && comment.len() < rest.len() => Ok(value),
        _ => Err("something stands behind the closing quote"),
    }
}

const OPEN: &str = "the quote is not closed on the line";

/// What stands between double quotes, with its escapes resolved, and what stands behind them.
fn double_quoted(text: &str) -> Result<(String, &str), &'static str> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return Ok((value, &text[at + 1..])),
            '\\' => value.push(match chars.next().ok_or(OPEN)?.1 {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                same @ ('\\' | '"' | '\'' | '$' | '`') => same,
                _ => return Err("an escape in the quotes is unknown: \\\\ stands for one backslash"),
            }),
            char => value.push(char),
        }
    }
    Err(OPEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours(name: &str) -> bool {
        ["PORT", "CHAT_WELCOME", "CHAT_DATA"].contains(&name)
    }

    fn welcome(line: &str) -> String {
        let pairs = parse(&format!("CHAT_WELCOME={line}\nPORT=1"), ours).unwrap();
        assert_eq!(pairs.last().unwrap().1, "1", "{line}: the next line is another one");
        pairs[0].1.clone()
    }

    #[test]
    fn values_stand_as_they_are_or_in_quotes_with_or_without_a_comment() {
        for (line, value) in [
            ("Oi cliente!", "Oi cliente!"),
            ("R$5 e $HOME", "R$5 e $HOME"),
            ("it's", "it's"),
            ("b c # note", "b c"),
            ("b#c", "b#c"),
            ("  b \t", "b"),
            ("", ""),
            ("# only a note", ""),
            ("'Oi # cliente'", "Oi # cliente"),
            ("'a\\n\"b' # note", "a\\n\"b"),
            ("\"Oi # cliente\"", "Oi # cliente"),
            (r#""a \"b\" \\ \$5 \n c""#, "a \"b\" \\ $5 \n c"),
            ("\"\"", ""),
            ("a=b", "a=b"),
            ("\"é\"", "é"),
            ("say \"hi\"", "say \"hi\""),
        ] {
            assert_eq!(welcome(line), value, "{line}");
        }
    }

    #[test]
    fn lines_of_others_stop_nothing_and_swallow_nothing() {
        let text = "\u{feff}PORT=1\nA-B=1\nX=it's\nY=\"open\nnonsense\n=x\nexport\nA B=1\nZ='\n \u{fffd}=\u{fffd}\n\
                    export\tCHAT_DATA = aqui\r\nCHAT_DATAS=x\n#PORT=2\n";
        let expected = [("PORT", "1"), ("CHAT_DATA", "aqui")];
        assert_eq!(
            parse(text, ours).unwrap(),
            expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
    }

    #[test]
    fn a_value_of_ours_that_cannot_be_read_whole_is_named_by_its_line() {
        for value in ["\"open", "'open", "\"a\"b", "'it's'", "\"a\\q\"", "\"a\\", "\"a\"#b", "a\u{fffd}"] {
            let text = format!("X=1\n\nCHAT_WELCOME={value}\nPORT=\"1\"\n");
            assert!(matches!(parse(&text, ours), Err(DotenvError::Line { line: 3, .. })), "{value}");
        }
    }
}
