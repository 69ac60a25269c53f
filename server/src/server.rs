//! A server from its first to its last breath: what is started in which order, and how it ends.

use std::collections::HashMap;
use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;

use axum::Router;
use protocol::notice::EndCode;
use tokio::net::TcpListener;
use tokio::task::{Id, JoinHandle, JoinSet};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval, timeout, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::socket::adapter::Io;
use crate::socket::announce;
use crate::store::{Clock, Store, StoreError};
use crate::token::Token;
use crate::{App, listener, router, socket, store};

/// How often counters forget who is gone.
const FORGET_EVERY: Duration = Duration::from_secs(60);
/// Rounds of forgetting between two sweeps of expired sessions.
const SWEEP_EVERY: u32 = 60;

/// Self-checks without an answer until the server ends itself.
const SILENCES: u32 = 3;

/// A server that is ready to listen.
pub struct Server {
    app: App,
    io: Io,
    router: Router,
    claim: Option<Token>,
}

/// Why a server could not be made.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An order cannot be carried out beside a server, and that server does not take it.
    #[error(
        "the server that uses the data folder {} cannot be reached through {}; see its log, or stop it first",
        .0.display(), .0.join("control.sock").display()
    )]
    Unreachable(PathBuf),
}

/// Why a server ended although nobody asked.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The task that writes is gone: nothing could be promised any more.
    #[error("the database writer has died; start the server again")]
    WriterDied,
    /// The task that writes answers nothing, not even with a failure.
    #[error("the database writer does not answer any more; start the server again")]
    WriterSilent,
    /// The task that announces is gone: nobody would hear anything any more.
    #[error("the task that announces messages has died; start the server again")]
    PublisherDied,
    /// A task that works in the background is gone: what it did would never be done again.
    #[error("the task {0} has died; start the server again")]
    TaskDied(&'static str),
}

impl Server {
    /// Opens the database and puts everything in its place. Nothing listens yet.
    pub async fn new(config: Config) -> Result<Server, StartError> {
        let clock = config.clock_offset_file.clone().map_or_else(Clock::system, Clock::beside);
        #[cfg(feature = "plant")]
        if let Some(bug) = &config.plant {
            crate::plant::choose(bug);
        }
        let store = Store::open_with(&config.data, clock).await?;
        let app = App::new(config, store);
        app.settings.load().await?;
        let claim = Token::draw();
        let claim = app.store.offer_ownership(claim.hash()).await?.then_some(claim);
        let (engine, io) = socket::build(&app);
        let router = router::router(app.clone(), engine);
        Ok(Server { app, io, router, claim })
    }

    /// The parts, for tests that look inside.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// What makes its opener the owner of this server, as long as it has none: the end of `/claim/…`.
    pub fn claim(&self) -> Option<&Token> {
        self.claim.as_ref()
    }

    /// Serves at `listener` until `shutdown`, then ends everything within [`crate::config::Tuning::closing`].
    pub async fn run(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()>,
    ) -> Result<(), RunError> {
        let Server { app, io, router, .. } = self;
        if let Ok(address) = listener.local_addr() {
            // It runs once.
            app.listens.set(address.port()).ok();
        }
        let mut publisher = tokio::spawn(announce::run(io.clone(), app.clone()));
        let mut crew = Crew::default();
        crew.add("that keeps order", keep_house(app.clone()));
        crew.add("that ends expired sessions", end_expired(app.clone()));
        crew.add("that removes messages", store::remove(app.store.clone()));
        #[cfg(unix)]
        {
            // Of a listener without an address nobody could be told.
            let base = listener.local_addr().map(|address| app.config.base(address)).unwrap_or_default();
            crew.add("that takes orders from the terminal", crate::admin::listen(app.clone(), base));
        }
        let stop = CancellationToken::new();
        let mut serving = {
            let (config, stop) = (app.config.clone(), stop.clone());
            tokio::spawn(async move { listener::serve(listener, router, &config, stop).await })
        };
        let outcome = tokio::select! {
            () = shutdown => Ok(()),
            () = app.store.dead() => Err(RunError::WriterDied),
            () = silence(app.clone()) => Err(RunError::WriterSilent),
            // Ending quietly is what it does when the store is closed.
            Err(_) = &mut publisher => Err(RunError::PublisherDied),
            Err(_) = &mut serving => Err(RunError::TaskDied("that accepts connections")),
            task = crew.dead() => Err(RunError::TaskDied(task)),
        };
        drop(crew);
        close(&app, io, publisher, serving, stop).await;
        outcome
    }
}

