//! HTTP by hand: what a well-behaved library would not send must be sendable, and no byte may be hidden.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::server::TestServer;
use crate::within;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Without what was typed, which a refused form gives back.
    pub(crate) fn location(&self) -> &str {
        let location = self.header("location").unwrap_or_else(|| panic!("no location: {self:?}"));
        location.split("&typed=").next().unwrap_or(location)
    }

    /// The pair of the first cookie given, as a `Cookie` header takes it.
    pub(crate) fn cookie(&self) -> String {
        let value = *self.cookies().first().unwrap_or_else(|| panic!("no cookie: {self:?}"));
        value.split(';').next().unwrap().to_owned()
    }

    /// Every cookie that is set or removed, but for the one that tries whether the browser keeps cookies at all.
    pub(crate) fn cookies(&self) -> Vec<&str> {
        let all =
            self.headers.iter().filter(|(name, _)| name == "set-cookie").map(|(_, value)| value.as_str());
        all.filter(|value| !value.starts_with("cm_probe=")).collect()
    }

    fn parse(bytes: &[u8]) -> Option<Answer> {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers: Vec<_> = lines
            .map(|line| line.split_once(':').unwrap())
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
        let body = &bytes[end + 4..];
        let body = if chunked { unchunk(body) } else { body.to_vec() };
        Some(Answer { status, headers, body: String::from_utf8_lossy(&body).into_owned() })
    }
}

fn unchunk(mut bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = bytes.windows(2).position(|two| two == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&bytes[..end]).unwrap(), 16).unwrap();
        body.extend_from_slice(&bytes[end + 2..end + 2 + size]);
        bytes = &bytes[end + 4 + size..];
    }
    body
}

/// One request on a connection of its own. `host` and `content-length` are added unless given.
pub(crate) fn request(
    host: &SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Vec<u8> {
    let mut head = format!("{method} {path} HTTP/1.1\r\n");
    let has = |name: &str| headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
    if !has("host") {
        head += &format!("host: {host}\r\n");
    }
    if !has("connection") {
        head += "connection: close\r\n";
    }
    if (method == "POST" || !body.is_empty()) && !has("content-length") && !has("transfer-encoding") {
        head += &format!("content-length: {}\r\n", body.len());
    }
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    [head.as_bytes(), b"\r\n", body].concat()
}

/// Sends `bytes` and returns all that comes back until the other side closes.
pub(crate) async fn raw(mut tcp: TcpStream, bytes: &[u8]) -> Vec<u8> {
    // A server that answers before it has read everything may reset the connection.
    let _ = tcp.write_all(bytes).await;
    let mut answer = Vec::new();
    let _ = within("the end of an answer", tcp.read_to_end(&mut answer)).await;
    answer
}

pub(crate) async fn send(
    server: &TestServer,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Answer {
    send_to(server.address, method, path, headers, body).await
}

pub(crate) async fn send_to(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Answer {
    let bytes = request(&address, method, path, headers, body);
    let tcp = TcpStream::connect(address).await.unwrap();
    let answer = raw(tcp, &bytes).await;
    Answer::parse(&answer)
        .unwrap_or_else(|| panic!("{method} {path}: {:?}", String::from_utf8_lossy(&answer)))
}

pub(crate) async fn get(server: &TestServer, path: &str, headers: &[(&str, &str)]) -> Answer {
    send(server, "GET", path, headers, b"").await
}

/// Posts a form as the server's own page would: with its origin.
pub(crate) async fn post(server: &TestServer, path: &str, headers: &[(&str, &str)], form: &str) -> Answer {
    let origin = server.url();
    let mut all = vec![("origin", origin.as_str())];
    all.extend(headers);
    form_from(server, path, &all, form).await
}

/// Posts a form with these headers alone.
pub(crate) async fn form_from(
    server: &TestServer,
    path: &str,
    headers: &[(&str, &str)],
    form: &str,
) -> Answer {
    let mut all = vec![("content-type", "application/x-www-form-urlencoded")];
    all.extend(headers);
    send(server, "POST", path, &all, form.as_bytes()).await
}
