//! Long-polling by hand.

use crate::http::{self, Answer};
use crate::server::TestServer;

/// Between two packets of one answer.
pub(crate) const SEPARATOR: char = '\u{1e}';

pub(crate) const OPEN: &str = "/socket.io/?EIO=4&transport=polling";

/// A polling session.
pub(crate) struct Poll<'a> {
    pub(crate) server: &'a TestServer,
    pub(crate) sid: String,
    pub(crate) headers: Vec<(&'a str, &'a str)>,
}

impl<'a> Poll<'a> {
    /// Opens a session; the engine's answer if it was refused.
    pub(crate) async fn open(
        server: &'a TestServer,
        headers: &[(&'a str, &'a str)],
    ) -> Result<Poll<'a>, Answer> {
        let answer = http::get(server, OPEN, headers).await;
        let Some(open) = answer.body.strip_prefix('0').filter(|_| answer.status == 200) else {
            return Err(answer);
        };
        let open: serde_json::Value = serde_json::from_str(open).unwrap();
        Ok(Poll { server, sid: open["sid"].as_str().unwrap().to_owned(), headers: headers.to_vec() })
    }

    pub(crate) fn path(&self) -> String {
        format!("{OPEN}&sid={}", self.sid)
    }

    pub(crate) async fn get(&self) -> Answer {
        http::get(self.server, &self.path(), &self.headers).await
    }

    pub(crate) async fn post(&self, packets: &str) -> Answer {
        let origin = self.server.url();
        let mut headers = vec![("origin", origin.as_str()), ("content-type", "text/plain;charset=UTF-8")];
        headers.extend(&self.headers);
        http::send(self.server, "POST", &self.path(), &headers, packets.as_bytes()).await
    }

    /// Polls until a packet begins with `start`.
    pub(crate) async fn until(&self, start: &str) -> String {
        loop {
            let answer = self.get().await;
            assert_eq!(answer.status, 200, "{answer:?}");
            for packet in answer.body.split(SEPARATOR) {
                if packet.starts_with(start) {
                    return packet.to_owned();
                }
                if packet == "2" {
                    self.post("3").await;
                }
            }
        }
    }
}
