//! The events, in one table: how each arrives, in order, and who answers it.
//!
//! The engine's ways are measured facts (docs: `ARCHITECTURE.md`): it spawns every handler, so handlers here do
//! nothing but put the request in the connection's queue; it drops an event whose arguments do not fit, so they
//! are taken as they come and refused by us; it answers CONNECT before it calls a connect handler, so handlers
//! are registered by a middleware, which runs before.

pub mod adapter;
mod add_member;
pub mod announce;
mod answer;
mod archive_room;
mod attachments;
mod ban;
pub mod binding;
mod block;
pub mod channel;
mod connection;
mod create_room;
mod delete;
mod delete_all;
mod edit;
mod endings;
mod enter;
mod greet;
mod history;
mod join;
mod kick;
mod leave;
mod list_rooms;
mod lock_room;
mod members;
mod message;
mod meter;
mod mute;
mod people;
#[cfg(feature = "plant")]
mod planted;
mod presence;
mod react;
mod read;
mod rename;
mod rename_room;
mod report;
mod set_notify;
mod set_role;
mod set_topic;
mod slow_mode;
mod subscribe;
mod sync;
mod typing;
mod whisper;

use std::sync::Arc;

use protocol::{Argument, Refusal, Request};
use socketioxide::extract::{Event, State, TryData};
use socketioxide::handler::ConnectHandler as _;
use socketioxide::socket::DisconnectReason;
use socketioxide::{ParserConfig, SocketIo};

use crate::App;
use adapter::{Engine, Io, Socket};
use answer::Asked;
use attachments::Attachments;
use binding::Slot;
use connection::{Command, Entrance, Inbox, Job, Task};
use enter::{Refused, Visit};
use meter::Verdict;

pub use endings::{Ending, Endings};
pub use greet::arrive;
pub use people::People;
#[cfg(feature = "plant")]
pub(crate) use planted::disconnect_all;
pub use presence::Presences;
pub use subscribe::{Enter, Subscriptions};
pub use whisper::{Whisper, Whispers};

/// The engine, and the handle to emit with. Its namespace exists before anybody can connect.
pub fn build(app: &App) -> (Engine, Io) {
    let tuning = &app.config.tuning;
    let (engine, io) = SocketIo::builder()
        .ping_interval(tuning.ping_interval)
        .ping_timeout(tuning.ping_timeout)
        .upgrade_timeout(tuning.upgrade)
        .connect_timeout(tuning.connect)
        .max_payload(protocol::MAX_PACKET_BYTES as u64)
        // Set aside for each connection; hardly any message is longer.
        .ws_read_buffer_size(2 * 1024)
        .ws_max_message_size(protocol::MAX_PACKET_BYTES)
        .ws_max_frame_size(protocol::MAX_PACKET_BYTES)
        .max_buffer_size(tuning.outbox)
        // Nothing binary is taken; so much is read to be able to say so.
        .with_parser(
            ParserConfig::common()
                .max_incoming_binaries(attachments::MOST)
                .max_incoming_binary_buf_size(protocol::MAX_PACKET_BYTES),
        )
        .with_state(app.clone())
        .build_svc();
    #[cfg(feature = "plant")]
    if crate::plant::planted(crate::plant::Bug::LateHandlers) {
        io.ns("/", planted::entered_late.with(enter::authenticate));
        return (engine, io);
    }
    // The middleware added last runs first: nobody is registered who was not let in.
    io.ns("/", entered.with(register).with(enter::authenticate));
    (engine, io)
}

