//! Who comes in: the session cookie, else the token, else a guest.

use std::fmt;
use std::sync::Arc;

use chat::settings::Access;
use protocol::{Auth, Refusal};
use socketioxide::extract::{State, TryData};

use super::adapter::Socket;
use super::binding::Slot;
use super::people::Seat;
use crate::App;
use crate::forms::cookie::{self, Presented};
use crate::limits::Way;
use crate::session::{Author, Secret, SecretKind, Sessions};
use crate::store::{Stop, StoreError};

/// Somebody who has been let in.
pub(super) struct Visit {
    pub(super) author: Author,
    pub(super) manner: Manner,
    pub(super) slot: Arc<Slot>,
    /// The session, by the hash of its secret; a guest of one connection has none.
    pub(super) session: Option<[u8; 32]>,
    _seat: Option<Seat>,
}

/// How to greet.
pub(super) enum Manner {
    /// With the welcome alone: a client that knows nothing of the contract's version.
    Plain,
    /// With `hello`, and a token for a guest made just now.
    Contract(Option<Secret>),
}

/// Why somebody is not let in. The text is the code that `connect_error` carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// The cookie or token is not valid.
    Unauthorized,
    /// The person may not be on this server.
    Banned,
    /// Another version of the contract, or no form of it at all.
    Version,
    /// Not now; the connection is cut, because a stock client does not try again after a `connect_error`.
    Later,
    /// The engine lost what we gave it.
    Lost,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refused::Unauthorized => Refusal::Unauthorized.code(),
            Refused::Banned => Refusal::Banned.code(),
            Refused::Version => Refusal::VersionUnsupported.code(),
            Refused::Later | Refused::Lost => Refusal::Busy.code(),
        })
    }
}

/// Lets in or refuses, before CONNECT is answered.
pub(super) async fn authenticate(
    socket: Socket,
    TryData(auth): TryData<Auth>,
    State(app): State<App>,
) -> Result<(), Refused> {
    let slot = socket.req_parts().extensions.get::<Arc<Slot>>().cloned().ok_or(Refused::Lost)?;
    if slot.has_ended() {
        return Err(Refused::Later);
    }
    let outcome = visit(&app, &socket, auth.map_err(|_| Refused::Version), &slot).await;
    match outcome {
        Ok(visit) => {
            socket.extensions.insert(Arc::new(visit));
            Ok(())
        }
        Err(refused) => {
            tracing::info!(connection = slot.number, reason = %refused, "not let in");
            if refused == Refused::Later {
                slot.kill();
            }
            Err(refused)
        }
    }
}

async fn visit(
    app: &App,
    socket: &Socket,
    auth: Result<Auth, Refused>,
    slot: &Arc<Slot>,
) -> Result<Visit, Refused> {
    let auth = auth?;
    if auth.v.is_some_and(|version| version != protocol::VERSION) {
        return Err(Refused::Version);
    }
    if app.stage.is_closing() {
        return Err(Refused::Later);
    }
    let (author, secret, session) = person(app, socket, &auth, slot).await?;
    if author.banned {
        return Err(Refused::Banned);
    }
    app.note(&author, slot.client.ip).await.map_err(later)?;
    let seat = if app.config.limits_rates() {
        let most = app.config.tuning.sockets_per_person;
        Some(app.people.seat(&author.member.id, most).ok_or(Refused::Later)?)
    } else {
        None
    };
    let manner = if auth.v.is_some() { Manner::Contract(secret) } else { Manner::Plain };
    if let Some(session) = session {
        slot.belongs_to(session);
    }
    Ok(Visit { author, manner, slot: slot.clone(), session, _seat: seat })
}

/// A session cookie wins over a token; either must be valid, never passed over. Of a listed site there is no cookie
/// here: the guard has taken it out. What a plain client calls a token and nobody was ever given is another
/// application's, and no session at all.
async fn person(
    app: &App,
    socket: &Socket,
    auth: &Auth,
    slot: &Slot,
) -> Result<(Author, Option<Secret>, Option<[u8; 32]>), Refused> {
    let shown = cookie::shown(app, slot.client, &socket.req_parts().headers).await.map_err(later)?;
    let known = match (shown, &auth.token) {
        (Presented::Doubtful, _) => return Err(Refused::Unauthorized),
        (Presented::One(secret), _) => Some((SecretKind::Cookie, secret)),
        (Presented::Nothing | Presented::Elsewhere, Some(token))
            if auth.v.is_none() && !Secret::is_formed(token) =>
        {
            None
        }
        (Presented::Nothing | Presented::Elsewhere, Some(token)) => Some((SecretKind::Token, token.as_str())),
        (Presented::Nothing | Presented::Elsewhere, None) => None,
    };
    if let Some((kind, secret)) = known {
        let known = app.sessions.known(kind, secret).await.map_err(later)?.ok_or(Refused::Unauthorized)?;
        return Ok((known.author, None, Some(known.session)));
    }
    // The slot says so first: who comes while the access is changed is either refused here or cut off there.
    slot.pass();
    if app.settings.now().access == Access::Invite {
        return Err(Refused::Unauthorized);
    }
    let network = app.store.network(slot.client.ip);
    if let Some(network) = &network
        && app.store.is_shut(network).await.map_err(later)?
    {
        return Err(Refused::Banned);
    }
    // A token would travel in the clear: such a guest lasts as long as the connection.
    if auth.v.is_none() || !slot.client.private {
        return Ok((Author { network, ..app.sessions.passing() }, None, None));
    }
    app.limits.newcomer(slot.client, Way::Socket).map_err(|_| Refused::Later)?;
    let begun = app.sessions.begin(SecretKind::Token, None).await;
    let (author, secret) = begun.map_err(|stop| match stop {
        Stop::Refused(_) => Refused::Later,
        Stop::Failed(error) => later(error),
    })?;
    let session = Sessions::hash_of(secret.as_str());
    Ok((author, Some(secret), Some(session)))
}

fn later(error: StoreError) -> Refused {
    error.log("sessions cannot be read");
    Refused::Later
}
