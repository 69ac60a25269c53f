//! The one task that writes, and the batches it writes in.
//!
//! Nothing is answered or announced before its COMMIT has returned, which with `synchronous=FULL` means: before
//! the WAL is synced. Whatever waits when a batch begins is in it, up to [`BATCH`], and so is whatever those ask who
//! can run before; the writer waits for no clock. So a lone sender pays for one sync and no more, and many share one.

use std::fs::File;

use chat::{Event, Millis};
use sqlx::{Connection, SqliteConnection, SqlitePool};
use tokio::sync::mpsc;
use tokio::task::yield_now;

use super::command::{Answer, Command, Entry, Request};
use super::committed::Announcer;
use super::post::Post;
use super::spoken::Spoken;
use super::{Clock, StoreError, act, batch, chore, clock, file, removal};

#[cfg(feature = "plant")]
mod planted;

/// Requests after which a transaction takes no more; what was asked for together is not torn apart.
pub(super) const BATCH: usize = 64;

/// Requests that wait for the writer; whoever comes then waits to be let in.
pub(super) const INBOX: usize = 1_024;

/// The writer: the only holder of a connection that can change anything.
pub(super) struct Writer {
    pub(super) db: SqliteConnection,
    pub(super) inbox: mpsc::Receiver<Entry>,
    pub(super) announcer: Announcer,
    pub(super) readers: SqlitePool,
    pub(super) clock: Clock,
    /// Who has said something lately where slow mode is on.
    pub(super) spoken: Spoken,
    /// Held until the file is closed: one server per folder.
    pub(super) lock: File,
}

/// Why a batch came to nothing.
enum Failed {
    /// One of its statements; alone the others may succeed.
    Statement(StoreError),
    /// BEGIN or COMMIT, which concern all.
    Whole(StoreError),
}

impl Writer {
    /// Works until [`Entry::Close`], then empties the WAL. An error means that no later request can succeed.
    pub(super) async fn run(mut self) -> Result<(), StoreError> {
        while let Some(entry) = self.inbox.recv().await {
            let mut requests = Vec::with_capacity(BATCH);
            self.take(entry, &mut requests);
            self.gather(&mut requests).await;
            self.settle(requests).await?;
        }
        self.end().await
    }

    fn take(&mut self, entry: Entry, requests: &mut Vec<Request>) {
        match entry {
            Entry::Do(more) => requests.extend(more),
            Entry::Close => self.inbox.close(),
        }
    }

    /// Takes what waits. Whoever was answered a moment ago may be about to ask for the next thing: they get their turn
    /// first, for as long as that brings something. Nobody waits for a clock.
    async fn gather(&mut self, requests: &mut Vec<Request>) {
        let mut had = 0;
        loop {
            while requests.len() < BATCH {
                let Ok(entry) = self.inbox.try_recv() else { break };
                self.take(entry, requests);
            }
            if requests.len() == had || requests.len() >= BATCH {
                return;
            }
            had = requests.len();
            yield_now().await;
        }
    }

    /// Carries out a batch and answers everybody in it.
    async fn settle(&mut self, requests: Vec<Request>) -> Result<(), StoreError> {
        if requests.is_empty() {
            return Ok(());
        }
        #[cfg(feature = "plant")]
        let Some(requests) = self.settle_wrongly(requests).await else { return Ok(()) };
        match self.attempt(&requests).await {
            Ok(done) => self.tell(requests, done),
            Err(Failed::Statement(_)) if requests.len() > 1 => {
                // One request's failure is its own: each gets a transaction to itself.
                for request in requests {
                    match self.attempt(std::slice::from_ref(&request)).await {
                        Ok(done) => self.tell(vec![request], done),
                        Err(Failed::Statement(error) | Failed::Whole(error)) => refuse(vec![request], error)?,
                    }
                }
            }
            Err(Failed::Statement(error) | Failed::Whole(error)) => refuse(requests, error)?,
        }
        Ok(())
    }

    async fn attempt(&mut self, requests: &[Request]) -> Result<(Vec<Answer>, Vec<Event>), Failed> {
        self.spoken.begin();
        self.run_sql("BEGIN IMMEDIATE").await.map_err(Failed::Whole)?;
        let done = match self.carry_out(requests).await {
            Ok(done) => done,
            Err(error) => {
                self.roll_back().await;
                return Err(Failed::Statement(error));
            }
        };
        if let Err(error) = self.run_sql("COMMIT").await {
            self.roll_back().await;
            return Err(Failed::Whole(error));
        }
        self.spoken.keep();
        Ok(done)
    }

