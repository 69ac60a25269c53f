//! What becomes of a message after it was said.

use protocol::{Delete, Edit, React};

use super::*;

fn edit(target: Seq, body: &str) -> Edit {
    Edit { room: RoomId::lobby(), target, body: body.to_owned(), key: None }
}

fn delete(target: Seq) -> Delete {
    Delete { room: RoomId::lobby(), target, key: None }
}

fn react(target: Seq, emoji: &str, on: bool) -> React {
    React { room: RoomId::lobby(), target, emoji: emoji.to_owned(), on, key: None }
}

async fn first(place: &Place) -> view::Message {
    place.history(History::default()).await.messages.remove(0)
}

#[tokio::test]
async fn an_edit_is_an_event_and_the_message_has_the_new_text() {
    let place = place().await;
    place.say("Oi").await;
    let stored = place.rooms.edit(&place.bia, edit(1, "Olá")).await.unwrap();
    assert_eq!((stored.seq, stored.duplicate), (2, false));
    let message = first(&place).await;
    assert_eq!((message.body.as_str(), message.edited_at), ("Olá", Some(stored.at)));
    assert_eq!(message.rich_text, rich_text::plain("Olá"));
    let Change::Edited { by, target, body, .. } = &place.sync(1).await.events[0].0.change else { panic!() };
    assert_eq!((by, *target, body.as_str()), (&place.bia.member.id, 1, "Olá"));
}

#[tokio::test]
async fn an_edit_to_the_same_text_changes_nothing_and_names_what_made_it_so() {
    let place = place().await;
    place.say("Oi").await;
    let same = place.rooms.edit(&place.bia, edit(1, "Oi")).await.unwrap();
    assert_eq!((same.seq, same.duplicate), (1, true));
    place.rooms.edit(&place.bia, edit(1, "Olá")).await.unwrap();
    let same = place.rooms.edit(&place.bia, edit(1, "Olá")).await.unwrap();
    assert_eq!((same.seq, same.duplicate), (2, true));
    assert_eq!(place.history(History::default()).await.head, 2);
}

#[tokio::test]
async fn a_024_message_of_somebody_else_is_neither_edited_nor_deleted() {
    let place = place().await;
    place.say("Oi").await;
    assert_eq!(refused(place.rooms.edit(&place.ana, edit(1, "Tchau")).await), Refusal::Forbidden);
    assert_eq!(refused(place.rooms.delete(&place.ana, delete(1)).await), Refusal::Forbidden);
    assert_eq!((first(&place).await.body.as_str(), place.sync(1).await.head), ("Oi", 1));
}

#[tokio::test]
async fn a_deleted_text_is_nowhere_any_more() {
    let place = place().await;
    place.say("segredo um").await;
    place.rooms.edit(&place.bia, edit(1, "segredo dois")).await.unwrap();
    place.rooms.react(&place.ana, react(1, "🎉", true)).await.unwrap();
    let stored = place.rooms.delete(&place.bia, delete(1)).await.unwrap();
    assert_eq!(stored.seq, 4);
    let message = first(&place).await;
    assert!(message.deleted && message.body.is_empty() && message.rich_text.is_empty());
    assert!(message.reactions.is_empty() && message.edited_at.is_none());
    let replay = serde_json::to_string(&place.sync(0).await).unwrap();
    assert!(!replay.contains("segredo"), "{replay}");
    let events = place.sync(0).await.events;
    assert_eq!(events.len(), 4, "every place is kept");
    assert!(matches!(&events[0].0.change, Change::Sent(message) if message.deleted));
    assert!(matches!(&events[1].0.change, Change::Edited { deleted: true, body, .. } if body.is_empty()));

    let again = place.rooms.delete(&place.bia, delete(1)).await.unwrap();
    assert_eq!((again.seq, again.duplicate), (4, true));
    assert_eq!(refused(place.rooms.edit(&place.bia, edit(1, "x")).await), Refusal::NotFound);
    assert_eq!(refused(place.rooms.react(&place.ana, react(1, "🎉", true)).await), Refusal::NotFound);
    let answer = MessageOptions { reply_to: Some(1), ..MessageOptions::default() };
    let answer = place.rooms.say(&place.bia, Message { body: "x".into(), options: answer }).await;
    assert_eq!(refused(answer), Refusal::NotFound);
}

