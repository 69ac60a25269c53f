//! The server as a process of its own, so that only its own memory counts, and sockets that do as they please.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpSocket, TcpStream};
use tokio::process::{Child, Command};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;

use crate::figures::folder;

/// Files the server may have open: one for each connection, and a few.
const DESCRIPTORS: u32 = 12_000;

/// A running server.
pub(crate) struct Program {
    pub(crate) address: SocketAddr,
    child: Child,
    folder: PathBuf,
}

impl Program {
    /// Starts it with `args`.
    pub(crate) async fn start(args: &[&str]) -> Program {
        let folder = folder("program");
        let mut child = Command::new("sh")
            .args(["-c", &format!("ulimit -n {DESCRIPTORS} && exec \"$0\" \"$@\"")])
            .args([env!("CARGO_BIN_EXE_chat-moderno"), "--port", "0", "--log", "error"])
            .args(args)
            .current_dir(&folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).await.unwrap();
        let address = line.trim().trim_end_matches('/').rsplit("http://").next().unwrap().parse();
        Program { address: address.unwrap_or_else(|_| panic!("{line:?}")), child, folder }
    }

    /// Gives `who` a role, from the terminal.
    pub(crate) async fn appoint(&self, who: &str, role: &str) {
        let status = Command::new(env!("CARGO_BIN_EXE_chat-moderno"))
            .args(["admin", "set-role", who, role])
            .current_dir(&self.folder)
            .stdout(Stdio::null())
            .status();
        assert!(status.await.unwrap().success());
    }

    /// Resident memory now, in KiB.
    pub(crate) fn rss(&self) -> i64 {
        self.status("VmRSS:")
    }

    /// The most it was since [`Program::forget_peak`], in KiB.
    pub(crate) fn peak(&self) -> i64 {
        self.status("VmHWM:")
    }

    /// From now on the peak is looked for anew.
    pub(crate) fn forget_peak(&self) {
        std::fs::write(format!("/proc/{}/clear_refs", self.id()), "5").unwrap();
    }

    /// Of the process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id().expect("running")
    }

    fn status(&self, name: &str) -> i64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// Ends it.
    pub(crate) async fn end(mut self) {
        self.child.kill().await.unwrap();
        std::fs::remove_dir_all(&self.folder).unwrap();
    }
}

/// A WebSocket from the `place`-th address of this machine; Engine.IO packets in and out.
pub(crate) struct Ws(WebSocketStream<TcpStream>);

impl Ws {
    /// Opens one.
    pub(crate) async fn open(server: SocketAddr, place: u8) -> Ws {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from(([127, 0, 1, place], 0))).unwrap();
        let tcp = socket.connect(server).await.unwrap();
        let url = format!("ws://{server}/socket.io/?EIO=4&transport=websocket");
        Ws(tokio_tungstenite::client_async(url, tcp).await.unwrap().0)
    }

    /// Opens one and is let in, as the page is.
    pub(crate) async fn enter(server: SocketAddr, place: u8) -> Ws {
        let mut ws = Ws::open(server, place).await;
        ws.send(format!(r#"40{{"v":{}}}"#, protocol::VERSION)).await;
        // `hello`, then `heads`.
        ws.until("42").await;
        ws.until("42").await;
        ws
    }

    /// The same as a browser with this cookie; what it is greeted with.
    pub(crate) async fn enter_as(server: SocketAddr, cookie: &str) -> (Ws, String) {
        let tcp = TcpStream::connect(server).await.unwrap();
        let url = format!("ws://{server}/socket.io/?EIO=4&transport=websocket");
        let mut request = url.into_client_request().unwrap();
        let origin = format!("http://{server}");
        for (name, value) in [("cookie", cookie), ("origin", &origin)] {
            request.headers_mut().insert(name, HeaderValue::from_str(value).unwrap());
        }
        let mut ws = Ws(tokio_tungstenite::client_async(request, tcp).await.unwrap().0);
        ws.send(format!(r#"40{{"v":{}}}"#, protocol::VERSION)).await;
        let hello = ws.until("42[\"hello\"").await.unwrap();
        (ws, hello)
    }

    /// Sends a packet, if there is still somebody.
    pub(crate) async fn send(&mut self, packet: String) {
        self.0.send(Message::text(packet)).await.ok();
    }

    /// The next packet that begins with `start`; `None` once closed. Answers pings meanwhile.
    pub(crate) async fn until(&mut self, start: &str) -> Option<String> {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) if text.as_str() == "2" => self.send("3".to_owned()).await,
                Some(Ok(Message::Text(text))) if text.as_str().starts_with(start) => {
                    return Some(text.as_str().to_owned());
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }
}

/// Posts a form from a page of the server's own; the whole answer.
pub(crate) async fn post(server: SocketAddr, path: &str, cookie: &str, form: &str) -> String {
    let cookie = if cookie.is_empty() { String::new() } else { format!("cookie: {cookie}\r\n") };
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: {server}\r\norigin: http://{server}\r\nconnection: close\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n{cookie}\r\n{form}",
        form.len()
    );
    let mut tcp = TcpStream::connect(server).await.unwrap();
    tcp.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    tcp.read_to_string(&mut answer).await.unwrap();
    answer
}
