//! A WebSocket that knows nothing of Socket.IO, and one that does not even know its own frames.

use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};

use crate::http;
use crate::server::TestServer;
use crate::within;

pub(crate) const OPEN: &str = "/socket.io/?EIO=4&transport=websocket";

/// Engine.IO packets in, Engine.IO packets out.
pub(crate) struct Ws(WebSocketStream<TcpStream>);

impl Ws {
    /// Upgrades; the status if it was refused.
    pub(crate) async fn open(server: &TestServer, headers: &[(&str, &str)]) -> Result<Ws, u16> {
        Ws::open_at(server, OPEN, headers).await
    }

    pub(crate) async fn open_at(
        server: &TestServer,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Result<Ws, u16> {
        Ws::open_address(server.address, path, headers).await
    }

    pub(crate) async fn open_address(
        address: SocketAddr,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Result<Ws, u16> {
        Ws::over(TcpStream::connect(address).await.unwrap(), address, path, headers).await
    }

    /// The same, over a connection to `address` that is there.
    pub(crate) async fn over(
        tcp: TcpStream,
        address: SocketAddr,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Result<Ws, u16> {
        let mut request = format!("ws://{address}{path}").into_client_request().unwrap();
        for (name, value) in headers {
            let name: HeaderName = name.parse().unwrap();
            request.headers_mut().insert(name, HeaderValue::from_str(value).unwrap());
        }
        match within("the upgrade", tokio_tungstenite::client_async(request, tcp)).await {
            Ok((stream, _)) => Ok(Ws(stream)),
            Err(tokio_tungstenite::tungstenite::Error::Http(answer)) => Err(answer.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    /// Upgrades and is let in as a plain client: OPEN, CONNECT and the welcome are behind it.
    pub(crate) async fn plain(server: &TestServer) -> Ws {
        let mut ws = Ws::open(server, &[]).await.unwrap();
        ws.send("40").await;
        ws.until("42").await;
        ws
    }

    pub(crate) async fn send(&mut self, packet: &str) {
        // The other side may have closed already; what it says is read, not what we could not send.
        let _ = self.0.send(Message::text(packet)).await;
    }

    pub(crate) async fn send_binary(&mut self, bytes: &[u8]) {
        let _ = self.0.send(Message::binary(bytes.to_vec())).await;
    }

    /// The next packet that is no ping; `None` once closed.
    pub(crate) async fn next(&mut self) -> Option<String> {
        loop {
            match within("a packet or the end", self.0.next()).await {
                Some(Ok(Message::Text(text))) if text.as_str() == "2" => self.send("3").await,
                Some(Ok(Message::Text(text))) => return Some(text.as_str().to_owned()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    /// The next packet that begins with `start`.
    pub(crate) async fn until(&mut self, start: &str) -> String {
        while let Some(packet) = self.next().await {
            if packet.starts_with(start) {
                return packet;
            }
        }
        panic!("closed before {start}");
    }

    /// Reads to the end; whether the other side took its leave, or was cut.
    pub(crate) async fn is_bidden_farewell(&mut self) -> bool {
        loop {
            match within("the end", self.0.next()).await {
                Some(Ok(Message::Close(_))) => return true,
                Some(Err(_)) | None => return false,
                Some(Ok(_)) => {}
            }
        }
    }

    /// Everything until the other side closes.
    pub(crate) async fn until_closed(&mut self) -> Vec<String> {
        let mut packets = Vec::new();
        while let Some(packet) = self.next().await {
            packets.push(packet);
        }
        packets
    }
}

/// Upgrades by hand, sends `frames`, and returns the code of the close frame that comes back, if one does
/// before the connection ends.
pub(crate) async fn close_code(server: &TestServer, frames: &[u8]) -> Option<u16> {
    close_code_of(server, b"", frames).await
}

/// The same, with `early` sent along with the request, before there can be an answer.
pub(crate) async fn close_code_of(server: &TestServer, early: &[u8], frames: &[u8]) -> Option<u16> {
    let upgrade = [
        ("connection", "Upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];
    let mut tcp = TcpStream::connect(server.address).await.unwrap();
    let request = http::request(&server.address, "GET", OPEN, &upgrade, b"");
    tcp.write_all(&[&request, early].concat()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(within("the upgrade", tcp.read_u8()).await.unwrap());
    }
    assert!(head.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&head));
    let _ = tcp.write_all(frames).await;
    loop {
        let first = within("a frame or the end", tcp.read_u8()).await.ok()?;
        let length = match tcp.read_u8().await.ok()? {
            126 => usize::from(tcp.read_u16().await.ok()?),
            length => usize::from(length),
        };
        let mut payload = vec![0; length];
        tcp.read_exact(&mut payload).await.ok()?;
        if first & 0x0f == 8 {
            return payload.first_chunk().map(|code| u16::from_be_bytes(*code));
        }
    }
}

/// A masked frame.
pub(crate) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    match payload.len() {
        length @ 0..126 => frame.push(0x80 | u8::try_from(length).unwrap()),
        length @ 126..65_536 => {
            frame.push(0x80 | 126);
            frame.extend(u16::try_from(length).unwrap().to_be_bytes());
        }
        length => {
            frame.push(0x80 | 127);
            frame.extend(u64::try_from(length).unwrap().to_be_bytes());
        }
    }
    // A mask of zeros is a mask.
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}
