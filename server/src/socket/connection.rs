//! One connection's task: greets, then does what was asked, one thing after the other.
//!
//! It holds no socket: the socket holds the queue's other end, and the two would keep each other alive. It ends
//! when the socket is gone and the queue is empty, so what was accepted before a disconnect is still done.
//!
//! The queue itself has no end: who puts requests into it reads no more of them while the gate is shut
//! ([`crate::listener::Gate`]), and the next one is taken in hand when enough answers have been fetched.

mod waiting;

use std::sync::{Arc, Mutex, PoisonError};

use protocol::{
    AddMember, ArchiveRoom, Ban, Block, CreateRoom, Delete, DeleteAll, Edit, History, Join, Kick, Leave,
    ListRooms, LockRoom, Members, Message, Mute, Problem, React, Read, Refusal, Rename, RenameRoom, Report,
    SetNotify, SetRole, SetTopic, SlowMode, Sync, Typing,
};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::adapter::Socket;
use super::answer::{Asked, answer, refuse};
use super::binding::Slot;
use super::enter::{Manner, Visit};
use super::message::{self, Together};
use super::{
    add_member, archive_room, ban, block, create_room, delete, delete_all, edit, greet, history, join, kick,
    leave, list_rooms, lock_room, members, mute, react, read, rename, rename_room, report, set_notify,
    set_role, set_topic, slow_mode, sync, typing,
};
use crate::App;
use waiting::{Late, Waiting};

/// The queue's end in the handlers.
pub(super) type Inbox = mpsc::UnboundedSender<Job>;

/// A request and where its answer goes.
pub(super) struct Job {
    pub(super) task: Task,
    pub(super) asked: Asked,
}

/// What is to be done.
pub(super) enum Task {
    /// A message is to be said.
    Say(Box<Message>),
    /// In a box: a queue sets its places aside at once, and idle connections have one, too.
    Perform(Box<Command>),
    /// It is refused, in its turn.
    Refuse(Problem),
}

/// A request that is no message.
pub(super) enum Command {
    Edit(Edit),
    Delete(Delete),
    React(React),
    Rename(Rename),
    CreateRoom(CreateRoom),
    Join(Join),
    Leave(Leave),
    History(History),
    Sync(Sync),
    AddMember(AddMember),
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

impl Job {
    /// The message that is to be said, or whatever else it is.
    fn into_message(self) -> Result<(Box<Message>, Asked), Job> {
        match self.task {
            Task::Say(request) => Ok((request, self.asked)),
            task => Err(Job { task, ..self }),
        }
    }
}

impl From<Command> for Task {
    fn from(command: Command) -> Task {
        Task::Perform(Box::new(command))
    }
}

impl Task {
    /// It changes nothing that others see, and so need not wait for what was asked for before.
    fn may_pass(&self) -> bool {
        let command = match self {
            Task::Say(_) => return false,
            Task::Refuse(_) => return true,
            Task::Perform(command) => command,
        };
        matches!(
            **command,
            Command::History(_)
                | Command::Sync(_)
                | Command::Read(_)
                | Command::SetNotify(_)
                | Command::ListRooms(_)
                | Command::Members(_)
                | Command::Typing(_)
        )
    }
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
    let (inbox, jobs) = mpsc::unbounded_channel();
    let (sender, entered) = oneshot::channel();
    tokio::spawn(run(app, visit, entered, jobs));
    (inbox, Entrance(Arc::new(Mutex::new(Some(sender)))))
}

/// What has been asked for, in its order.
struct Jobs {
    inbox: mpsc::UnboundedReceiver<Job>,
    /// The first of it, if it was looked at and left for later.
    held: Option<Job>,
}

impl Jobs {
    /// The next; `None` if the connection is gone and nothing is left.
    async fn next(&mut self) -> Option<Job> {
        match self.held.take() {
            Some(job) => Some(job),
            None => self.inbox.recv().await,
        }
    }

