//! The first words to a client: subscribe, then read, then speak.

use std::sync::Arc;

use protocol::{Heads, Hello, Notice, Problem, Refusal, Welcome, view};
use serde::Serialize;

use super::adapter::Socket;
use super::channel;
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
    let member = &visit.author.member.id;
    let mut channels = vec![channel::of_person(member)];
    if !plain {
        channels.push(channel::of_reader(member));
    }
    socket.join(channels);
    if let Err(stop) = app.subscriptions.enter(member).await {
        return turn_away(visit, &stop);
    }
    match &visit.manner {
        Manner::Plain => say(visit, &socket, &Welcome(app.config.welcome.clone())),
        Manner::Contract(secret) => match hello(app, visit, secret.as_ref()).await {
            Ok(hello) => {
                let heads = Heads { epoch: hello.epoch.clone(), rooms: hello.heads.clone() };
                say(visit, &socket, &hello);
                say(visit, &socket, &heads);
            }
            Err(problem) => turn_away(visit, &problem),
        },
    }
}

/// Without a greeting the client would wait for ever; cut off, it comes again. Somebody banned just now is being told
/// so, and cut off after that.
fn turn_away(visit: &Visit, problem: &Problem) {
    if problem.code != Refusal::Banned {
        tracing::error!(connection = visit.slot.number, code = problem.code.code(), "no greeting");
        visit.slot.kill();
    }
}

/// The person's rooms are subscribed to: one entered since then has subscribed every socket of the person's.
async fn hello(app: &App, visit: &Visit, secret: Option<&Secret>) -> Result<Hello, Problem> {
    let rooms = app.rooms.rooms_of(&visit.author).await?;
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