/// The tasks in the background, each with the words that tell it apart. They end with this.
#[derive(Default)]
struct Crew {
    tasks: JoinSet<()>,
    names: HashMap<Id, &'static str>,
}

impl Crew {
    fn add(&mut self, name: &'static str, work: impl Future<Output = ()> + Send + 'static) {
        let id = self.tasks.spawn(work).id();
        self.names.insert(id, name);
    }

    /// Answers when one has panicked, with its name. One that ends quietly has done what it had to do.
    async fn dead(&mut self) -> &'static str {
        while let Some(ended) = self.tasks.join_next_with_id().await {
            let Err(error) = ended else { continue };
            let name = self.names.get(&error.id()).copied().unwrap_or("in the background");
            tracing::error!(%error, "the task {name} has died");
            return name;
        }
        std::future::pending().await
    }
}

/// Ends in an order that loses nothing: nothing new is let in, what was accepted is stored and told, then the
/// sockets are closed so that clients come back, and what still hangs is cut.
async fn close(
    app: &App,
    io: Io,
    mut publisher: JoinHandle<()>,
    serving: JoinHandle<()>,
    stop: CancellationToken,
) {
    let deadline = Instant::now() + app.config.tuning.closing;
    app.stage.close();
    if !publisher.is_finished() {
        // The stream of committed events ends with the store, and the publisher with the stream. It must have
        // ended before the namespace it emits to is gone.
        let stored = async { tokio::join!(app.store.close(), &mut publisher).1.is_ok() };
        if timeout_at(deadline, stored).await.is_err() {
            publisher.abort();
        }
    }
    // Whoever was promised something hears of it before the line is closed.
    timeout_at(deadline, app.stage.empty()).await.ok();
    // A client between handshake and CONNECT would be told that the namespace is invalid, and stop for good.
    app.bindings.kill(|slot| !slot.has_joined());
    #[cfg(feature = "plant")]
    socket::disconnect_all(&io);
    timeout_at(deadline, io.close()).await.ok();
    app.bindings.kill(|_| true);
    stop.cancel();
    if !serving.is_finished() {
        timeout_at(deadline, serving).await.ok();
    }
}

/// Resolves when the writer has not answered for too long: it may hang where it can neither fail nor die. A refusal is
/// an answer: a full disk stops nobody from reading, and writing goes on when there is room again.
async fn silence(app: App) {
    let mut checks = every(app.config.tuning.self_check);
    let mut missed = 0;
    while missed < SILENCES {
        checks.tick().await;
        match timeout(app.config.tuning.self_check, app.store.check()).await {
            Ok(Ok(())) => missed = 0,
            Ok(Err(error)) => {
                missed = 0;
                error.log("the self-check could not store");
            }
            Err(_) => {
                missed += 1;
                tracing::error!(missed, "the writer does not answer the self-check");
            }
        }
    }
}

