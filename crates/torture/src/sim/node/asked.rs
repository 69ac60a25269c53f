//! What a person asks of the server: read off the wire, carried out by the rooms' service, answered.

use protocol::{
    Ban, Delete, Edit, History, Join, Kick, Leave, Message, Mute, Problem, React, Refusal, Rename, Reply,
    Request, Sync,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use server::rooms::Rooms;
use server::session::Author;
use socketio_client::Value;

/// A request.
#[derive(Debug)]
pub(in crate::sim) enum Asked {
    Message(Message),
    Edit(Edit),
    Delete(Delete),
    React(React),
    Rename(Rename),
    Join(Join),
    Leave(Leave),
    History(History),
    Sync(Sync),
    Kick(Kick),
    Mute(Mute),
    Ban(Ban),
    /// Of no form that the server knows.
    Nonsense,
}

impl Asked {
    /// The request of an event with these arguments.
    pub(in crate::sim) fn read(event: &str, args: Vec<Value>) -> Asked {
        let read = match event {
            Message::EVENT => serde_json::from_value(Value::Array(args)).ok().map(Asked::Message),
            Edit::EVENT => one(args).map(Asked::Edit),
            Delete::EVENT => one(args).map(Asked::Delete),
            React::EVENT => one(args).map(Asked::React),
            Rename::EVENT => one(args).map(Asked::Rename),
            Join::EVENT => one(args).map(Asked::Join),
            Leave::EVENT => one(args).map(Asked::Leave),
            History::EVENT => one(args).map(Asked::History),
            Sync::EVENT => one(args).map(Asked::Sync),
            Kick::EVENT => one(args).map(Asked::Kick),
            Mute::EVENT => one(args).map(Asked::Mute),
            Ban::EVENT => one(args).map(Asked::Ban),
            _ => None,
        };
        read.unwrap_or(Asked::Nonsense)
    }

    /// It only goes to the writer, so that any number of such requests may be open at once and the outcome is always
    /// the same. A request that reads has to be alone: whether it sees another one's commit would be chance.
    pub(in crate::sim) fn only_writes(&self) -> bool {
        !matches!(self, Asked::Join(_) | Asked::History(_) | Asked::Sync(_))
    }

    /// Carries it out; what comes back is the argument of the ack.
    pub(in crate::sim) async fn perform(self, rooms: Rooms, author: Author) -> Value {
        match self {
            Asked::Message(request) => reply(rooms.say(&author, request).await),
            Asked::Edit(request) => reply(rooms.edit(&author, request).await),
            Asked::Delete(request) => reply(rooms.delete(&author, request).await),
            Asked::React(request) => reply(rooms.react(&author, request).await),
            Asked::Rename(request) => reply(rooms.rename(&author, request).await),
            Asked::Join(request) => reply(rooms.join(&author, request).await),
            Asked::Leave(request) => reply(rooms.leave(&author, request).await),
            Asked::History(request) => reply(rooms.history(Some(&author), request).await),
            Asked::Sync(request) => reply(rooms.sync(&author, request).await),
            Asked::Kick(request) => reply(rooms.kick(&author, request).await),
            Asked::Mute(request) => reply(rooms.mute(&author, request).await),
            Asked::Ban(request) => reply(rooms.ban(&author, request).await),
            Asked::Nonsense => reply::<()>(Err(Refusal::BadRequest.into())),
        }
    }
}

fn one<T: DeserializeOwned>(args: Vec<Value>) -> Option<T> {
    serde_json::from_value(args.into_iter().next()?).ok()
}

fn reply<T: Serialize>(outcome: Result<T, Problem>) -> Value {
    serde_json::to_value(Reply::from(outcome)).unwrap_or_default()
}

/// The answer to a request that is not taken.
pub(super) fn refused(refusal: Refusal) -> Value {
    reply::<()>(Err(refusal.into()))
}
