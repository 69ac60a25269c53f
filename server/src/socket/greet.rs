//! The first words to a client: subscribe, then read, then speak.

use std::sync::Arc;

use chat::MemberId;
use protocol::{Heads, Hello, Notice, Problem, Refusal, Welcome, view};
use serde::Serialize;

use super::adapter::Socket;
use super::channel;
use super::enter::{Manner, Visit};
use super::subscribe::Subscriptions;
use crate::App;
use crate::rooms::Rooms;
use crate::session::{Author, Secret};

/// Subscribes the client to its rooms and greets it in its own manner.
pub(super) async fn greet(app: &App, visit: &Arc<Visit>, socket: Socket) {
    visit.slot.join(&visit.author.member.id);
    let plain = matches!(visit.manner, Manner::Plain);
    let transport = if socket.transport_type() == socketioxide::TransportType::Websocket {
        "websocket"
    } else {
        "polling"
    };
    tracing::info!(connection = visit.slot.number, member = %visit.author.member.id, plain, transport, "connected");
    let member = &visit.author.member.id;
    let mut channels = vec![channel::of_person(member)];
    channels.extend(visit.session.as_ref().map(channel::of_session));
    channels.push(if plain { channel::PLAIN.to_owned() } else { channel::of_reader(member) });
    socket.join(channels);
    // It may have ended while the client came in; whoever ends it from now on finds the socket.
    if let Some(session) = visit.session
        && is_over(app, session).await
    {
        visit.slot.kill();
        return;
    }
    let greeted = match &visit.manner {
        Manner::Plain => app.subscriptions.enter(member).await.map(|()| {
            say(visit, &socket, &Welcome(app.settings.now().welcome.clone()));
        }),
        Manner::Contract(secret) => arrive_and_look(app, visit).await.map(|(rooms, blocked)| {
            let hello = hello(app, visit, secret.as_ref(), rooms, blocked);
            let heads = Heads { epoch: hello.epoch.clone(), rooms: hello.heads.clone() };
            say(visit, &socket, &hello);
            say(visit, &socket, &heads);
        }),
    };
    if let Err(problem) = greeted {
        turn_away(visit, &problem);
    }
}

async fn is_over(app: &App, session: [u8; 32]) -> bool {
    match app.sessions.over(vec![session]).await {
        Ok(over) => !over.is_empty(),
        Err(error) => {
            error.log("a session could not be looked up");
            true
        }
    }
}

/// What a greeting holds beside the person: the rooms, and those of whom the person hears nothing.
async fn arrive_and_look(app: &App, visit: &Visit) -> Result<(Vec<view::Room>, Vec<MemberId>), Problem> {
    let rooms = arrive(&app.subscriptions, &app.rooms, &visit.author).await?;
    Ok((rooms, app.rooms.blocked_by(&visit.author).await?))
}

/// Subscribes a person's sockets to the person's rooms, and then reads those rooms: in the other order what is
/// committed in between would reach nobody. A room entered since then has subscribed them itself.
///
/// # Errors
/// `banned`, `unauthorized`, `storage`, `restarting`.
pub async fn arrive(
    subscriptions: &Subscriptions,
    rooms: &Rooms,
    author: &Author,
) -> Result<Vec<view::Room>, Problem> {
    #[cfg(feature = "plant")]
    if crate::plant::planted(crate::plant::Bug::ReadBeforeJoin) {
        let read = rooms.rooms_of(author).await;
        subscriptions.enter(&author.member.id).await?;
        return read;
    }
    subscriptions.enter(&author.member.id).await?;
    rooms.rooms_of(author).await
}

/// Without a greeting the client would wait for ever; cut off, it comes again. Somebody banned or gone just now is being
/// told so, and cut off after that.
fn turn_away(visit: &Visit, problem: &Problem) {
    match problem.code {
        Refusal::Banned | Refusal::Unauthorized => return,
        Refusal::Restarting => tracing::debug!(connection = visit.slot.number, "came while the server ends"),
        code => tracing::error!(connection = visit.slot.number, code = code.code(), "no greeting"),
    }
    visit.slot.kill();
}

fn hello(
    app: &App,
    visit: &Visit,
    secret: Option<&Secret>,
    rooms: Vec<view::Room>,
    blocked: Vec<MemberId>,
) -> Hello {
    Hello {
        v: protocol::VERSION,
        epoch: app.store.epoch().to_owned(),
        welcome: app.settings.now().welcome.clone(),
        you: visit.author.member.clone().into(),
        token: secret.map(|secret| secret.as_str().to_owned()),
        heads: rooms.iter().map(|room| (room.id.clone(), room.head)).collect(),
        rooms,
        blocked,
    }
}

/// Emits to this client alone. A queue that is full at the first words belongs to nobody who listens.
fn say<N: Notice + Serialize>(visit: &Visit, socket: &Socket, notice: &N) {
    if let Err(error) = socket.emit(N::EVENT, notice) {
        tracing::debug!(connection = visit.slot.number, %error, "gone before the greeting");
        visit.slot.kill();
    }
}
