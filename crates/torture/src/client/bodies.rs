//! What people write when they mean harm: texts of every size, in every script, with every trap.

use chat::MessageBody;
use chat::body::{MAX_BYTES, MAX_CHARS};
use rand::rngs::StdRng;
use rand::{Rng, seq::IndexedRandom};

/// Pieces that texts are made of. Each is a trap for somebody.
const PIECES: [&str; 28] = [
    "a",
    "palavra ",
    "Oi, tudo bem? ",
    "ç ã é í õ ü ",
    "\u{65}\u{301}\u{327}\u{30a}",
    "👩🏽‍❤️‍💋‍👨🏿",
    "🏳️‍🌈",
    "🇧🇷🇵🇹",
    "汉字かな交じり文",
    "שלום עולם",
    "\u{202e}abc\u{202c}",
    "\u{2066}\u{2067}\u{2069}",
    "\u{200b}\u{200d}\u{feff}",
    "\u{2028}\u{2029}",
    "\u{0}",
    "\u{1}\u{7}\u{1b}[31m",
    "\u{7f}\u{85}\u{a0}",
    "\u{fffe}\u{ffff}\u{10ffff}",
    "\r\n\t",
    "<script>alert(1)</script>",
    "\"}],[\"sent\",\"",
    "\\u0000\\\"'`",
    "'; DROP TABLE events; --",
    "**negrito** _itálico_ ~~riscado~~ `código`",
    "```\nbloco\n",
    "> citação\n- item\n",
    "[x](javascript:alert(1)) https://exemplo.test/?a=1&b=%00",
    "a\u{335}\u{336}\u{337}\u{338}\u{321}\u{322}",
];

/// Emoji for reactions, one sequence each.
pub(super) const EMOJI: [&str; 6] = ["❤️", "👍🏽", "😂", "🏳️‍🌈", "👩🏽‍❤️‍💋‍👨🏿", "🇧🇷"];

/// A text that the composer would take: most are short, some are as long as may be.
pub(super) fn body(rng: &mut StdRng) -> MessageBody {
    loop {
        let size = size(rng);
        if let Ok(body) = MessageBody::parse(text(rng, size)) {
            return body;
        }
    }
}

/// Bytes, from 1 to the limit: eight of ten below 200.
fn size(rng: &mut StdRng) -> usize {
    match rng.random_range(0..100) {
        0..80 => rng.random_range(1..200),
        80..96 => rng.random_range(200..2_000),
        96 => MAX_BYTES,
        _ => rng.random_range(2_000..=MAX_BYTES),
    }
}

fn text(rng: &mut StdRng, size: usize) -> String {
    if size == 1 {
        return char::from(rng.random_range(b'!'..=b'~')).to_string();
    }
    // A long text of one-byte characters would have too many of them.
    let wide = size > MAX_CHARS;
    let (mut text, mut chars) = (String::new(), 0);
    while text.len() < size {
        let piece = if wide { "🙂" } else { PIECES.choose(rng).copied().unwrap_or("a") };
        chars += piece.chars().count();
        if text.len() + piece.len() > MAX_BYTES || chars > MAX_CHARS {
            break;
        }
        text.push_str(piece);
    }
    text
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn sizes_go_from_one_byte_to_the_limit() {
        let mut rng = StdRng::seed_from_u64(1);
        let sizes: Vec<_> = (0..3_000).map(|_| body(&mut rng).as_str().len()).collect();
        assert_eq!(sizes.iter().min(), Some(&1));
        assert!(sizes.iter().any(|size| *size > MAX_BYTES - 500));
        assert!(sizes.iter().filter(|size| **size < 300).count() > 2_000);
    }

    #[test]
    fn the_same_seed_says_the_same() {
        let say = || body(&mut StdRng::seed_from_u64(7));
        assert_eq!(say(), say());
    }
}
