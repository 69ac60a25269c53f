//! A message's text as a tree: what the server makes of it and every screen draws.
//!
//! There is no HTML in it. Kinds this build does not know are kept out of sight, not refused: the tree comes
//! from a server that may be newer.

mod node;

use node::Node;
use serde::{Deserialize, Serialize};

/// A part of a text that stands on lines of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Node", tag = "t", rename_all = "lowercase")]
pub enum Block {
    /// A paragraph.
    P {
        /// What it says.
        c: Vec<Inline>,
    },
    /// A kind of a newer server.
    Unknown,
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Inline {
    /// Words.
    Text(String),
    /// Anything that is not words.
    Mark(Mark),
}

/// An inline that is not words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "t", rename_all = "lowercase")]
pub enum Mark {
    /// The line ends here.
    Br,
    /// A kind of a newer server.
    Unknown,
}

/// Most paragraphs and inlines a plain text becomes (docs/threats.md section 5). What is left of a
/// text with more lines than that stays together in the last one.
const MAX_NODES: usize = 2_000;

/// The plain form of a [clean](crate::text::clean) `text`: blank lines part paragraphs, single line ends become [`Mark::Br`].
pub fn plain(text: &str) -> Vec<Block> {
    // What indents the first line stays, as it does in the others.
    let text = text.trim_end();
    let mut blocks = Vec::new();
    let mut line_of: Vec<Inline> = Vec::new();
    let mut nodes = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let (line, after) = if nodes + 4 > MAX_NODES { (rest, "") } else { next_line(rest) };
        rest = after;
        if line.trim().is_empty() {
            flush(&mut blocks, &mut line_of);
            continue;
        }
        if line_of.is_empty() {
            nodes += 1;
        } else {
            line_of.push(Inline::Mark(Mark::Br));
            nodes += 1;
        }
        line_of.push(Inline::Text(line.to_owned()));
        nodes += 1;
    }
    flush(&mut blocks, &mut line_of);
    blocks
}

/// The first line of `text` without its end, and what follows.
fn next_line(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or((text, ""))
}

fn flush(blocks: &mut Vec<Block>, inlines: &mut Vec<Inline>) {
    if !inlines.is_empty() {
        blocks.push(Block::P { c: std::mem::take(inlines) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> String {
        serde_json::to_string(&plain(text)).unwrap()
    }

    #[test]
    fn one_line_is_one_paragraph() {
        assert_eq!(json("Oi"), r#"[{"t":"p","c":["Oi"]}]"#);
    }

    #[test]
    fn a_line_end_breaks_and_a_blank_line_parts() {
        assert_eq!(json("\na\nb\n \n\nc\n"), r#"[{"t":"p","c":["a",{"t":"br"},"b"]},{"t":"p","c":["c"]}]"#);
    }

    #[test]
    fn spaces_that_indent_and_align_stay() {
        assert_eq!(json("  a  b\n\tc \n"), r#"[{"t":"p","c":["  a  b",{"t":"br"},"\tc"]}]"#);
        assert_eq!(json(" \n  a"), r#"[{"t":"p","c":["  a"]}]"#);
    }

    #[test]
    fn markup_stays_text() {
        assert_eq!(json("<b>&"), r#"[{"t":"p","c":["<b>&"]}]"#);
    }

    #[test]
    fn a_text_of_only_line_ends_stays_within_the_node_limit() {
        let text = "a\n".repeat(4_000);
        let blocks = plain(&text);
        let nodes: usize = blocks.iter().map(|b| if let Block::P { c } = b { 1 + c.len() } else { 1 }).sum();
        assert!(nodes <= MAX_NODES, "{nodes}");
    }

    #[test]
    fn kinds_of_a_newer_server_are_read_and_not_shown() {
        let blocks: Vec<Block> =
            serde_json::from_str(
                r#"[{"t":"table","c":[[1],{"t":"row","x":null},7],"w":7},{"c":["a",{"t":"link","c":["b"],"href":"x"}],"t":"p"}]"#,
            )
            .unwrap();
        assert_eq!(blocks[0], Block::Unknown);
        assert_eq!(blocks[1], Block::P { c: vec![Inline::Text("a".into()), Inline::Mark(Mark::Unknown)] });
        for bad in ["[7]", r#"[{"c":[]}]"#, r#"["p"]"#] {
            assert!(serde_json::from_str::<Vec<Block>>(bad).is_err(), "{bad}");
        }
    }
}
