//! A log that cannot be written: nothing that tells may stop what works (attack L110).

use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::process::Stdio;

use tokio::process::{Child, Command};

use crate::server::Folder;
use crate::{http, program, within, ws};

/// A server at a socket that the test made, so that nothing it prints need be read.
fn prepared(folder: &Folder) -> (Command, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let args = ["--log", "debug", "--rate-limit", "off"];
    (program::handed(listener.into(), "LISTEN_FDS=1", folder.path(), &args), address)
}

/// People come, speak, are heard, and go; each of them is logged.
async fn is_used(address: SocketAddr) {
    for _ in 0..3 {
        let mut ws = ws::Ws::open_address(address, ws::OPEN, &[]).await.unwrap();
        ws.send("40").await;
        ws.until("42").await;
        ws.send(r#"421["message","Oi"]"#).await;
        assert!(ws.until("431").await.contains("\"ok\""));
        let page = http::send_to(address, "GET", "/r/lobby", &[], b"").await;
        assert!(page.status == 200 && page.body.contains("Oi"));
    }
    let ready = http::send_to(address, "GET", "/readyz", &[], b"").await;
    assert_eq!((ready.status, ready.body.as_str()), (200, "ok"));
}

async fn ends(mut child: Child) {
    let id = child.id().expect("running").to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert_eq!(within("its end", child.wait()).await.unwrap().code(), Some(0));
}

#[tokio::test]
async fn l110_a_closed_log_stops_nothing() {
    let folder = Folder::new();
    let (mut command, address) = prepared(&folder);
    let mut child = command.spawn().unwrap();
    drop((child.stdout.take(), child.stderr.take()));
    is_used(address).await;
    ends(child).await;
}

#[tokio::test]
async fn l110_a_log_that_nobody_reads_stops_nothing() {
    let folder = Folder::new();
    let (mut command, address) = prepared(&folder);
    let child = command.spawn().unwrap();
    // More than a pipe holds.
    for _ in 0..1_500 {
        assert_eq!(http::send_to(address, "GET", "/healthz", &[], b"").await.status, 200);
    }
    is_used(address).await;
    ends(child).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn l110_a_full_disk_under_the_log_stops_nothing() {
    let folder = Folder::new();
    let full = || Stdio::from(File::options().write(true).open("/dev/full").unwrap());
    let (mut command, address) = prepared(&folder);
    let child = command.stdout(full()).stderr(full()).spawn().unwrap();
    is_used(address).await;
    ends(child).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn l110_a_command_whose_words_cannot_be_written_does_its_work() {
    let folder = program::Program::start(&[]).await.kill().await;
    let full = || Stdio::from(File::options().write(true).open("/dev/full").unwrap());
    let code = |args: &'static [&str]| {
        let mut command = program::command(folder.path(), args);
        command.stdout(full()).stderr(full());
        async move { within("the end", command.status()).await.unwrap().code() }
    };
    assert_eq!(code(&["--port", "x"]).await, Some(2), "the code is right without the sentence");
    assert_eq!(code(&["restore", "missing.db"]).await, Some(1));
    assert_eq!(code(&["admin", "owner-link"]).await, Some(0));
    assert_eq!(code(&["backup", "copy.db"]).await, Some(0));
    assert!(folder.path().join("copy.db").exists());
    assert_eq!(code(&["restore", "copy.db"]).await, Some(0));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn l110_a_list_that_cannot_be_written_is_not_called_whole() {
    let folder = Folder::new();
    let server = program::Program::start_in(folder, &[]).await;
    let mut ws = ws::Ws::open_address(server.address, ws::OPEN, &[]).await.unwrap();
    ws.send("40").await;
    ws.until("42").await;
    ws.send(r#"421["message","Oi"]"#).await;
    ws.until("431").await;
    for args in [&["export", "lobby"][..], &["admin", "list-users"]] {
        let mut command = program::command(server.folder(), args);
        command.stdout(File::options().write(true).open("/dev/full").unwrap());
        let child = command.spawn().unwrap();
        let output = within("the end", child.wait_with_output()).await.unwrap();
        let words = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{args:?}: {words}");
        assert!(words.contains("could not all be printed"), "{words}");
    }
}
