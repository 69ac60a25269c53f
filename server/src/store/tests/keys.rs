//! Keys that the server makes beside a client's own.

use chat::RoomName;
use protocol::Refusal;
use protocol::view::RoomKind;
use sha2::{Digest, Sha256};

use super::*;

#[tokio::test]
async fn a_key_that_the_server_made_is_no_clients_and_no_clients_gets_in_its_way() {
    let folder = Folder::new();
    let store = open(&folder).await;
    let room: RoomId = "farol".parse().unwrap();
    let made =
        Content::Created { name: RoomName::parse("Farol").unwrap(), kind: RoomKind::Public, members: vec![] };
    store.post(room.clone(), member("Bia"), None, made).await.unwrap();
    // What the version before made of the rename's key, for the second room.
    let digest = Sha256::new_with_prefix(key(9).as_bytes()).chain_update(room.as_str()).finalize();
    let guessed = Key::from_bytes(digest[..16].try_into().unwrap());
    let post = |room: &RoomId, key, content| store.post(room.clone(), member("Bia"), Some(key), content);
    post(&room, guessed, said("antes")).await.unwrap();
    let rename = || Content::Renamed(Nickname::parse("Bia B").unwrap());
    for duplicate in [false, true] {
        let renamed = post(&RoomId::lobby(), key(9), rename()).await.unwrap().1;
        assert!(
            matches!(renamed, Posted::Stored { duplicate: known, .. } if known == duplicate),
            "{renamed:?}"
        );
    }
    let further: Vec<u8> =
        sqlx::query_scalar("SELECT client_key FROM events WHERE kind = 2 AND request_hash IS NULL")
            .fetch_one(&store.0.readers)
            .await
            .unwrap();
    let further = Key::from_bytes(further.try_into().unwrap());
    let conflict = Posted::Refused(Refusal::KeyConflict.into());
    assert_eq!(
        post(&room, further, said("oi")).await.unwrap().1,
        conflict,
        "it is not the answer to a message"
    );
    assert_eq!(post(&room, further, Content::Left).await.unwrap().1, conflict);
    let deleted = Content::Deleted { target: 1 };
    assert!(matches!(post(&room, key(1), deleted).await.unwrap().1, Posted::Stored { .. }));
    let again = post(&room, guessed, said("outra coisa")).await.unwrap().1;
    assert!(matches!(again, Posted::Stored { duplicate: true, .. }), "what is deleted is answered as ever");
}
