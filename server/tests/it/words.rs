//! docs/threats.md, group K, lines 97 and 98: what the log and the errors say, and what they never do.

use serde_json::Value;

use crate::client::TestClient;
use crate::polling::OPEN;
use crate::program::Program;
use crate::server::TestServer;
use crate::{http, ws};

#[tokio::test]
async fn k97_the_log_holds_no_secret_and_the_line_of_each_message() {
    for (level, with_body) in [("info", false), ("debug", true), ("trace", true)] {
        let mut program = Program::start(&["--log", level]).await;
        let origin = format!("http://{}", program.address);
        let form = [("origin", origin.as_str()), ("content-type", "application/x-www-form-urlencoded")];
        let answer = http::send_to(program.address, "POST", "/name", &form, b"name=Ana").await;
        let cookie = answer.cookie();
        let headers = [("cookie", cookie.as_str()), ("origin", origin.as_str())];
        let open = http::send_to(program.address, "GET", OPEN, &headers, b"").await;
        let open: Value = serde_json::from_str(&open.body[1..]).unwrap();
        let polled = open["sid"].as_str().unwrap();
        let path = format!("{OPEN}&sid={polled}");
        http::send_to(program.address, "POST", &path, &headers, b"40").await;
        let mut ws = ws::Ws::open_address(program.address, ws::OPEN, &[]).await.unwrap();
        let open: Value = serde_json::from_str(&ws.until("0").await[1..]).unwrap();
        ws.send(r#"40{"v":1}"#).await;
        let packet = ws.until("42").await;
        let hello: Value = serde_json::from_str(&packet[2..]).unwrap();
        let (token, member) = (hello[1]["token"].as_str().unwrap(), hello[1]["you"]["id"].as_str().unwrap());
        ws.send(r#"421["message","corpo secreto"]"#).await;
        ws.until("431").await;
        // The engine's own words about an end once held the session's id.
        ws.send("1").await;
        ws.until_closed().await;
        program.terminate();
        let log = program.output().await;
        let sid = open["sid"].as_str().unwrap();
        let secret = cookie.split_once('=').unwrap().1;
        for (what, text) in [
            ("a polling sid", polled),
            ("a WebSocket sid", sid),
            ("the cookie", secret),
            ("the token", token),
        ] {
            assert!(!log.contains(text), "{what} at {level}:\n{log}");
        }
        let line = log
            .lines()
            .find(|line| line.contains("message") && line.contains("seq=1"))
            .unwrap_or_else(|| panic!("{log}"));
        for part in ["room=lobby", &format!("author={member}"), "size=13", "connection="] {
            assert!(line.contains(part), "{part}: {line}");
        }
        assert_eq!(log.contains("corpo secreto"), with_body, "the body at {level}");
        assert!(log.contains(": connected"), "each connection has its line");
        assert!(log.contains("disconnected connection="), "and each end, of no span of the engine's:\n{log}");
    }
}

#[tokio::test]
async fn k98_errors_tell_no_path_no_query_and_no_trace() {
    let server = TestServer::start().await;
    let origin = server.url();
    let own = [("origin", origin.as_str())];
    let mut answers = Vec::new();
    for path in [
        "/nowhere",
        "/r/%ff",
        "/r/lobby/x",
        "/r/lobby/99999999999999999999",
        "/pkg/",
        "/socket.io/x",
        "/%00",
        "/name",
    ] {
        answers.push(http::get(&server, path, &[]).await);
        answers.push(http::send(&server, "POST", path, &own, b"\xff\xfe").await);
        answers.push(http::send(&server, "DELETE", path, &own, b"").await);
    }
    answers.push(http::get(&server, "/socket.io/?EIO=4&transport=x", &[]).await);
    answers.push(http::get(&server, "/socket.io/?EIO=4&transport=websocket", &[]).await);
    // The store is gone: whatever needs it fails.
    let (ana, _) = TestClient::hello(&server).await;
    server.app.store.close().await;
    let said = ana.say("oi").await.unwrap_err();
    assert!(said.retryable, "{said:?}");
    for path in ["/readyz", "/r/lobby"] {
        answers.push(http::get(&server, path, &[]).await);
    }
    answers.push(http::post(&server, "/r/lobby", &[], "body=oi").await);
    for answer in answers {
        let body = answer.body.to_lowercase();
        for word in [
            "src/",
            ".rs",
            "sqlite",
            "select ",
            "insert ",
            "stack",
            "panick",
            "chat.db",
            "/home",
            "deserialize",
        ] {
            assert!(!body.contains(word), "{word}: {answer:?}");
        }
    }
}
