//! What is done from the terminal, while a server runs and while none does.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use chat::Role;
use serde_json::{Value, json};

use crate::client::TestClient;
use crate::http;
use crate::program::{Program, command};
use crate::server::TestServer;
use crate::settings::somebody;
use crate::{eventually, within};

/// What a command says on success, or else its sentence.
async fn run(folder: &Path, args: &[&str]) -> Result<String, String> {
    let output = within("the end", command(folder, args).output()).await.unwrap();
    match output.status.code() {
        Some(0) => Ok(String::from_utf8(output.stdout).unwrap()),
        Some(1) => Err(String::from_utf8(output.stderr).unwrap()),
        other => panic!("{args:?}: {other:?} {}", String::from_utf8_lossy(&output.stderr)),
    }
}

/// Waits until the server takes orders.
async fn ready(server: &TestServer) {
    let socket = server.folder().join("data/control.sock");
    eventually("a socket for orders", || std::os::unix::net::UnixStream::connect(&socket).is_ok()).await;
}

/// The row of somebody in the list of people.
async fn row(folder: &Path, name: &str) -> String {
    let list = run(folder, &["admin", "list-users"]).await.unwrap();
    list.lines().find(|line| line.ends_with(name)).unwrap_or_else(|| panic!("no {name}: {list}")).to_owned()
}

#[tokio::test]
async fn the_first_start_prints_a_link_that_makes_the_owner() {
    let mut program = Program::start(&[]).await;
    let line = program.line().await;
    let path =
        line.split(&program.address.to_string()).nth(1).unwrap_or_else(|| panic!("{line:?}")).to_owned();
    assert!(path.starts_with("/claim/") && path.len() == "/claim/".len() + 22, "{path}");
    let origin = format!("http://{}", program.address);
    let headers = [("origin", origin.as_str()), ("content-type", "application/x-www-form-urlencoded")];
    let answer = http::send_to(program.address, "POST", &path, &headers, b"name=Dara").await;
    assert_eq!(answer.location(), "/settings?done=owned");
    assert!(row(program.folder(), "Dara").await.contains("\towner\t"));
    let refused = run(program.folder(), &["admin", "owner-link"]).await.unwrap_err();
    assert!(refused.contains("has an owner"), "{refused}");
}