    /// Carries out everything in the order it came. Messages that follow each other are written together; whatever
    /// else sees what came before it, and is seen by what comes after: a muted person's next message is refused.
    async fn carry_out(&mut self, requests: &[Request]) -> Result<(Vec<Answer>, Vec<Event>), StoreError> {
        let now = self.clock.now();
        self.spoken.now_is(now, self.clock.running());
        let mut done = Done { answers: Vec::with_capacity(requests.len()), events: Vec::new() };
        let mut run = Vec::new();
        for request in requests {
            match &request.command {
                Command::Post(post) if post.is_message() => run.push(&**post),
                command => {
                    done.messages(&mut self.db, now, &mut self.spoken, &mut run).await?;
                    let (answer, events) = self.carry_out_alone(now, command).await?;
                    done.answers.push(answer);
                    done.events.extend(events);
                }
            }
        }
        done.messages(&mut self.db, now, &mut self.spoken, &mut run).await?;
        Ok((done.answers, done.events))
    }

    /// Carries out one command that is not a message. What is refused has changed nothing, however far it had come.
    async fn carry_out_alone(
        &mut self,
        now: Millis,
        command: &Command,
    ) -> Result<(Answer, Vec<Event>), StoreError> {
        let undone = command.can_be_refused();
        if undone {
            self.run_sql("SAVEPOINT request").await?;
        }
        let (answer, events) = match command {
            Command::Post(post) => {
                let (posted, events) = act::carry_out(&mut self.db, now, post).await?;
                (Answer::Posted(posted), events)
            }
            Command::Remove { member, after } => {
                let (next, events) = removal::step(&mut self.db, now, *member, *after).await?;
                (Answer::Removed(next), events)
            }
            other => (chore::carry_out(&mut self.db, other).await?, Vec::new()),
        };
        if undone {
            if answer.is_refusal() {
                self.run_sql("ROLLBACK TO request").await?;
            }
            self.run_sql("RELEASE request").await?;
        }
        Ok((answer, events))
    }

    fn tell(&self, requests: Vec<Request>, (answers, events): (Vec<Answer>, Vec<Event>)) {
        self.announcer.announce(events);
        for (request, answer) in requests.into_iter().zip(answers) {
            // Whoever asked may have left; what they asked for is done all the same.
            let _ = request.reply.send(Ok(answer));
        }
    }

    async fn run_sql(&mut self, sql: &'static str) -> Result<(), StoreError> {
        sqlx::query(sql).execute(&mut self.db).await?;
        Ok(())
    }

    /// The transaction is opened and ended by plain statements, not by sqlx's guard: after a full disk SQLite may
    /// have rolled back by itself, and the guard's count of open transactions would never be right again.
    async fn roll_back(&mut self) {
        if let Err(error) = self.run_sql("ROLLBACK").await {
            tracing::debug!(%error, "there was nothing to roll back");
        }
    }

    /// The last connection empties the WAL into the database, so that one file is all there is to copy.
    async fn end(mut self) -> Result<(), StoreError> {
        self.readers.close().await;
        // The time of the end is the last known one; a full disk is no reason to end otherwise.
        if let Err(error) = clock::keep(&mut self.db, &self.clock.belief()).await {
            tracing::warn!(%error, "the time could not be kept");
        }
        if let Err(error) = file::end_use(&mut self.db).await {
            tracing::warn!(%error, "the database stays marked as used");
        }
        self.run_sql("PRAGMA wal_checkpoint(TRUNCATE)").await?;
        self.db.close().await?;
        drop(self.lock);
        Ok(())
    }
}

/// What a transaction has come to so far.
struct Done {
    answers: Vec<Answer>,
    events: Vec<Event>,
}

impl Done {
    /// Writes a run of messages, and empties it.
    async fn messages(
        &mut self,
        db: &mut SqliteConnection,
        now: Millis,
        spoken: &mut Spoken,
        run: &mut Vec<&Post>,
    ) -> Result<(), StoreError> {
        let (posted, plan) = batch::append(db, now, spoken, run).await?;
        self.answers.extend(posted.into_iter().map(Answer::Posted));
        self.events.extend(plan.events);
        run.clear();
        Ok(())
    }
}

/// Tells everybody that nothing was stored. An error if SQLite's own thread is gone: then nothing ever will be.
fn refuse(requests: Vec<Request>, error: StoreError) -> Result<(), StoreError> {
    #[cfg(feature = "plant")]
    let requests = planted::accept(requests);
    let cause = error.to_string();
    for request in requests {
        let _ = request.reply.send(Err(StoreError::NotCommitted(cause.clone())));
    }
    match error {
        StoreError::Sql(sqlx::Error::WorkerCrashed) => Err(error),
        _ => Ok(()),
    }
}
