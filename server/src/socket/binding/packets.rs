//! What travels by polling: the packets of a post, handed on to the engine one by one while there is room for what they
//! ask, and the packets that a poll fetches.
//!
//! A post is answered when all of it has been handed on, or after a while: its client answers no ping meanwhile and
//! cannot become a WebSocket. Then the rest goes on without it, before any later post.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use hyper::body::Frame;
use tokio::sync::OwnedMutexGuard;
use tokio::time::{Instant, sleep, timeout};

use super::{CLOSE, Engine, Slot, call, unknown};
use crate::config::Tuning;
use crate::listener::names_briefly;
use crate::stage::Stage;

/// Between two packets.
const SEPARATOR: u8 = 0x1e;
/// A client's answer to a ping.
const PONG: &[u8] = b"3";
/// How the answer to a request begins.
const ACK: &[u8] = b"43";

/// Hands the packets of a post to the engine, unless they are too many or none that it may see.
pub(super) async fn post(tuning: &Tuning, engine: Engine, slot: &Arc<Slot>, request: Request) -> Response {
    let turn = slot.turn().await;
    let (parts, body) = request.into_parts();
    let packets = match timeout(tuning.body_read, packets(body)).await {
        Ok(Ok(packets)) => packets,
        Ok(Err(refused)) => {
            // A line that broke in the middle of a post is no reason to end the session.
            if refused.status() == StatusCode::PAYLOAD_TOO_LARGE {
                slot.kill();
            }
            return refused.into_response();
        }
        Err(_) => return StatusCode::REQUEST_TIMEOUT.into_response(),
    };
    if !packets.split(|byte| *byte == SEPARATOR).all(names_briefly) {
        slot.kill();
        return unknown();
    }
    let uri = parts.uri.clone();
    let request = Request::from_parts(parts, Body::new(Rest { packets, slot: slot.clone() }));
    let handing = HandingOn::begin(turn, slot.clone());
    let handed = tokio::spawn(hand_on(tuning.clone(), engine, handing, request, uri));
    match timeout(tuning.upgrade / 4, handed).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        // As the engine says it.
        Err(_) => ([(CONTENT_TYPE, "text/plain; charset=UTF-8")], "ok").into_response(),
    }
}

/// The whole body of a post, if it is not larger than any packet may be.
async fn packets(body: Body) -> Result<Bytes, BytesRejection> {
    let mut request = Request::new(body);
    DefaultBodyLimit::max(protocol::MAX_PACKET_BYTES).apply(&mut request);
    Bytes::from_request(request, &()).await
}

/// A post whose packets are handed on: no later one is, and no WebSocket is read.
struct HandingOn {
    slot: Arc<Slot>,
    _turn: OwnedMutexGuard<()>,
}

impl HandingOn {
    fn begin(turn: OwnedMutexGuard<()>, slot: Arc<Slot>) -> HandingOn {
        slot.intake.gate.post(true);
        HandingOn { slot, _turn: turn }
    }
}

impl Drop for HandingOn {
    fn drop(&mut self) {
        self.slot.intake.gate.post(false);
    }
}

async fn hand_on(tuning: Tuning, engine: Engine, handing: HandingOn, request: Request, uri: Uri) -> Response {
    let slot = &handing.slot;
    let response = tokio::select! {
        response = call(engine.clone(), request) => response,
        () = vouch(&tuning, engine, slot, uri) => unknown(),
    };
    // Once it is a flood it is one for ever.
    if slot.intake.count(0).is_ok() {
        return response;
    }
    // It is told of what came before, and then cut off.
    timeout(tuning.farewell, slot.intake.gate.idle()).await.ok();
    slot.kill();
    unknown()
}

/// Answers pings in the place of a client whose post waits: it cannot send anything else meanwhile. One that fetches
/// nothing for too long is ended.
async fn vouch(tuning: &Tuning, engine: Engine, slot: &Slot, uri: Uri) {
    let every = tuning.vouch().max(Duration::from_millis(1));
    let mut fetched = Instant::now();
    loop {
        sleep(every).await;
        let gate = &slot.intake.gate;
        if gate.has_room(0) {
            fetched = Instant::now();
        } else if fetched.elapsed() > tuning.write_stall {
            tracing::warn!(connection = slot.number, "answers not fetched, connection ended");
            slot.kill();
            return;
        }
        let mut pong = Request::new(Body::from(PONG));
        (*pong.method_mut(), *pong.uri_mut()) = (Method::POST, uri.clone());
        call(engine.clone(), pong).await;
    }
}

/// The packets of a post that have not been handed on yet.
struct Rest {
    packets: Bytes,
    slot: Arc<Slot>,
}

impl hyper::body::Body for Rest {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let Rest { packets, slot } = self.get_mut();
        if packets.is_empty() {
            return Poll::Ready(None);
        }
        let end = packets.iter().position(|byte| *byte == SEPARATOR).unwrap_or(packets.len());
        if &packets[..end] != PONG {
            ready!(slot.intake.gate.poll_post(cx));
        }
        if !slot.is_alive() || slot.intake.count(1).is_err() {
            packets.clear();
            return Poll::Ready(None);
        }
        let packet = packets.split_to((end + 1).min(packets.len()));
        Poll::Ready(Some(Ok(Frame::data(packet))))
    }
}

/// Asks the engine for what waits for the client, and notes what it fetches. At the end of the server the packet that
/// closes is left out, as over a WebSocket: clients of some languages would not come back. They learn it from their next
/// poll.
pub(super) async fn fetch(stage: &Stage, engine: Engine, slot: &Slot, request: Request) -> Response {
    let mut call = pin!(call(engine, request));
    let response = match poll_fn(|cx| Poll::Ready(call.as_mut().poll(cx))).await {
        Poll::Ready(response) => response,
        Poll::Pending => {
            // Nothing waits for it.
            slot.intake.gate.fetched_all();
            call.await
        }
    };
    let (mut parts, body) = response.into_parts();
    // It is there already, as a whole.
    let Ok(body) = axum::body::to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let (mut answers, mut bytes, mut others) = (0, 0, 0);
    for packet in body.split(|byte| *byte == SEPARATOR) {
        if packet.starts_with(ACK) {
            answers += 1;
            bytes += packet.len();
        } else {
            others += 1;
        }
    }
    slot.intake.gate.fetched(answers, bytes, others);
    if !stage.is_closing() || parts.status != StatusCode::OK {
        return Response::from_parts(parts, Body::from(body));
    }
    match without_close(body) {
        body if body.is_empty() => unknown(),
        body => {
            parts.headers.remove(CONTENT_LENGTH);
            Response::from_parts(parts, Body::from(body))
        }
    }
}

/// The packets before the one that closes; after it there is none.
fn without_close(packets: Bytes) -> Bytes {
    let start = packets.iter().rposition(|byte| *byte == SEPARATOR).map_or(0, |at| at + 1);
    if &packets[start..] == CLOSE.as_bytes() { packets.slice(..start.saturating_sub(1)) } else { packets }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_is_polled_at_the_end_only_the_close_is_left_out() {
        for (packets, kept) in [
            ("42[\"a\"]\u{1e}1", "42[\"a\"]"),
            ("4\u{1e}4\u{1e}1", "4\u{1e}4"),
            ("1", ""),
            ("", ""),
            ("41", "41"),
            ("42[\"1\"]\u{1e}41", "42[\"1\"]\u{1e}41"),
        ] {
            assert_eq!(without_close(Bytes::from(packets)), kept, "{packets}");
        }
    }
}
