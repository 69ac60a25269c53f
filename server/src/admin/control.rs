//! The socket that orders come over. Who can open it could as well open the database: it is in the same folder, for
//! the same user.

use std::fs::{File, Permissions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::time::{sleep, timeout};

use super::{Order, Outcome};
use crate::App;

/// Its name in the data folder.
const NAME: &str = "control.sock";

/// Longest line, in bytes.
const MAX_LINE: u64 = 16 * 1024;

/// Longest time for one order.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long to leave the system alone that gives no connection.
const PAUSE: Duration = Duration::from_secs(1);

/// An [`Outcome`] as it travels.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Reply {
    Ok(String),
    Error(String),
}

/// A longer address no socket may have, on any system.
const MAX_PATH: usize = 100;

/// Takes orders for `app` until it is given up. `base` is what an address of this server begins with.
pub async fn listen(app: App, base: String) {
    let path = path(&app.config.data);
    let listener = match open(&path) {
        Ok(listener) => listener,
        Err(error) => {
            tracing::warn!(%error, socket = %path.display(), "no orders from the terminal: its socket cannot be made");
            return;
        }
    };
    loop {
        match listener.accept().await {
            // One after the other: there is one operator.
            Ok((stream, _)) => match timeout(PATIENCE, serve(&app, &base, stream)).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::debug!(%error, "an order was broken off"),
                Err(_) => tracing::debug!("an order did not come"),
            },
            Err(error) => {
                tracing::warn!(%error, "an order cannot be taken");
                sleep(PAUSE).await;
            }
        }
    }
}

/// Has a running server carry `order` out; `None` if none runs on the data folder `dir`.
pub async fn send(dir: &Path, order: &Order) -> Option<Outcome> {
    let path = path(dir);
    let address = Address::of(&path).ok()?;
    let stream = UnixStream::connect(address.as_path()).await.ok()?;
    Some(match timeout(PATIENCE, ask(stream, order)).await {
        Ok(Ok(Reply::Ok(text))) => Ok(text),
        Ok(Ok(Reply::Error(text))) => Err(text),
        Ok(Err(error)) => Err(format!("the server broke off: {error}")),
        Err(_) => Err("the server does not answer".to_owned()),
    })
}

fn path(dir: &Path) -> PathBuf {
    dir.join(NAME)
}

/// The folder is this process's alone, so what is there under the name is left over.
fn open(path: &Path) -> io::Result<UnixListener> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(Address::of(path)?.as_path())?;
    std::fs::set_permissions(path, Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// What the system is told of where the socket is. A path may be longer than a socket's address: then it is named by
/// its folder, opened, which Linux knows by a short name.
enum Address {
    Path(PathBuf),
    Folder { named: PathBuf, _open: File },
}

impl Address {
    fn of(path: &Path) -> io::Result<Address> {
        if path.as_os_str().len() <= MAX_PATH || !cfg!(target_os = "linux") {
            return Ok(Address::Path(path.to_owned()));
        }
        let open = File::open(path.parent().unwrap_or(Path::new(".")))?;
        let named = format!("/proc/self/fd/{}/{NAME}", open.as_raw_fd());
        Ok(Address::Folder { named: PathBuf::from(named), _open: open })
    }

    fn as_path(&self) -> &Path {
        match self {
            Address::Path(path) | Address::Folder { named: path, .. } => path,
        }
    }
}

async fn serve(app: &App, base: &str, stream: UnixStream) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    (&mut stream).take(MAX_LINE).read_line(&mut line).await?;
    let reply = match serde_json::from_str::<Order>(&line) {
        Ok(order) => match order.carry_out(app, base).await {
            Ok(text) => Reply::Ok(text),
            Err(text) => Reply::Error(text),
        },
        Err(_) => Reply::Error("the running server does not know this order".to_owned()),
    };
    write(&mut stream, &reply).await
}

async fn ask(stream: UnixStream, order: &Order) -> io::Result<Reply> {
    let mut stream = BufReader::new(stream);
    write(&mut stream, order).await?;
    let mut line = String::new();
    (&mut stream).take(MAX_LINE).read_line(&mut line).await?;
    serde_json::from_str(&line).map_err(io::Error::from)
}

async fn write(stream: &mut BufReader<UnixStream>, value: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    stream.write_all(&line).await?;
    stream.flush().await
}