    /// The next, if it is a message that has come at once with what was taken before, which has the client hear so many
    /// packets.
    async fn message_at_once(&mut self, slot: &Slot, packets: usize) -> Option<(Box<Message>, Asked)> {
        let gate = &slot.intake.gate;
        if !gate.has_room(packets) || slot.has_ended() {
            return None;
        }
        let job = tokio::select! {
            biased;
            job = self.inbox.recv() => job?,
            () = gate.handed_on() => return None,
        };
        match job.into_message() {
            Ok((request, asked)) => {
                gate.unqueue(asked.bytes);
                Some((request, asked))
            }
            Err(job) => {
                self.held = Some(job);
                None
            }
        }
    }
}

type Inlet = mpsc::UnboundedReceiver<Job>;

async fn run(app: App, visit: Arc<Visit>, entered: oneshot::Receiver<Socket>, inbox: Inlet) {
    // Not let in after all: the socket is gone, and with it the sender.
    let Ok(socket) = entered.await else { return };
    // Of a plain client without a session nothing is kept, and so nobody would know who it is.
    let known = visit.author.number > 0 || !matches!(visit.manner, Manner::Plain);
    let _here = known.then(|| app.presences.arrive(&visit.author.member.id));
    // In boxes: what a request needs on its way is not set aside while there is none.
    Box::pin(greet::greet(&app, &visit, socket)).await;
    let mut jobs = Jobs { inbox, held: None };
    let mut waiting = Waiting::new(&app.config.tuning);
    while let Some(late) = next(&app, &visit, &mut jobs, &mut waiting).await {
        Box::pin(take(&app, &visit, &mut jobs, &mut waiting, late)).await;
    }
}

/// What is to be done next; nothing more once the connection has been ended, whatever waits.
async fn next(app: &App, visit: &Visit, jobs: &mut Jobs, waiting: &mut Waiting) -> Option<Late> {
    let gate = &visit.slot.intake.gate;
    tokio::select! {
        biased;
        () = visit.slot.ended() => return None,
        () = gate.room() => {}
    }
    loop {
        let job = tokio::select! {
            biased;
            () = visit.slot.ended() => return None,
            () = waiting.due(), if !waiting.is_empty() => return waiting.take(),
            () = app.stage.closing(), if !waiting.is_empty() => return waiting.take(),
            job = jobs.next() => job?,
        };
        gate.unqueue(job.asked.bytes);
        if waiting.is_empty() || job.task.may_pass() {
            return Some((job, Instant::now()));
        }
        if let Err((job, problem)) = waiting.keep(job) {
            return Some((Job { task: Task::Refuse(problem), ..job }, Instant::now()));
        }
    }
}

/// Carries a request out, or has it wait.
async fn take(app: &App, visit: &Visit, jobs: &mut Jobs, waiting: &mut Waiting, (job, since): Late) {
    let Job { task, asked } = job;
    match task {
        Task::Say(request) => say(app, visit, jobs, waiting, (request, asked, since)).await,
        Task::Perform(command) => perform(app, visit, command, asked).await,
        Task::Refuse(problem) => refuse(asked, problem, &visit.slot),
    }
}

type LateMessage = (Box<Message>, Asked, Instant);

/// Says a message, and together with it those that came at once with it. One that comes too often waits; slow mode is
/// the room's answer, which is given at once.
async fn say(app: &App, visit: &Visit, jobs: &mut Jobs, waiting: &mut Waiting, first: LateMessage) {
    let slot = &visit.slot;
    let mut together = Together::default();
    let (mut next, mut left) = (Some(first), None);
    while let Some((request, asked, since)) = next {
        let limited = if app.stage.is_closing() { Ok(()) } else { message::limit(app, visit, &request) };
        let in_hand = limited.and_then(|()| app.stage.take().ok_or(Refusal::Restarting.into()));
        match in_hand {
            Ok(in_hand) => together.add(*request, asked, in_hand),
            Err(problem) => {
                left = Some((Job { task: Task::Say(request), asked }, since, problem));
                break;
            }
        }
        next = None;
        if together.has_room() && waiting.is_empty() {
            let more = jobs.message_at_once(slot, together.packets()).await;
            next = more.map(|(request, asked)| (request, asked, Instant::now()));
        }
    }
    if slot.has_ended() {
        return;
    }
    together.say(app, visit).await;
    if let Some((job, since, problem)) = left
        && let Err(job) = waiting.keep_first((job, since), &problem)
    {
        refuse(job.asked, problem, slot);
    }
}

async fn perform(app: &App, visit: &Visit, command: Box<Command>, asked: Asked) {
    let slot = &visit.slot;
    let Some(_in_hand) = app.stage.take() else { return refuse(asked, Refusal::Restarting.into(), slot) };
    match *command {
        Command::Edit(request) => answer(asked, edit::perform(app, visit, request).await, slot),
        Command::Delete(request) => answer(asked, delete::perform(app, visit, request).await, slot),
        Command::React(request) => answer(asked, react::perform(app, visit, request).await, slot),
        Command::Rename(request) => answer(asked, rename::perform(app, visit, request).await, slot),
        Command::CreateRoom(request) => answer(asked, create_room::perform(app, visit, request).await, slot),
        Command::Join(request) => answer(asked, join::perform(app, visit, request).await, slot),
        Command::Leave(request) => answer(asked, leave::perform(app, visit, request).await, slot),
        Command::History(request) => answer(asked, history::perform(app, visit, request).await, slot),
        Command::Sync(request) => answer(asked, sync::perform(app, visit, request).await, slot),
        Command::AddMember(request) => answer(asked, add_member::perform(app, visit, request).await, slot),
        Command::Kick(request) => answer(asked, kick::perform(app, visit, request).await, slot),
        Command::Mute(request) => answer(asked, mute::perform(app, visit, request).await, slot),
        Command::Ban(request) => answer(asked, ban::perform(app, visit, request).await, slot),
        Command::Block(request) => answer(asked, block::perform(app, visit, request).await, slot),
        Command::DeleteAll(request) => answer(asked, delete_all::perform(app, visit, request).await, slot),
        Command::Report(request) => answer(asked, report::perform(app, visit, request).await, slot),
        Command::SetRole(request) => answer(asked, set_role::perform(app, visit, request).await, slot),
        Command::SetTopic(request) => answer(asked, set_topic::perform(app, visit, request).await, slot),
        Command::RenameRoom(request) => answer(asked, rename_room::perform(app, visit, request).await, slot),
        Command::SlowMode(request) => answer(asked, slow_mode::perform(app, visit, request).await, slot),
        Command::LockRoom(request) => answer(asked, lock_room::perform(app, visit, request).await, slot),
        Command::ArchiveRoom(request) => {
            answer(asked, archive_room::perform(app, visit, request).await, slot);
        }
        Command::Read(request) => answer(asked, read::perform(app, visit, request).await, slot),
        Command::SetNotify(request) => answer(asked, set_notify::perform(app, visit, request).await, slot),
        Command::ListRooms(request) => answer(asked, list_rooms::perform(app, visit, request).await, slot),
        Command::Members(request) => answer(asked, members::perform(app, visit, request).await, slot),
        Command::Typing(request) => answer(asked, typing::perform(app, visit, request).await, slot),
    }
}
