//! A server from its first to its last breath: what is started in which order, and how it ends.

use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;

use axum::Router;
use protocol::notice::EndCode;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
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
        let housekeeper = tokio::spawn(keep_house(app.clone()));
        let warden = tokio::spawn(end_expired(app.clone()));
        let remover = tokio::spawn(store::remove(app.store.clone()));
        #[cfg(unix)]
        let orders = {
            // Of a listener without an address nobody could be told.
            let base = listener.local_addr().map(|address| app.config.base(address)).unwrap_or_default();
            tokio::spawn(crate::admin::listen(app.clone(), base))
        };
        let stop = CancellationToken::new();
        let serving = {
            let (config, stop) = (app.config.clone(), stop.clone());
            tokio::spawn(async move { listener::serve(listener, router, &config, stop).await })
        };
        let outcome = tokio::select! {
            () = shutdown => Ok(()),
            () = app.store.dead() => Err(RunError::WriterDied),
            () = silence(app.clone()) => Err(RunError::WriterSilent),
            // Ending quietly is what it does when the store is closed.
            Err(_) = &mut publisher => Err(RunError::PublisherDied),
        };
        housekeeper.abort();
        warden.abort();
        remover.abort();
        #[cfg(unix)]
        orders.abort();
        close(&app, io, publisher, serving, stop).await;
        outcome
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
    timeout_at(deadline, serving).await.ok();
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
                tracing::error!(%error, "the self-check could not store");
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
            Err(error) => tracing::error!(%error, "expired sessions could not be looked up"),
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
                Err(error) => tracing::error!(%error, "expired sessions could not be removed"),
            }
            match app.settings.forget_old().await {
                Ok(0) => {}
                Ok(gone) => tracing::info!(gone, "old messages forgotten"),
                Err(error) => tracing::error!(%error, "old messages could not be forgotten"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
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
