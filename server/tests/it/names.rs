//! What people may call themselves: docs/threats.md, group I, lines 84 to 86.

use protocol::view::RoomKind;
use protocol::{CreateRoom, Refusal, Rename, RenameOk};

use crate::client::TestClient;
use crate::http;
use crate::server::TestServer;

async fn rename(person: &TestClient, name: &str) -> Result<RenameOk, Refusal> {
    let request = Rename { name: name.to_owned(), key: None };
    person.request(&request).await.map_err(|problem| problem.code)
}

/// Where a newcomer who takes `name` by the form is sent.
async fn newcomer(server: &TestServer, name: &str) -> String {
    let answer = http::post(server, "/name", &[], &format!("name={name}")).await;
    assert_eq!(answer.status, 303);
    answer.location().to_owned()
}

const TAKEN: &str = "/r/lobby?refused=name_taken";

#[tokio::test]
async fn i84_a_name_that_looks_like_anothers_is_refused() {
    let server = TestServer::unlimited().await;
    let (ana, _) = TestClient::hello(&server).await;
    let (bia, _) = TestClient::hello(&server).await;
    rename(&ana, "Ian").await.unwrap();
    for like in ["Ian", "ΙAN", "Іan", "ian", "lan", "Iаn"] {
        assert_eq!(rename(&bia, like).await, Err(Refusal::NameTaken), "{like}");
    }
    assert_eq!(newcomer(&server, "%CE%99AN").await, TAKEN);
    for word in ["admin", "аdmin", "Todos", "Visitante 4711"] {
        assert_eq!(rename(&bia, word).await, Err(Refusal::NameTaken), "{word} is reserved");
    }
    assert_eq!(newcomer(&server, "Moderador").await, TAKEN);
    rename(&bia, "Iara").await.unwrap();
}

#[tokio::test]
async fn i85_invisible_characters_are_refused_and_one_visible_is_required() {
    let server = TestServer::unlimited().await;
    let (ana, _) = TestClient::hello(&server).await;
    for name in ["a\u{200b}b", "a\u{e0041}", "a\u{202e}b", "a\tb", "\u{3164}"] {
        assert_eq!(rename(&ana, name).await, Err(Refusal::BadRequest), "{name:?}");
    }
    for name in ["", " ", "\u{a0}\u{2003}"] {
        assert_eq!(rename(&ana, name).await, Err(Refusal::Empty), "{name:?}");
    }
    for name in ["\u{200d}", "\u{fe0f}\u{200d}", "\u{301}"] {
        assert!(rename(&ana, name).await.is_err(), "{name:?} draws nothing of its own");
    }
}

#[tokio::test]
async fn i85_names_are_made_of_what_their_script_takes_and_something_is_to_be_seen() {
    let server = TestServer::unlimited().await;
    let (ana, _) = TestClient::hello(&server).await;
    rename(&ana, "Ana").await.unwrap();
    let (bia, _) = TestClient::hello(&server).await;
    for name in
        ["\u{180b}", "Ana\u{180b}", "Ana\u{fe0f}", "\u{115f}", "\u{2800}", "A\u{200c}na", "Ana\u{e0100}"]
    {
        assert_eq!(rename(&bia, name).await, Err(Refusal::BadRequest), "{name:?}");
        let room = CreateRoom { name: name.to_owned(), kind: RoomKind::Public, members: None, key: None };
        assert_eq!(bia.request(&room).await.unwrap_err().code, Refusal::BadRequest, "{name:?}");
    }
    assert_eq!(rename(&bia, "Ana\u{feff}").await, Err(Refusal::NameTaken), "trimmed, it is Ana's");
    for (name, kept) in [
        ("علی\u{200c}رضا", "علی\u{200c}رضا"),
        ("Beatriz\u{feff}", "Beatriz"),
        ("\u{200e} Beatriz Lima \u{200b}", "Beatriz Lima"),
        (
            "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
            "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
        ),
    ] {
        assert_eq!(rename(&bia, name).await.unwrap().you.name, kept);
        let room = CreateRoom { name: name.to_owned(), kind: RoomKind::Public, members: None, key: None };
        assert_eq!(bia.request(&room).await.unwrap().room.name, kept);
    }
    for body in ["\u{200b}", " \u{feff}\n", "\u{3164}"] {
        assert_eq!(bia.say(body).await.unwrap_err().code, Refusal::Empty, "{body:?}");
        let form = http::post(&server, "/r/lobby", &[], &format!("body={body}")).await;
        assert_eq!((form.location(), form.header("set-cookie")), ("/r/lobby?refused=empty", None));
    }
}

#[tokio::test]
async fn i84_words_that_are_reserved_are_so_in_the_capitals_of_every_script() {
    let server = TestServer::unlimited().await;
    let (ana, _) = TestClient::hello(&server).await;
    for name in ["ADМIN", "ΑDМΙΝ", "adМin", "Vіsitante 99", "MОDERATOR"] {
        assert_eq!(rename(&ana, name).await, Err(Refusal::NameTaken), "{name}");
    }
    let kept = http::post(&server, "/name", &[], "name=Rui").await.cookie();
    let kept = [("cookie", kept.as_str())];
    let refused = http::post(&server, "/account/keep", &kept, "name=ADМIN&password=12345678").await;
    assert_eq!(refused.location(), "/account?refused=name_taken");
    rename(&ana, "Hata").await.unwrap();
    assert_eq!(newcomer(&server, "НАТА").await, TAKEN, "in capitals they look the same");
}

#[tokio::test]
async fn i86_forms_of_the_same_name_are_one_name() {
    let server = TestServer::unlimited().await;
    let (ana, _) = TestClient::hello(&server).await;
    let (bia, _) = TestClient::hello(&server).await;
    rename(&ana, "José").await.unwrap();
    for form in ["Jose\u{301}", "JOSÉ", "Ｊｏｓé", "josé"] {
        assert_eq!(rename(&bia, form).await, Err(Refusal::NameTaken), "{form}");
    }
    rename(&ana, "JOSÉ").await.unwrap();
    rename(&ana, "Rui").await.unwrap();
    rename(&bia, "José").await.unwrap();
}

#[tokio::test]
async fn a_refused_name_changes_nothing_and_a_guest_who_is_gone_gives_it_free() {
    let server = TestServer::unlimited().await;
    let (ana, hello) = TestClient::hello(&server).await;
    let mut ears = TestClient::plain(&server).await;
    // A client of one connection has no session to come back with.
    let passing = TestClient::plain(&server).await;
    rename(&passing, "Eva").await.unwrap();
    ears.kept(protocol::event::kind::RENAMED).await;
    assert_eq!(rename(&ana, "EVA").await.unwrap().you.id, hello.you.id);
    ears.kept(protocol::event::kind::RENAMED).await;
    assert_eq!(rename(&passing, "Eva").await.unwrap().you.name, "Eva", "today's name again changes nothing");
    assert_eq!(rename(&passing, "Ēva").await.unwrap().you.name, "Ēva");
    assert_eq!(rename(&passing, "Eva").await, Err(Refusal::NameTaken));
}
