//! The first words to a client: subscribe, then read, then speak.

use std::collections::BTreeSet;
use std::sync::Arc;

use chat::RoomId;
use protocol::{Heads, Hello, Notice, Problem, Welcome, view};
use serde::Serialize;

use super::adapter::Socket;
use super::announce::{person_channel, room_channel};
use super::enter::{Manner, Visit};
use crate::App;
use crate::session::Secret;

/// Subscribes the client to its rooms and greets it in its own manner.
pub(super) async fn greet(app: &App, visit: &Arc<Visit>, socket: Socket) {
    visit.slot.join();
    let plain = matches!(visit.manner, Manner::Plain);
    let transport = if socket.transport_type() == socketioxide::TransportType::Websocket {
        "websocket"
    } else {
        "polling"
    };
    tracing::info!(connection = visit.slot.number, member = %visit.author.member.id, plain, transport, "connected");
    let lobby = RoomId::lobby();
    socket.join(vec![room_channel(&lobby), person_channel(&visit.author.member.id)]);
    match &visit.manner {
        Manner::Plain => say(visit, &socket, &Welcome(app.config.welcome.clone())),
        Manner::Contract(secret) => match hello(app, visit, &socket, lobby, secret.as_ref()).await {
            Ok(hello) => {
                let heads = Heads { epoch: hello.epoch.clone(), rooms: hello.heads.clone() };
                say(visit, &socket, &hello);
                say(visit, &socket, &heads);
            }
            Err(problem) => {
                // Without a hello the client would wait for ever; cut off, it comes again.
                tracing::error!(connection = visit.slot.number, code = problem.code.code(), "no hello");
                visit.slot.kill();
            }
        },
    }
}

async fn hello(
    app: &App,
    visit: &Visit,
    socket: &Socket,
    lobby: RoomId,
    secret: Option<&Secret>,
) -> Result<Hello, Problem> {
    let mut joined = BTreeSet::from([lobby]);
    // What commits between reading and joining would reach nobody, so what is read last was joined before.
    let rooms = loop {
        let rooms = app.rooms.rooms_of(&visit.author).await?;
        let new: Vec<_> =
            rooms.iter().map(|room| &room.id).filter(|id| !joined.contains(*id)).cloned().collect();
        if new.is_empty() {
            break rooms;
        }
        socket.join(new.iter().map(room_channel).collect::<Vec<_>>());
        joined.extend(new);
    };
    let heads = rooms.iter().map(|room: &view::Room| (room.id.clone(), room.head)).collect();
    Ok(Hello {
        v: protocol::VERSION,
        epoch: app.store.epoch().to_owned(),
        welcome: app.config.welcome.clone(),
        you: visit.author.member.clone().into(),
        token: secret.map(|secret| secret.as_str().to_owned()),
        rooms,
        heads,
    })
}

/// Emits to this client alone. A queue that is full at the first words belongs to nobody who listens.
fn say<N: Notice + Serialize>(visit: &Visit, socket: &Socket, notice: &N) {
    if let Err(error) = socket.emit(N::EVENT, notice) {
        tracing::debug!(connection = visit.slot.number, %error, "gone before the greeting");
        visit.slot.kill();
    }
}
