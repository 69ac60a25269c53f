//! One connection's task: greets, then does what was asked, one thing after the other.
//!
//! It holds no socket: the socket holds the queue's other end, and the two would keep each other alive. It ends
//! when the socket is gone and the queue is empty, so what was accepted before a disconnect is still done.

use std::sync::{Arc, Mutex, PoisonError};

use protocol::{
    ArchiveRoom, Ban, Block, CreateRoom, Delete, DeleteAll, Edit, History, Join, Kick, Leave, ListRooms,
    LockRoom, Members, Message, Mute, React, Read, Refusal, Rename, RenameRoom, Report, SetNotify, SetRole,
    SetTopic, SlowMode, Sync, Typing,
};
use tokio::sync::{mpsc, oneshot};

use super::adapter::{Ack, Socket};
use super::answer::{answer, refuse};
use super::enter::{Manner, Visit};
use super::{
    archive_room, ban, block, create_room, delete, delete_all, edit, greet, history, join, kick, leave,
    list_rooms, lock_room, members, message, mute, react, read, rename, rename_room, report, set_notify,
    set_role, set_topic, slow_mode, sync, typing,
};
use crate::App;

/// The queue's end in the handlers.
pub(super) type Inbox = mpsc::Sender<Job>;

/// A request and where its answer goes.
pub(super) struct Job {
    /// In a box: a queue sets its places aside at once, and idle connections have one, too.
    pub(super) command: Box<Command>,
    pub(super) ack: Ack,
}

/// A request, whichever.
pub(super) enum Command {
    Message(Message),
    Edit(Edit),
    Delete(Delete),
    React(React),
    Rename(Rename),
    CreateRoom(CreateRoom),
    Join(Join),
    Leave(Leave),
    History(History),
    Sync(Sync),
    Kick(Kick),
    Mute(Mute),
    Ban(Ban),
    Block(Block),
    DeleteAll(DeleteAll),
    Report(Report),
    SetRole(SetRole),
    SetTopic(SetTopic),
    RenameRoom(RenameRoom),
    SlowMode(SlowMode),
    LockRoom(LockRoom),
    ArchiveRoom(ArchiveRoom),
    Read(Read),
    SetNotify(SetNotify),
    ListRooms(ListRooms),
    Members(Members),
    Typing(Typing),
}

/// Opened once the client is in.
#[derive(Clone)]
pub(super) struct Entrance(Arc<Mutex<Option<oneshot::Sender<Socket>>>>);

impl Entrance {
    /// Lets the connection's task begin.
    pub(super) fn open(self, socket: Socket) {
        let sender = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(sender) = sender {
            // A task that is gone has nobody to greet.
            sender.send(socket).ok();
        }
    }
}

/// Starts the task; it waits at the entrance.
pub(super) fn start(app: App, visit: Arc<Visit>) -> (Inbox, Entrance) {
    let (inbox, jobs) = mpsc::channel(app.config.tuning.inbox);
    let (sender, entered) = oneshot::channel();
    tokio::spawn(run(app, visit, entered, jobs));
    (inbox, Entrance(Arc::new(Mutex::new(Some(sender)))))
}

async fn run(app: App, visit: Arc<Visit>, entered: oneshot::Receiver<Socket>, mut jobs: mpsc::Receiver<Job>) {
    // Not let in after all: the socket is gone, and with it the sender.
    let Ok(socket) = entered.await else { return };
    // Of a plain client without a session nothing is kept, and so nobody would know who it is.
    let known = visit.author.number > 0 || !matches!(visit.manner, Manner::Plain);
    let _here = known.then(|| app.presences.arrive(&visit.author.member.id));
    // In boxes: what a request needs on its way is not set aside while there is none.
    Box::pin(greet::greet(&app, &visit, socket)).await;
    while let Some(job) = next(&visit, &mut jobs).await {
        Box::pin(perform(&app, &visit, job)).await;
    }
}

/// What is to be done next; nothing more once the connection has been ended, whatever waits.
async fn next(visit: &Visit, jobs: &mut mpsc::Receiver<Job>) -> Option<Job> {
    tokio::select! {
        biased;
        () = visit.slot.ended() => None,
        job = jobs.recv() => job,
    }
}

async fn perform(app: &App, visit: &Visit, Job { command, ack }: Job) {
    let slot = &visit.slot;
    let Some(_in_hand) = app.stage.take() else { return refuse(ack, Refusal::Restarting.into(), slot) };
    match *command {
        Command::Message(request) => answer(ack, message::perform(app, visit, request).await, slot),
        Command::Edit(request) => answer(ack, edit::perform(app, visit, request).await, slot),
        Command::Delete(request) => answer(ack, delete::perform(app, visit, request).await, slot),
        Command::React(request) => answer(ack, react::perform(app, visit, request).await, slot),
        Command::Rename(request) => answer(ack, rename::perform(app, visit, request).await, slot),
        Command::CreateRoom(request) => answer(ack, create_room::perform(app, visit, request).await, slot),
        Command::Join(request) => answer(ack, join::perform(app, visit, request).await, slot),
        Command::Leave(request) => answer(ack, leave::perform(app, visit, request).await, slot),
        Command::History(request) => answer(ack, history::perform(app, visit, request).await, slot),
        Command::Sync(request) => answer(ack, sync::perform(app, visit, request).await, slot),
        Command::Kick(request) => answer(ack, kick::perform(app, visit, request).await, slot),
        Command::Mute(request) => answer(ack, mute::perform(app, visit, request).await, slot),
        Command::Ban(request) => answer(ack, ban::perform(app, visit, request).await, slot),
        Command::Block(request) => answer(ack, block::perform(app, visit, request).await, slot),
        Command::DeleteAll(request) => answer(ack, delete_all::perform(app, visit, request).await, slot),
        Command::Report(request) => answer(ack, report::perform(app, visit, request).await, slot),
        Command::SetRole(request) => answer(ack, set_role::perform(app, visit, request).await, slot),
        Command::SetTopic(request) => answer(ack, set_topic::perform(app, visit, request).await, slot),
        Command::RenameRoom(request) => answer(ack, rename_room::perform(app, visit, request).await, slot),
        Command::SlowMode(request) => answer(ack, slow_mode::perform(app, visit, request).await, slot),
        Command::LockRoom(request) => answer(ack, lock_room::perform(app, visit, request).await, slot),
        Command::ArchiveRoom(request) => answer(ack, archive_room::perform(app, visit, request).await, slot),
        Command::Read(request) => answer(ack, read::perform(app, visit, request).await, slot),
        Command::SetNotify(request) => answer(ack, set_notify::perform(app, visit, request).await, slot),
        Command::ListRooms(request) => answer(ack, list_rooms::perform(app, visit, request).await, slot),
        Command::Members(request) => answer(ack, members::perform(app, visit, request).await, slot),
        Command::Typing(request) => answer(ack, typing::perform(app, visit, request).await, slot),
    }
}
