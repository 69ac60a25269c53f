//! Rows that an earlier version wrote: they hold what is cleaned today before it is stored.

use super::*;
use chat::Event;

/// A message as an earlier version stored it.
async fn old_row(place: &Place, raw: &str) {
    place.say("x").await;
    let json = serde_json::json!([{ "t": "p", "c": [raw] }]).to_string();
    let payload = serde_json::json!({ "body": raw, "ast": [{ "t": "p", "c": [raw] }] }).to_string();
    let store = &place.rooms.store;
    store.execute("UPDATE messages SET body = $1, ast = CAST($2 AS BLOB)", &[raw, &json]).await;
    store.execute("UPDATE events SET payload = CAST($1 AS BLOB)", &[&payload]).await;
}

#[tokio::test]
async fn l115_old_rows_are_served_clean() {
    for (raw, clean) in [("\u{0}", ""), ("a\u{0}\r\nb\rc", "a\nb\nc"), ("\r", "\n")] {
        let place = place().await;
        old_row(&place, raw).await;
        let page = place.history(History::default()).await;
        assert_eq!(page.messages[0].body, clean, "{raw:?}");
        assert_eq!(page.messages[0].rich_text, rich_text::plain(clean), "{raw:?}");
        let synced = place.sync(0).await;
        let [RoomEvent(Event { change: Change::Sent(said), .. })] = synced.events.as_slice() else {
            panic!("{synced:?}")
        };
        assert_eq!((said.body.as_str(), &said.rich_text), (clean, &rich_text::plain(clean)), "{raw:?}");
    }
}