#[tokio::test]
async fn the_key_of_a_deleted_message_still_answers_as_the_first_time() {
    let place = place().await;
    let key = Some(Key::from_bytes([7; 16]));
    let options = MessageOptions { key, ..MessageOptions::default() };
    let request = Message { body: "Oi".into(), options };
    let said = place.rooms.say(&place.bia, request.clone()).await.unwrap();
    place.rooms.delete(&place.bia, delete(1)).await.unwrap();
    let again = place.rooms.say(&place.bia, request).await.unwrap();
    assert_eq!(again, Accepted { duplicate: true, ..said });
    assert_eq!(place.history(History::default()).await.head, 2);
}

#[tokio::test]
async fn a_moderator_takes_away_what_the_less_trusted_said() {
    let place = place().await;
    place.say("Oi").await;
    place.rooms.say(&place.ana, message("Oi")).await.unwrap();
    assert!(place.rooms.store.appoint(&place.ana.member.id, chat::Role::Moderator).await.unwrap());
    let stored = place.rooms.delete(&place.ana, delete(1)).await.unwrap();
    let part = place.sync(stored.seq - 1).await;
    let Change::Deleted { by, target: 1 } = &part.events[0].0.change else { panic!() };
    assert_eq!(*by, place.ana.member.id);
    assert_eq!(refused(place.rooms.delete(&place.bia, delete(2)).await), Refusal::Forbidden);
}

#[tokio::test]
async fn reactions_are_counted_once_a_person_and_told_to_each_as_their_own() {
    let place = place().await;
    place.say("Oi").await;
    let put = |author: &Author, emoji: &str, on| {
        let (rooms, author, request) = (place.rooms.clone(), author.clone(), react(1, emoji, on));
        async move { rooms.react(&author, request).await }
    };
    assert_eq!(put(&place.bia, "🎉", true).await.unwrap().seq, 2);
    let again = put(&place.bia, "🎉", true).await.unwrap();
    assert_eq!((again.seq, again.duplicate), (2, true));
    assert_eq!(put(&place.ana, "🎉", true).await.unwrap().seq, 3);
    assert_eq!(put(&place.ana, "❤", true).await.unwrap().seq, 4);
    let page = place.rooms.history(Some(&place.ana), History::default()).await.unwrap();
    let seen: Vec<_> =
        page.messages[0].reactions.iter().map(|r| (r.emoji.as_str(), r.count, r.mine)).collect();
    assert_eq!(seen, [("🎉", 2, true), ("❤️", 1, true)]);
    assert_eq!(put(&place.ana, "❤️", false).await.unwrap().seq, 5, "one emoji, however written");
    assert!(put(&place.ana, "❤", false).await.unwrap().duplicate);
    let reactions = first(&place).await.reactions;
    assert_eq!((reactions.len(), reactions[0].count, reactions[0].mine), (1, 2, false));
    assert_eq!(refused(put(&place.ana, "Oi", true).await), Refusal::BadRequest);
    assert_eq!(refused(place.rooms.react(&place.ana, react(9, "🎉", true)).await), Refusal::NotFound);
    assert_eq!(place.history(History::default()).await.head, 5);
}

#[tokio::test]
async fn a_message_bears_twenty_kinds_of_emoji() {
    let place = place().await;
    place.say("Oi").await;
    let kinds: Vec<_> = emojis::iter().take(21).map(emojis::Emoji::as_str).collect();
    for emoji in &kinds[..20] {
        place.rooms.react(&place.bia, react(1, emoji, true)).await.unwrap();
    }
    assert_eq!(refused(place.rooms.react(&place.ana, react(1, kinds[20], true)).await), Refusal::Forbidden);
    place.rooms.react(&place.ana, react(1, kinds[0], true)).await.unwrap();
}

#[tokio::test]
async fn a_key_is_used_whatever_it_was_used_for() {
    let place = place().await;
    place.say("Oi").await;
    let key = Some(Key::from_bytes([1; 16]));
    // It makes no event, and its key is used all the same.
    let same = Edit { key, ..edit(1, "Oi") };
    assert!(place.rooms.edit(&place.bia, same.clone()).await.unwrap().duplicate);
    place.rooms.edit(&place.bia, edit(1, "Olá")).await.unwrap();
    let again = place.rooms.edit(&place.bia, same).await.unwrap();
    assert_eq!((again.seq, again.duplicate), (1, true), "answered as the first time");
    let other = Edit { key, ..edit(1, "Opa") };
    assert_eq!(refused(place.rooms.edit(&place.bia, other).await), Refusal::KeyConflict);
    let message = Message { body: "Oi".into(), options: MessageOptions { key, ..MessageOptions::default() } };
    assert_eq!(refused(place.rooms.say(&place.bia, message).await), Refusal::KeyConflict);
    assert_eq!(first(&place).await.body, "Olá");
}
