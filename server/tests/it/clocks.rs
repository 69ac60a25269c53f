//! The machine's clock wrong once, seen from outside (attack L109).

use std::path::Path;

use chat::Role;
use protocol::{Refusal, SlowMode};

use crate::client::TestClient;
use crate::program::{self, Program};
use crate::server::{Folder, TestServer};
use crate::{http, within};

const DAY: i64 = 24 * 60 * 60 * 1_000;
const YEAR: i64 = 365 * DAY;

fn set(folder: &Path, offset: i64) {
    std::fs::write(folder.join("clock"), offset.to_string()).unwrap();
}

async fn start(folder: Folder) -> TestServer {
    TestServer::in_folder(folder, |config| {
        config.clock_offset_file = Some(config.data.with_file_name("clock"));
    })
    .await
}

fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

#[tokio::test]
async fn l109_one_start_a_year_ahead_with_retention_on_destroys_nothing_and_pins_nothing() {
    let server = start(Folder::new()).await;
    let cookie = http::post(&server, "/name", &[], "name=Ana").await.cookie();
    let ana = [("cookie", cookie.as_str())];
    http::post(&server, "/r/lobby", &ana, "body=de+hoje").await;
    let (owner, hello) = TestClient::hello(&server).await;
    server.app.store.appoint(&hello.you.id, Role::Owner).await.unwrap();
    let author = server.app.sessions.resolve(server::session::SecretKind::Token, &hello.token.unwrap()).await;
    let mut settings = chat::Settings::clone(&server.app.settings.now());
    settings.retention_days = 30;
    server.app.settings.save(&author.unwrap().unwrap(), &settings).await.unwrap();
    drop(owner);

    let folder = server.stop().await;
    set(folder.path(), YEAR);
    let server = start(folder).await;
    assert_eq!(server.app.sessions.sweep().await.unwrap(), 0);
    assert_eq!(server.app.settings.forget_old().await.unwrap(), 0);
    let page = http::get(&server, "/r/lobby", &ana).await;
    assert_eq!(
        page.cookie().split_once('=').unwrap().1,
        cookie.split_once('=').unwrap().1,
        "it is given again"
    );
    assert!(page.body.contains("de hoje"));
    let other = http::post(&server, "/name", &[], "name=Ana").await;
    assert_eq!(other.location(), "/r/lobby?refused=name_taken");
    http::post(&server, "/r/lobby", &ana, "body=do+futuro").await;

    let folder = server.stop().await;
    set(folder.path(), 0);
    let server = start(folder).await;
    let (client, _) = TestClient::hello(&server).await;
    let said = client.say("de novo hoje").await.unwrap();
    assert!((said.at - now()).abs() < DAY, "{} at {}", said.at, now());
    assert_eq!(http::post(&server, "/r/lobby", &ana, "body=ainda+eu").await.location(), "/r/lobby");
    assert_eq!(server.app.settings.forget_old().await.unwrap(), 0);
}

#[tokio::test]
async fn l109_slow_mode_and_wrong_passwords_wait_as_long_as_they_say_whatever_the_clock_says() {
    let server = start(Folder::new()).await;
    let (owner, hello) = TestClient::hello(&server).await;
    server.app.store.appoint(&hello.you.id, Role::Owner).await.unwrap();
    let slow = SlowMode { room: chat::RoomId::lobby(), seconds: 60, key: None };
    owner.request(&slow).await.unwrap();
    let (ana, _) = TestClient::hello(&server).await;
    let sign_in = || http::post(&server, "/sign-in", &[], "name=Ninguem&password=nao+e+esta");
    set(server.folder(), YEAR);
    ana.say("do futuro").await.unwrap();
    for _ in 0..5 {
        assert_eq!(sign_in().await.status, 303);
    }
    for offset in [YEAR, 0, -YEAR, 3_600_000] {
        set(server.folder(), offset);
        let early = ana.say("cedo").await.unwrap_err();
        assert_eq!(early.code, Refusal::RateLimited);
        assert!((1..=60_000).contains(&early.retry_after_ms.unwrap()), "{offset}: {early:?}");
        let wait: u64 = sign_in().await.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=900).contains(&wait), "{offset}: {wait}");
    }
    // After a restart only the log knows, and the clock that it was written by was wrong.
    let folder = server.stop().await;
    set(folder.path(), 0);
    let server = start(folder).await;
    let (ana, _) = TestClient::hello(&server).await;
    ana.say("agora").await.unwrap();
}

#[tokio::test]
async fn l109_the_operator_is_told_of_a_jump_once_and_ends_the_waiting() {
    let server = start(Folder::new()).await;
    let folder = server.stop().await;
    let trust = async |folder: &Path| {
        let mut command = program::command(folder, &["admin", "trust-clock"]);
        command.env("CHAT_CLOCK_OFFSET_FILE", folder.join("clock"));
        let output = within("the end", command.output()).await.unwrap();
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(trust(folder.path()).await.contains("nothing waits"));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let clock = folder.path().join("clock").to_string_lossy().into_owned();
    set(folder.path(), YEAR);
    let mut program =
        Program::handed_with(&listener, &format!("CHAT_CLOCK_OFFSET_FILE='{clock}'"), folder, &[]).await;
    program.until_logged("the clock has jumped").await;
    assert!(trust(program.folder()).await.contains("and what ends by age does"));
    program.until_logged("the clock is believed again").await;
    assert!(trust(program.folder()).await.contains("nothing waits"));
    program.terminate();
    let output = program.output().await;
    assert!(!output.contains("the clock has jumped"), "{output}");
}
