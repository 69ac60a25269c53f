//! Copies of the database, made while it is written to, and what becomes of clients when one is put in its place.

use std::path::Path;

use chat::timeline::{Effect, Input, Page, Timeline};
use chat::{RoomId, Seq};
use protocol::{Heads, Hello, History, PerRoom, Sync};
use server::store::{self, Inventory};

use crate::client::TestClient;
use crate::server::{Folder, TestServer};

async fn texts(client: &TestClient) -> Vec<String> {
    let page = client.request(&History { limit: Some(100), ..History::default() }).await.unwrap();
    page.messages.into_iter().map(|message| message.body).collect()
}

async fn refused(result: Result<impl std::fmt::Debug, store::StoreError>) -> String {
    let sentence = result.unwrap_err().to_string();
    assert!(!sentence.contains('\n'), "{sentence}");
    sentence
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_made_while_people_write_is_whole_and_of_one_moment() {
    let server = TestServer::unlimited().await;
    let (folder, copy) = (server.folder().join("data"), Folder::new());
    let (ana, _) = TestClient::hello(&server).await;
    let writing = tokio::spawn(async move {
        for n in 0..300 {
            ana.say(&n.to_string()).await.unwrap();
        }
    });
    let mut last = 0;
    for n in 0..5 {
        let Inventory { rooms, events } =
            store::backup(&folder, &copy.path().join(format!("{n}.db"))).await.unwrap();
        assert!(rooms == 1 && events >= last, "{events} after {last}");
        last = events;
    }
    writing.await.unwrap();
    let other = Folder::new();
    let restored = store::restore(&other.path().join("data"), &copy.path().join("4.db")).await.unwrap();
    assert_eq!((restored.inventory.events, restored.replaced), (last, None));
    let server = TestServer::on(other).await;
    let (bia, hello) = TestClient::hello(&server).await;
    assert_eq!(hello.heads.get(&RoomId::lobby()), Some(&last));
    let said = bia.say("depois").await.unwrap();
    assert_eq!(said.seq, last + 1);
}

#[tokio::test]
async fn after_a_restore_every_client_loads_anew_and_ends_as_the_server_is() {
    let server = TestServer::unlimited().await;
    let copy = Folder::new();
    let backup = copy.path().join("backup.db");
    let (ana, hello) = TestClient::hello(&server).await;
    ana.say("guardada").await.unwrap();
    store::backup(&server.folder().join("data"), &backup).await.unwrap();
    for n in 0..3 {
        ana.say(&format!("perdida {n}")).await.unwrap();
    }
    // What a client knows that saw it all.
    let page: Page = ana.request(&History::default()).await.unwrap().into();
    let mut timeline = Timeline::new(RoomId::lobby(), page);
    assert_eq!(timeline.applied(), 4);

    let folder = server.stop().await;
    let data = folder.path().join("data");
    let done = store::restore(&data, &backup).await.unwrap();
    assert_eq!(done.inventory, Inventory { rooms: 1, events: 1 });
    assert!(done.replaced.unwrap().is_file(), "what was replaced is kept");
    let server = TestServer::on(folder).await;
    let (bia, after) = TestClient::hello(&server).await;
    assert_ne!(after.epoch, hello.epoch);

    // Whatever such a client asks, it learns that it has to load anew.
    let head = Input::Head { epoch: after.epoch.clone(), seq: 1 };
    assert!(timeline.clone().step(head, 0, 0).contains(&Effect::AskLatest));
    let cursors = PerRoom::from([(RoomId::lobby(), 4 as Seq)]);
    let catchup = bia.request(&Sync { cursors }).await.unwrap().catchup(&RoomId::lobby()).unwrap();
    assert!(timeline.step(Input::Synced(catchup), 0, 0).contains(&Effect::AskLatest));
    let page: Page = bia.request(&History::default()).await.unwrap().into();
    timeline.step(Input::Latest(page), 0, 0);
    let shown: Vec<_> = timeline.messages().map(|message| message.body.clone()).collect();
    assert_eq!(shown, texts(&bia).await);
    assert_eq!(shown, ["guardada"]);
}

#[tokio::test]
async fn people_keep_their_sessions_and_their_keys_through_a_restore() {
    let server = TestServer::unlimited().await;
    let copy = Folder::new();
    let backup = copy.path().join("backup.db");
    let (ana, hello) = TestClient::hello(&server).await;
    let kept = crate::client::key();
    let message = |key| {
        let options = protocol::MessageOptions { key: Some(key), ..Default::default() };
        protocol::Message { body: "Oi".to_owned(), options }
    };
    ana.request(&message(kept)).await.unwrap();
    store::backup(&server.folder().join("data"), &backup).await.unwrap();
    let lost = crate::client::key();
    ana.request(&message(lost)).await.unwrap();
    let folder = server.stop().await;
    store::restore(&folder.path().join("data"), &backup).await.unwrap();
    let server = TestServer::on(folder).await;
    let auth = serde_json::json!({"v": 1, "token": hello.token.unwrap()});
    let mut ana = TestClient::open(&server, auth, &[]);
    assert_eq!(ana.notice::<Hello>().await.you.id, hello.you.id);
    ana.notice::<Heads>().await;
    assert!(ana.request(&message(kept)).await.unwrap().duplicate);
    let again = ana.request(&message(lost)).await.unwrap();
    assert_eq!((again.seq, again.duplicate), (2, false), "what was not yet final goes out again");
}

#[tokio::test]
async fn what_cannot_be_backed_up_or_restored_is_said_in_a_sentence_and_changes_nothing() {
    let folder = Folder::new();
    let (data, file) = (folder.path().join("data"), folder.path().join("file"));
    assert!(refused(store::backup(&data, &file).await).await.contains("--data"));
    let server = TestServer::unlimited().await;
    let live = server.folder().join("data");
    store::backup(&live, &file).await.unwrap();
    assert!(refused(store::backup(&live, &file).await).await.contains("exists already"));
    assert!(refused(store::restore(&live, &file).await).await.contains("another chat-moderno"));
    let (ana, _) = TestClient::hello(&server).await;
    ana.say("Oi").await.unwrap();
    let stopped = server.stop().await;
    let data = stopped.path().join("data");
    assert!(refused(store::restore(&data, &folder.path().join("none")).await).await.contains("no such file"));
    std::fs::write(&file, "no database, but longer than the header of one would be, by some words").unwrap();
    assert!(refused(store::restore(&data, &file).await).await.contains("file cannot be used"));
    damage(live_copy(&data, &file).await);
    let why = refused(store::restore(&data, &file).await).await;
    assert!(why.contains("damaged"), "{why}");
    let server = TestServer::on(stopped).await;
    let (bia, _) = TestClient::hello(&server).await;
    assert_eq!(texts(&bia).await, ["Oi"]);
}

async fn live_copy<'a>(data: &Path, file: &'a Path) -> &'a Path {
    std::fs::remove_file(file).unwrap();
    store::backup(data, file).await.unwrap();
    file
}

/// Overwrites the middle of a database, and leaves its header as it is.
fn damage(file: &Path) {
    let mut bytes = std::fs::read(file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 8_192].fill(0xAA);
    std::fs::write(file, bytes).unwrap();
}