#[tokio::test]
async fn a_running_server_carries_out_orders_and_its_people_hear_of_them() {
    let server = TestServer::unlimited().await;
    let folder = server.folder().to_owned();
    ready(&server).await;
    let mode = std::fs::metadata(folder.join("data/control.sock")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let link = run(&folder, &["admin", "owner-link"]).await.unwrap();
    let path = link.trim().strip_prefix(&server.url()).unwrap_or_else(|| panic!("{link}")).to_owned();
    assert_eq!(http::get(&server, &path, &[]).await.status, 200);
    let old = format!("/claim/{}", server.claim.as_ref().unwrap());
    assert_eq!(http::get(&server, &old, &[]).await.status, 404, "a new link takes the place of the old one");

    let (ana, _) = somebody(&server, "Ana", Role::Guest).await;
    let (_, bia) = somebody(&server, "Bia", Role::Guest).await;
    let mut ears = TestClient::plain(&server).await;
    run(&folder, &["admin", "set-role", "Ana", "owner"]).await.unwrap();
    let changed = ears.kept(protocol::event::kind::ROLE_CHANGED).await;
    assert!(matches!(changed.change, chat::Change::RoleChanged { role: Role::Owner, .. }), "{changed:?}");
    let (headers, origin) = ([("cookie", bia.as_str())], server.url());
    let mut theirs =
        TestClient::open(&server, json!({"v": protocol::VERSION}), &[headers[0], ("origin", &origin)]);
    theirs.notice::<protocol::Hello>().await;
    run(&folder, &["admin", "ban", "Bia"]).await.unwrap();
    assert_eq!(theirs.event("ended").await, [json!({"code": "banned"})]);
    assert_eq!(http::get(&server, "/r/lobby", &headers).await.status, 403);
    assert!(row(&folder, "Bia").await.contains("\tbanned\t"));
    run(&folder, &["admin", "unban", "Bia"]).await.unwrap();
    assert_eq!(http::get(&server, "/r/lobby", &headers).await.status, 200);

    run(&folder, &["admin", "set-role", "Bia", "owner"]).await.unwrap();
    assert!(row(&folder, "Ana").await.contains("\tadmin\t"), "there is one owner");
    run(&folder, &["admin", "set-role", ana.member.id.as_str(), "member"]).await.unwrap();
    let refused = run(&folder, &["admin", "ban", "Zé"]).await.unwrap_err();
    assert!(refused.contains("nobody is called Zé"), "{refused}");
}

#[tokio::test]
async fn whoever_forgot_the_password_comes_back_by_a_link_from_the_terminal() {
    let server = TestServer::unlimited().await;
    let folder = server.folder().to_owned();
    ready(&server).await;
    let (_, cookie) = somebody(&server, "Rosa", Role::Guest).await;
    let refused = run(&folder, &["admin", "recovery-link", "Rosa"]).await.unwrap_err();
    assert!(refused.contains("Rosa has no password"), "{refused}");
    http::post(&server, "/account/keep", &[("cookie", &cookie)], "password=uma senha boa").await;
    run(&folder, &["admin", "set-role", "Rosa", "owner"]).await.unwrap();
    let link = run(&folder, &["admin", "recovery-link", "Rosa"]).await.unwrap();
    let path = link.trim().strip_prefix(&server.url()).unwrap_or_else(|| panic!("{link}")).to_owned();
    assert!(path.starts_with("/recover/") && path.len() == "/recover/".len() + 22, "{path}");
    let used = http::post(&server, &path, &[], "password=outra senha").await;
    assert_eq!(used.location(), "/sign-in?done=recovered");
    assert_eq!(http::get(&server, &path, &[]).await.status, 404, "once");
    let signed_in = http::post(&server, "/sign-in", &[], "name=Rosa&password=outra senha").await;
    assert_eq!(signed_in.location(), "/", "an owner, too");
    let refused = run(&folder, &["admin", "recovery-link", "Ninguém"]).await.unwrap_err();
    assert!(refused.contains("nobody is called Ninguém"), "{refused}");
}

#[tokio::test]
async fn an_owner_who_has_no_password_and_loses_the_cookie_comes_back() {
    let server = TestServer::unlimited().await;
    let folder = server.folder().to_owned();
    ready(&server).await;
    let path = format!("/claim/{}", server.claim.as_deref().unwrap());
    let claimed = http::post(&server, &path, &[], "name=Rosa").await;
    let lost = claimed.cookie();
    let link = run(&folder, &["admin", "recovery-link", "Rosa"]).await.unwrap();
    let path = link.trim().strip_prefix(&server.url()).unwrap_or_else(|| panic!("{link}")).to_owned();
    assert!(http::get(&server, &path, &[]).await.body.contains("Rosa"));
    let used = http::post(&server, &path, &[], "password=uma senha boa").await;
    assert_eq!(used.location(), "/sign-in?done=recovered");
    assert!(row(&folder, "Rosa").await.contains("\towner\t"), "still the owner");
    let old = http::get(&server, "/settings", &[("cookie", &lost)]).await;
    assert_ne!(old.status, 200, "who may have found the cookie is out");
    let cookie = http::post(&server, "/sign-in", &[], "name=Rosa&password=uma senha boa").await.cookie();
    assert_eq!(http::get(&server, "/settings", &[("cookie", &cookie)]).await.status, 200);
    assert_eq!(http::get(&server, &path, &[]).await.status, 404, "once");
    let refused = run(&folder, &["admin", "owner-link"]).await.unwrap_err();
    assert!(refused.contains("recovery-link"), "{refused}");
}

#[tokio::test]
async fn without_a_server_the_command_does_it_itself() {
    let server = TestServer::unlimited().await;
    let (_, cookie) = somebody(&server, "Ana", Role::Guest).await;
    let folder = server.stop().await;
    run(folder.path(), &["admin", "set-role", "Ana", "owner"]).await.unwrap();
    assert!(row(folder.path(), "Ana").await.contains("\towner\t"));
    let server = TestServer::on(folder).await;
    assert_eq!(server.claim, None);
    assert_eq!(http::get(&server, "/settings", &[("cookie", &cookie)]).await.status, 200);
}

#[tokio::test]
async fn a_room_is_exported_as_its_people_heard_it_while_the_server_runs() {
    let server = TestServer::unlimited().await;
    let mut ears = TestClient::plain(&server).await;
    let (client, _) = TestClient::hello(&server).await;
    client.say("um").await.unwrap();
    client.request(&protocol::Rename { name: "Ana".to_owned(), key: None }).await.unwrap();
    client.say("dois").await.unwrap();
    let heard: Vec<Value> = vec![
        json!(["sent", ears.event("sent").await]),
        json!(["renamed", ears.event("renamed").await]),
        json!(["sent", ears.event("sent").await]),
    ];
    let printed = run(server.folder(), &["export", "lobby"]).await.unwrap();
    let lines: Vec<Value> = printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let flat = |one: &Value| {
        let mut all = vec![one[0].clone()];
        all.extend(one[1].as_array().unwrap().iter().cloned());
        Value::from(all)
    };
    let heard: Vec<Value> = heard.iter().map(flat).collect();
    // Today's names stand in the log of before; everything else is as it was heard.
    assert_eq!(lines.len(), 3, "{printed}");
    assert_eq!((&lines[1], &lines[2]), (&heard[1], &heard[2]));
    assert_eq!((&lines[0][0], &lines[0][1], &lines[0][2]["seq"]), (&heard[0][0], &heard[0][1], &json!(1)));
    let refused = run(server.folder(), &["export", "nowhere"]).await.unwrap_err();
    assert!(refused.contains("no room nowhere"), "{refused}");
    let empty = crate::server::Folder::new();
    let refused = run(empty.path(), &["admin", "list-users"]).await.unwrap_err();
    assert!(refused.contains("no database here"), "{refused}");
}

#[tokio::test]
async fn a_folder_that_was_mistyped_gets_no_database() {
    let folder = crate::server::Folder::new();
    std::fs::create_dir(folder.path().join("there")).unwrap();
    for data in ["dta", "there"] {
        for order in [&["owner-link"][..], &["recovery-link", "Ana"], &["list-users"], &["ban", "Ana"]] {
            let args = [&["--data", data, "admin"][..], order].concat();
            let why = run(folder.path(), &args).await.unwrap_err();
            assert!(why.contains("there is no database here"), "{why}");
        }
        for args in [&["backup", "copy.db"][..], &["export", "lobby"]] {
            let why = run(folder.path(), &[&["--data", data], args].concat()).await.unwrap_err();
            assert!(why.contains("there is no database here"), "{why}");
        }
    }
    assert!(!folder.path().join("dta").exists());
    assert_eq!(std::fs::read_dir(folder.path().join("there")).unwrap().count(), 0);
}

#[tokio::test]
async fn a_data_folder_with_a_long_path_takes_orders_too() {
    let long = format!("{}/{}", "a".repeat(100), "b".repeat(100));
    let program = Program::start(&["--data", &long]).await;
    let origin = format!("http://{}", program.address);
    let headers = [("origin", origin.as_str()), ("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(http::send_to(program.address, "POST", "/name", &headers, b"name=Ana").await.status, 303);
    let socket = program.folder().join(&long).join("control.sock");
    eventually("a socket for orders", || socket.exists()).await;
    let args = ["--data", &long, "admin", "ban", "Ana"];
    if cfg!(target_os = "linux") {
        assert!(run(program.folder(), &args).await.unwrap_err().contains("no owner"));
    }
    std::fs::remove_file(&socket).unwrap();
    let why = run(program.folder(), &args).await.unwrap_err();
    assert!(why.contains("cannot be reached through") && why.contains("control.sock"), "{why}");
}
