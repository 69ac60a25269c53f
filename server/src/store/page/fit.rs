//! Keeps a page within its bytes: of a hundred long messages only those nearest to what was asked for are in it.

use std::ops::Range;

use chat::Message;
use protocol::history::MAX_BYTES;
use protocol::json;

use super::{Page, Window};
use crate::store::notes::NOTES_BYTES;

/// What a message takes beside its texts and reactions, at most: ids, times, and a name of 40 characters.
const FRAME: usize = 768;
/// The same of one reaction, beside those it names.
const REACTION: usize = 192;
/// Most people that a reaction names.
const NAMED: usize = 20;
/// One of them.
const ID: usize = 40;

/// `page` with as many of its messages as fit. One is always in it, and is far below the limit.
pub(super) fn fit(window: Window, mut page: Page) -> Page {
    let sizes: Vec<usize> = page.messages.iter().map(size).collect();
    let kept = range(window, &page, &sizes);
    let (earlier, later) = (kept.start > 0, kept.end < sizes.len());
    page.more |= if matches!(window, Window::After(_)) { later } else { earlier };
    page.messages.truncate(kept.end);
    page.messages.drain(..kept.start);
    page
}

/// Which messages fit, beginning with the nearest one.
fn range(window: Window, page: &Page, sizes: &[usize]) -> Range<usize> {
    let Some(last) = sizes.len().checked_sub(1) else { return 0..0 };
    let first = match window {
        Window::After(_) => 0,
        Window::Newest | Window::Before(_) => last,
        Window::Around(seq) => page.messages.partition_point(|message| message.seq < seq).min(last),
    };
    let mut kept = first..first + 1;
    let mut left = (MAX_BYTES - NOTES_BYTES).saturating_sub(sizes[first]);
    // From side to side, until one does not fit: a page has no hole.
    let (mut earlier, mut later) = (true, true);
    while earlier || later {
        earlier = earlier && kept.start > 0 && pay(&mut left, sizes[kept.start - 1]);
        kept.start -= usize::from(earlier);
        later = later && kept.end < sizes.len() && pay(&mut left, sizes[kept.end]);
        kept.end += usize::from(later);
    }
    kept
}

fn pay(left: &mut usize, bytes: usize) -> bool {
    let fits = bytes <= *left;
    if fits {
        *left -= bytes;
    }
    fits
}

/// How many bytes `message` takes, at most.
fn size(message: &Message) -> usize {
    let reactions = message.reactions.iter().map(|reaction| REACTION + reaction.by.len().min(NAMED) * ID);
    FRAME + json::size(&message.body) + json::size(&message.rich_text) + reactions.sum::<usize>()
}
