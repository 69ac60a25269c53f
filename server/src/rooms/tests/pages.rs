//! A page of history is bounded in bytes, and says that there is more.

use protocol::history::MAX_BYTES;
use protocol::json;

use super::*;

/// As many bytes as one message may have.
const LONG: &str = "😀";

/// Whether `page` is full: one more message of that length would not fit.
fn assert_full(page: &HistoryPage) {
    let bytes = json::size(page);
    assert!(bytes <= MAX_BYTES, "{bytes} bytes in {} messages", page.messages.len());
    assert!(bytes >= MAX_BYTES / 2, "{bytes} bytes in {} messages", page.messages.len());
    let seqs: Vec<_> = page.messages.iter().map(|message| message.seq).collect();
    assert_eq!(seqs, (seqs[0]..=seqs[seqs.len() - 1]).collect::<Vec<_>>(), "a page has no hole");
    assert!(page.more);
}

#[tokio::test]
async fn a_page_of_long_messages_has_as_many_as_fit_in_256_kib_and_says_that_there_are_more() {
    let place = place().await;
    place.fill(40, &LONG.repeat(4_000)).await;
    let asked = || History { limit: Some(100), ..History::default() };
    let newest = place.history(asked()).await;
    assert_full(&newest);
    assert_eq!(newest.messages.last().unwrap().seq, 40);
    let before = place.history(History { before: Some(30), ..asked() }).await;
    assert_full(&before);
    assert_eq!(before.messages.last().unwrap().seq, 29);
    let after = place.history(History { after: Some(10), ..asked() }).await;
    assert_full(&after);
    assert_eq!(after.messages[0].seq, 11);
    let around = place.history(History { around: Some(20), ..asked() }).await;
    assert_full(&around);
    let (first, last) = (around.messages[0].seq, around.messages.last().unwrap().seq);
    assert!(first < 20 && 20 < last, "both sides of it: {first}–{last}");
}

#[tokio::test]
async fn page_by_page_nothing_is_left_out() {
    let place = place().await;
    place.fill(25, &LONG.repeat(4_000)).await;
    let (mut back, mut forth) = (Vec::new(), Vec::new());
    let mut page = place.history(History::default()).await;
    loop {
        back.splice(0..0, page.messages.iter().map(|message| message.seq));
        if !page.more {
            break;
        }
        page = place.history(History { before: back.first().copied(), ..History::default() }).await;
    }
    loop {
        let after = Some(forth.last().copied().unwrap_or(0));
        let page = place.history(History { after, ..History::default() }).await;
        forth.extend(page.messages.iter().map(|message| message.seq));
        if !page.more {
            break;
        }
    }
    let all: Vec<Seq> = (1..=25).collect();
    assert_eq!((back, forth), (all.clone(), all));
}

#[tokio::test]
async fn what_is_joined_begins_with_a_page_of_that_size_too() {
    let place = place().await;
    place.fill(20, &LONG.repeat(4_000)).await;
    let joined = place.rooms.join(&place.bia, Join::default()).await.unwrap();
    assert!(json::size(&joined) <= MAX_BYTES, "{}", json::size(&joined));
    assert!(joined.more);
}

#[tokio::test]
async fn short_messages_are_as_many_as_asked_for() {
    let place = place().await;
    place.fill(120, "Oi").await;
    let page = place.history(History { limit: Some(100), ..History::default() }).await;
    assert_eq!(page.messages.len(), 100);
}