/// Registers every event, before CONNECT is answered.
async fn register(socket: Socket, State(app): State<App>) -> Result<(), Refused> {
    let visit = socket.extensions.remove::<Arc<Visit>>().ok_or(Refused::Lost)?;
    let slot = visit.slot.clone();
    let (inbox, entrance) = connection::start(app.clone(), visit);
    let door = Door { inbox, slot: slot.clone() };

    ordered(&socket, &door, |request| Task::Say(Box::new(request)));
    ordered(&socket, &door, |Argument(request)| Command::Edit(request));
    ordered(&socket, &door, |Argument(request)| Command::Delete(request));
    ordered(&socket, &door, |Argument(request)| Command::React(request));
    ordered(&socket, &door, |Argument(request)| Command::Rename(request));
    ordered(&socket, &door, |Argument(request)| Command::CreateRoom(request));
    ordered(&socket, &door, |Argument(request)| Command::Join(request));
    ordered(&socket, &door, |Argument(request)| Command::Leave(request));
    ordered(&socket, &door, |Argument(request)| Command::History(request));
    ordered(&socket, &door, |Argument(request)| Command::Sync(request));
    ordered(&socket, &door, |Argument(request)| Command::AddMember(request));
    ordered(&socket, &door, |Argument(request)| Command::Kick(request));
    ordered(&socket, &door, |Argument(request)| Command::Mute(request));
    ordered(&socket, &door, |Argument(request)| Command::Ban(request));
    ordered(&socket, &door, |Argument(request)| Command::Block(request));
    ordered(&socket, &door, |Argument(request)| Command::DeleteAll(request));
    ordered(&socket, &door, |Argument(request)| Command::Report(request));
    ordered(&socket, &door, |Argument(request)| Command::SetRole(request));
    ordered(&socket, &door, |Argument(request)| Command::SetTopic(request));
    ordered(&socket, &door, |Argument(request)| Command::RenameRoom(request));
    ordered(&socket, &door, |Argument(request)| Command::SlowMode(request));
    ordered(&socket, &door, |Argument(request)| Command::LockRoom(request));
    ordered(&socket, &door, |Argument(request)| Command::ArchiveRoom(request));
    ordered(&socket, &door, |Argument(request)| Command::Read(request));
    ordered(&socket, &door, |Argument(request)| Command::SetNotify(request));
    ordered(&socket, &door, |Argument(request)| Command::ListRooms(request));
    ordered(&socket, &door, |Argument(request)| Command::Members(request));
    ordered(&socket, &door, |Argument(request)| Command::Typing(request));
    socket.on_fallback(move |event: Event, asked: Asked| {
        door.take(None, asked.unknown(&event));
        std::future::ready(())
    });
    socket.on_disconnect(move |reason: DisconnectReason| {
        slot.intake.gate.leave();
        tracing::info!(connection = slot.number, %reason, "disconnected");
        std::future::ready(())
    });
    socket.extensions.insert(entrance);
    Ok(())
}

/// CONNECT has been answered: the connection's task greets, then turns to what has arrived meanwhile.
async fn entered(socket: Socket) {
    if let Some(entrance) = socket.extensions.remove::<Entrance>() {
        entrance.open(socket);
    }
}

/// What an event passes on its way into the queue.
#[derive(Clone)]
struct Door {
    inbox: Inbox,
    slot: Arc<Slot>,
}

impl Door {
    /// Puts an event into the queue, to be carried out or refused in its turn. No task: its arguments were not of its
    /// form. What comes from a connection that has been ended is passed over.
    fn take(&self, task: Option<Task>, asked: Asked) {
        if self.slot.has_ended() {
            return;
        }
        let task = match (self.slot.meter.count(asked.event()), task) {
            (Verdict::Wait(problem), _) => Task::Refuse(problem),
            (Verdict::Pass, Some(task)) => task,
            (Verdict::Pass, None) => Task::Refuse(Refusal::BadRequest.into()),
        };
        let gate = &self.slot.intake.gate;
        let bytes = asked.bytes;
        gate.queue(bytes);
        if self.inbox.send(Job { task, asked }).is_err() {
            // Its task has ended, and so has the connection.
            gate.unqueue(bytes);
        }
    }
}

/// Takes requests of one kind. The body runs in the read loop and so in order; it must not wait.
#[expect(clippy::disallowed_methods, reason = "the one place where a handler is registered")]
fn ordered<T, U>(socket: &Socket, door: &Door, task: fn(T) -> U)
where
    T: Request + Send + Sync + 'static,
    U: Into<Task> + 'static,
{
    #[cfg(feature = "plant")]
    if crate::plant::planted(crate::plant::Bug::AsyncHandler) {
        return planted::unordered(socket, door, task);
    }
    let door = door.clone();
    socket.on(T::EVENT, move |attached: Attachments, TryData(arguments): TryData<T>, asked: Asked| {
        let arguments = arguments.ok().filter(|_| attached.are_none());
        door.take(arguments.map(|arguments| task(arguments).into()), asked.named(T::EVENT));
        std::future::ready(())
    });
}
