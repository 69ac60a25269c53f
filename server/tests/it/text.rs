//! Attack L115, the server's half: text that an HTML parser changes is cleaned at every door, so that a document holds
//! what its data holds.

use chat::{Role, RoomId};
use protocol::view::RoomKind;
use protocol::{
    CreateRoom, Edit, Hello, History, Message, MessageOptions, Refusal, Rename, RenameRoom, Report, SetTopic,
};
use serde_json::json;

use crate::client::{TestClient, key};
use crate::http;
use crate::polling::Poll;
use crate::server::TestServer;

async fn bodies(server: &TestServer) -> Vec<String> {
    let page = server.app.rooms.history(None, History::default()).await.unwrap();
    page.messages.into_iter().map(|message| message.body).collect()
}

#[tokio::test]
async fn l115_what_an_html_parser_changes_is_gone_from_a_message_by_socket_polling_and_form() {
    let server = TestServer::unlimited().await;
    let (ana, _) = TestClient::hello(&server).await;
    let mut ears = TestClient::plain(&server).await;
    ana.say("a\u{0}b\r\nc\rd\u{7f}\u{85}\te").await.unwrap();
    let (body, record) = ears.sent().await;
    assert_eq!(body, "ab\nc\nd\te");
    assert_eq!(record.rich_text, chat::rich_text::plain("ab\nc\nd\te"));
    for empty in ["\u{0}", "\r", "\u{1b}\u{9f}"] {
        assert_eq!(ana.say(empty).await.unwrap_err().code, Refusal::Empty, "{empty:?}");
    }

    let poll = Poll::open(&server, &[]).await.unwrap();
    poll.post("40").await;
    poll.post(&format!("42{}", json!(["message", "f\u{0}g\r\nh"]))).await;
    assert_eq!(ears.sent().await.0, "fg\nh");

    http::post(&server, "/r/lobby", &[], "body=i%00j%0D%0Ak%0Dl").await;
    assert_eq!(ears.sent().await.0, "ij\nk\nl");
    let nothing = http::post(&server, "/r/lobby", &[], "body=%00%0D%0A").await;
    assert_eq!(nothing.location(), "/r/lobby?refused=empty");

    let edit = |body: &str| Edit { room: RoomId::lobby(), target: 1, body: body.to_owned(), key: None };
    ana.request(&edit("m\u{0}\r\nn")).await.unwrap();
    assert!(ana.request(&edit("m\n\u{7}n")).await.unwrap().duplicate, "the same text changes nothing");
    assert_eq!(ana.request(&edit("\u{0}")).await.unwrap_err().code, Refusal::Empty);
    assert_eq!(bodies(&server).await, ["m\nn", "fg\nh", "ij\nk\nl"]);

    let page = http::get(&server, "/r/lobby", &[]).await;
    assert!(!page.body.contains(['\0', '\r']), "nothing a parser changes is in the document");
}

/// Somebody on a page who runs the server.
async fn owner(server: &TestServer) -> (TestClient, String) {
    let cookie = http::post(server, "/name", &[], "name=Ana").await.cookie();
    let origin = server.url();
    let headers = [("cookie", cookie.as_str()), ("origin", origin.as_str())];
    let mut ana = TestClient::open(server, json!({"v": 1}), &headers);
    let hello = ana.notice::<Hello>().await;
    server.app.store.appoint(&hello.you.id, Role::Owner).await.unwrap();
    (ana, cookie)
}

#[tokio::test]
async fn l115_names_topics_rooms_settings_and_reasons_are_cleaned_too() {
    let server = TestServer::unlimited().await;
    let (ana, cookie) = owner(&server).await;
    let named = ana.request(&Rename { name: "A\u{0}na\r\n".to_owned(), key: None }).await.unwrap();
    assert_eq!(named.you.name, "Ana");
    let broken = Rename { name: "A\rna".to_owned(), key: None };
    assert_eq!(ana.request(&broken).await.unwrap_err().code, Refusal::BadRequest, "a line end within a name");

    let made =
        CreateRoom { name: "Pro\u{0}va\u{7f}".to_owned(), kind: RoomKind::Public, members: None, key: None };
    let room = ana.request(&made).await.unwrap().room;
    assert_eq!(room.name, "Prova");
    let topic = SetTopic { room: room.id.clone(), topic: "Se\u{0}xta\r".to_owned(), key: None };
    ana.request(&topic).await.unwrap();
    let renamed = RenameRoom { room: room.id.clone(), name: "Pro\u{1b}va 2".to_owned(), key: None };
    ana.request(&renamed).await.unwrap();
    let page = http::get(&server, &format!("/r/{}", room.id), &[]).await.body;
    assert!(page.contains("Prova 2") && page.contains("Sexta"), "{page}");

    let (bia, _) = TestClient::hello(&server).await;
    bia.say("oi").await.unwrap();
    let long = "a\r\n".repeat(250);
    for reason in ["r\u{0}uim\r\nmesmo", &long] {
        let report = Report { room: RoomId::lobby(), target: 1, reason: reason.to_owned(), key: None };
        ana.request(&report).await.unwrap();
    }
    let page = http::get(&server, "/moderation", &[("cookie", &cookie)]).await.body;
    assert!(page.contains("ruim\nmesmo") && !page.contains(['\0', '\r']), "{page}");
}

#[tokio::test]
async fn the_line_ends_of_a_form_count_once() {
    let server = TestServer::unlimited().await;
    // 3,989 characters as a person counts them, which a form sends as 4,988.
    let lines = ["abc"; 997].join("%0D%0A") + "d";
    let answer = http::post(&server, "/r/lobby", &[], &format!("body={lines}")).await;
    assert_eq!(answer.location(), "/r/lobby");
    let [body] = bodies(&server).await.try_into().unwrap();
    assert_eq!(body.chars().count(), 3_988);
    assert_eq!(body, ["abc"; 997].join("\n") + "d");
}

#[tokio::test]
async fn the_same_text_under_the_same_key_is_the_same_message_by_form_and_by_socket() {
    let server = TestServer::unlimited().await;
    let (ana, cookie) = owner(&server).await;
    let key = key();
    let form = format!("body=um%0D%0Adois&key={key}");
    assert_eq!(http::post(&server, "/r/lobby", &[("cookie", &cookie)], &form).await.location(), "/r/lobby");
    for body in ["um\ndois", "um\r\ndois", "um\rdois", "um\u{0}\ndois"] {
        let options = MessageOptions { key: Some(key), ..MessageOptions::default() };
        let again = ana.request(&Message { body: body.to_owned(), options }).await.unwrap();
        assert!(again.duplicate && again.seq == 1, "{body:?}: {again:?}");
    }
    assert_eq!(bodies(&server).await, ["um\ndois"]);
}