fn every(period: Duration) -> Interval {
    let mut interval = interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

/// Notes that the sessions of live sockets are in use, and ends the sockets of those that are over all the same.
async fn end_expired(app: App) {
    let mut rounds = every(app.config.tuning.session_check);
    loop {
        rounds.tick().await;
        match app.sessions.over(app.bindings.sessions()).await {
            Ok(over) => app.endings.end(over, EndCode::SignedOut).await,
            Err(error) => error.log("expired sessions could not be looked up"),
        }
    }
}

/// What has to be done from time to time.
async fn keep_house(app: App) {
    let mut rounds = every(FORGET_EVERY);
    for round in 0_u32.. {
        rounds.tick().await;
        app.limits.forget();
        app.accounts.forget();
        if round % SWEEP_EVERY == 0 {
            match app.sessions.sweep().await {
                Ok(0) => {}
                Ok(gone) => tracing::info!(gone, "expired sessions removed"),
                Err(error) => error.log("expired sessions could not be removed"),
            }
            match app.settings.forget_old().await {
                Ok(0) => {}
                Ok(gone) => tracing::info!(gone, "old messages forgotten"),
                Err(error) => error.log("old messages could not be forgotten"),
            }
        }
        match app.store.forget_guests(&app.bindings.people()).await {
            Ok(0) => {}
            Ok(gone) => tracing::info!(gone, "guests who cannot come back removed"),
            Err(error) => error.log("guests who cannot come back could not be removed"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::store::tests::{Folder, clock};

    async fn app(folder: &Folder) -> App {
        let store = Store::open_with(folder.path(), clock().0).await.unwrap();
        let mut config = Config::new(folder.path());
        config.tuning.self_check = Duration::from_millis(20);
        App::new(config, store)
    }

    #[tokio::test]
    async fn a_writer_that_never_answers_is_noticed() {
        let folder = Folder::new();
        let app = app(&folder).await;
        let _hold = app.store.hang().await;
        timeout(Duration::from_secs(20), silence(app)).await.expect("noticed");
    }

    #[tokio::test]
    async fn a_panic_in_any_background_task_ends_the_server_with_a_sentence() {
        const NAMES: [&str; 3] = ["that sweeps", "that listens", "that removes"];
        for name in NAMES {
            let mut crew = Crew::default();
            crew.add("that is done at once", async {});
            for other in NAMES {
                crew.add(other, async move {
                    if other == name { panic!("a bug") } else { std::future::pending().await }
                });
            }
            assert_eq!(crew.dead().await, name);
        }
        let sentence = RunError::TaskDied("that removes messages").to_string();
        assert_eq!(sentence, "the task that removes messages has died; start the server again");
    }

    #[tokio::test]
    async fn the_server_ends_when_a_background_task_panics() {
        let folder = Folder::new();
        // Broken for every task but the writer, which is the one that asks before it is.
        let (writer, broken) = (Arc::new(Mutex::new(None)), Arc::new(AtomicBool::new(false)));
        let clock = {
            let (writer, broken) = (writer.clone(), broken.clone());
            Clock::from_fn(move || {
                let (mut writer, task) = (writer.lock().unwrap(), tokio::task::try_id());
                if !broken.load(Ordering::SeqCst) {
                    *writer = writer.or(task);
                } else if task.is_some() && task != *writer {
                    drop(writer);
                    panic!("a clock that breaks");
                }
                1_700_000_000_000
            })
        };
        let store = Store::open_with(folder.path(), clock).await.unwrap();
        assert!(store.begin_somebody().await);
        broken.store(true, Ordering::SeqCst);
        let mut config = Config::new(folder.path());
        config.tuning.session_check = Duration::from_millis(20);
        config.tuning.self_check = Duration::from_secs(3_600);
        let app = App::new(config, store);
        let (engine, io) = socket::build(&app);
        let server = Server { router: router::router(app.clone(), engine), app, io, claim: None };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let running = server.run(listener, std::future::pending());
        let outcome = timeout(Duration::from_secs(20), running).await.expect("ended");
        assert!(matches!(outcome, Err(RunError::TaskDied(_))), "{outcome:?}");
    }

    #[tokio::test]
    async fn a_writer_that_refuses_is_alive_and_ready_again_when_there_is_room() {
        let folder = Folder::new();
        let app = app(&folder).await;
        app.store.limit_pages(1).await;
        let watching = tokio::spawn(silence(app.clone()));
        // It stores in the space that is left, until there is none.
        let mut refused = 0;
        while refused < 2 * SILENCES {
            refused = if app.store.begin_somebody().await { 0 } else { refused + 1 };
        }
        assert!(!watching.is_finished());
        app.store.limit_pages(1 << 30).await;
        app.store.is_ready().await.unwrap();
        watching.abort();
    }
}
