//! A server on a free port, with a data folder of its own that goes away with it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use server::config::Switch;
use server::{App, Config, RunError, Server};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::within;

/// Bytes of a small buffer; the kernel makes of it what it needs at least.
const NARROW: u32 = 4 * 1024;

/// A folder below `target`, removed when dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Folder {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("it-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) struct TestServer {
    pub(crate) address: SocketAddr,
    pub(crate) app: App,
    /// The token of the link that makes the owner, if there was none.
    pub(crate) claim: Option<String>,
    folder: Folder,
    stop: CancellationToken,
    /// Ends it when the test ends.
    ending: DropGuard,
    running: JoinHandle<Result<(), RunError>>,
}

impl TestServer {
    /// A server as a newcomer starts it.
    pub(crate) async fn start() -> TestServer {
        TestServer::with(|_| {}).await
    }

    /// A server without limits on how often somebody may act: for tests that act often.
    pub(crate) async fn unlimited() -> TestServer {
        TestServer::with(|config| config.rate_limit = Switch::Off).await
    }

    /// A server with what `change` makes of the defaults.
    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> TestServer {
        TestServer::in_folder(Folder::new(), change).await
    }

    /// The same, whose connections send through buffers that take little.
    pub(crate) async fn narrow(change: impl FnOnce(&mut Config)) -> TestServer {
        TestServer::listening(Folder::new(), Some(NARROW), change).await
    }

    pub(crate) async fn in_folder(folder: Folder, change: impl FnOnce(&mut Config)) -> TestServer {
        TestServer::listening(folder, None, change).await
    }

    async fn listening(folder: Folder, buffer: Option<u32>, change: impl FnOnce(&mut Config)) -> TestServer {
        let mut config = Config::new(folder.path().join("data"));
        config.port = 0;
        change(&mut config);
        let socket = TcpSocket::new_v4().unwrap();
        if let Some(buffer) = buffer {
            // Connections inherit it.
            socket.set_send_buffer_size(buffer).unwrap();
        }
        socket.bind(config.address()).unwrap();
        let listener = socket.listen(1_024).unwrap();
        let address = listener.local_addr().unwrap();
        let server = Server::new(config).await.unwrap();
        let app = server.app().clone();
        let claim = server.claim().map(|token| token.as_str().to_owned());
        let stop = CancellationToken::new();
        let running = tokio::spawn(server.run(listener, stop.clone().cancelled_owned()));
        TestServer { address, app, claim, folder, ending: stop.clone().drop_guard(), stop, running }
    }

    /// A server without limits on the data that another one left in `folder`.
    pub(crate) async fn on(folder: Folder) -> TestServer {
        TestServer::in_folder(folder, |config| config.rate_limit = Switch::Off).await
    }

    /// Where its data folder `data` is.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A connection to it.
    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// A connection that holds little of what is not read.
    pub(crate) async fn connect_narrow(&self) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(NARROW).unwrap();
        socket.connect(self.address).await.unwrap()
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Asks it to end.
    pub(crate) fn begin_to_stop(&self) {
        self.stop.cancel();
    }

    /// Asks it to end, and waits until it has.
    pub(crate) async fn stop(self) -> Folder {
        let TestServer { folder, ending, running, app, .. } = self;
        drop(app);
        drop(ending);
        within("the server's end", running).await.unwrap().unwrap();
        folder
    }

    /// Ends it and starts another one on the same data.
    pub(crate) async fn restart(self) -> TestServer {
        TestServer::on(self.stop().await).await
    }
}
