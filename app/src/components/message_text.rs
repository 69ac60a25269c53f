//! Words people wrote: one renderer of the tree for server and browser. No HTML comes out of it.

use chat::rich_text::{Block, Inline, Mark};
use leptos::prelude::*;

/// Most emoji that stand large.
const MOST_LARGE: usize = 3;

/// The text of a message.
#[component]
pub fn MessageText(
    /// The tree.
    blocks: Vec<Block>,
) -> impl IntoView {
    let class = if is_emoji(&blocks) { "message-text message-text--emoji" } else { "message-text" };
    let paragraphs = blocks
        .into_iter()
        .filter_map(|block| match block {
            Block::P { c } => Some(c),
            Block::Unknown => None,
        })
        .map(|inlines| view! { <p dir="auto">{inlines.into_iter().map(inline).collect::<Vec<_>>()}</p> })
        .collect::<Vec<_>>();
    view! { <div class=class>{paragraphs}</div> }
}

fn inline(inline: Inline) -> impl IntoView {
    match inline {
        Inline::Text(text) => Some(leptos::either::Either::Left(text)),
        Inline::Mark(Mark::Br) => Some(leptos::either::Either::Right(view! { <br /> })),
        Inline::Mark(Mark::Unknown) => None,
    }
}

/// Nothing but one to three emoji.
fn is_emoji(blocks: &[Block]) -> bool {
    let [Block::P { c }] = blocks else { return false };
    let [Inline::Text(text)] = c.as_slice() else { return false };
    let mut count = 0;
    let mut joined = false;
    for c in text.trim().chars() {
        match c {
            '\u{200d}' => joined = true,
            // What only changes the emoji before it: presentation, skin, the second letter of a flag, tags.
            '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}' | '\u{20e3}' => {}
            '\u{1f1e6}'..='\u{1f1ff}'
            | '\u{231a}'..='\u{23ff}'
            | '\u{2600}'..='\u{27bf}'
            | '\u{2b05}'..='\u{2b55}'
            | '\u{1f300}'..='\u{1faff}' => {
                count += usize::from(!std::mem::take(&mut joined));
            }
            _ => return false,
        }
    }
    // A flag is two letters; a line of flags is a line of emoji all the same.
    (1..=MOST_LARGE * 2).contains(&count) && (count <= MOST_LARGE || text.chars().all(is_flag_letter))
}

fn is_flag_letter(c: char) -> bool {
    matches!(c, '\u{1f1e6}'..='\u{1f1ff}')
}

#[cfg(test)]
mod tests {
    use chat::rich_text::plain;

    use super::*;

    #[test]
    fn up_to_three_emoji_stand_large() {
        for text in ["🎉", "🎉👏", "❤️", "👩‍👩‍👧", "👍🏽👍🏽👍🏽", "🇧🇷", "🐈‍⬛"]
        {
            assert!(is_emoji(&plain(text)), "{text}");
        }
    }

    #[test]
    fn words_digits_and_crowds_do_not() {
        for text in ["", "a", "1", "🎉 oi", "🎉🎉🎉🎉", "🎉\n🎉", "©"] {
            assert!(!is_emoji(&plain(text)), "{text}");
        }
    }
}
