//! The shape of a document: its elements, texts and comments in their order, as one number. The browser counts the
//! document that it has by the same rule; one of another shape is not taken over but built anew.

use super::sprite;

/// The elements that have no end.
const VOID: [&str; 5] = ["br", "hr", "img", "input", "wbr"];

const START: u32 = 2_166_136_261;
const PRIME: u32 = 16_777_619;

/// The same rule in the browser: `shape()` of the document up to the icons.
pub(super) fn script() -> String {
    format!(
        "const shape = () => {{ let sum = {START}; const add = (word) => {{ for (const c of word) sum = Math.imul(sum ^ c.charCodeAt(0), {PRIME}) >>> 0; }}; \
         const walk = (node) => {{ if (node.nodeType !== 1) return add(node.nodeType === 3 ? '.' : '!'); add(node.localName + '<'); node.childNodes.forEach(walk); add('>'); }}; \
         for (let node = document.body.firstChild; node && node.id !== '{icons}'; node = node.nextSibling) walk(node); return sum; }};",
        icons = sprite::ID
    )
}

/// The shape of `html`, which Leptos has written: every `<` begins a tag or a comment, and every element ends.
pub(super) fn of(html: &str) -> u32 {
    let mut sum = START;
    let mut add = |word: &str| {
        for byte in word.bytes() {
            sum = (sum ^ u32::from(byte)).wrapping_mul(PRIME);
        }
    };
    let mut rest = html;
    while !rest.is_empty() {
        let Some(tag) = rest.strip_prefix('<') else {
            add(".");
            rest = &rest[rest.find('<').unwrap_or(rest.len())..];
            continue;
        };
        let end = if tag.starts_with("!--") { tag.find("-->").map(|at| at + 2) } else { end_of(tag) };
        let (tag, after) = tag.split_at(end.unwrap_or(tag.len()));
        rest = after.strip_prefix('>').unwrap_or(after);
        if tag.starts_with('!') {
            add("!");
        } else if tag.starts_with('/') {
            add(">");
        } else {
            let name = tag.split([' ', '/']).next().unwrap_or_default();
            add(name);
            add("<");
            if VOID.contains(&name) || tag.ends_with('/') {
                add(">");
            }
        }
    }
    sum
}

/// Where the tag ends: `>` within a value does not end it.
fn end_of(tag: &str) -> Option<usize> {
    let mut quoted = false;
    tag.bytes().position(|byte| {
        quoted ^= byte == b'"';
        byte == b'>' && !quoted
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_attributes_do_not_count_and_everything_else_does() {
        let shape = of(r#"<p class="a">Oi<br><b>gente</b><!></p><input name="x">"#);
        assert_eq!(shape, of(r#"<p dir="auto" title="a > b">Hello &lt;<br><b>all</b><!----></p><input>"#));
        for other in [
            "<p>Oi<br><b>gente</b></p><input>",
            "<p>Oi<br><b></b><!></p><input>",
            "<p><font>Oi</font><br><b>gente</b><!></p><input>",
            "<p>Oi<b><br>gente</b><!></p><input>",
            "<p>Oi<br><i>gente</i><!></p><input>",
            "<p>Oi<br><b>gente</b><!><input></p>",
            "<div></div><p>Oi<br><b>gente</b><!></p><input>",
        ] {
            assert_ne!(shape, of(other), "{other}");
        }
    }
}
