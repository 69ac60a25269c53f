//! The last moment of a connection whose last word has been said: our side is shut, what still comes is read and
//! forgotten, up to a limit, and then it is gone.

use std::future::pending;
use std::time::Duration;

use socket2::SockRef;
use tokio::io::{AsyncReadExt, copy, sink};
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;

use crate::listener::caps::Permit;

/// Most bytes that are read and forgotten. Who sends more is not read from until the time is over.
pub(super) const MOST: usize = 4 * 1024 * 1024;

/// Waits in a task of `tasks` until the other side has left, or for `time`.
pub(super) fn until_gone(tcp: TcpStream, time: Duration, permit: Option<Permit>, tasks: &TaskTracker) {
    // A stream that is gone already has nothing to be shut.
    SockRef::from(&tcp).shutdown(std::net::Shutdown::Write).ok();
    // Without a runtime everything is on its way out.
    let Ok(runtime) = Handle::try_current() else { return };
    let leaving = async move {
        let mut rest = tcp.take(MOST as u64);
        if copy(&mut rest, &mut sink()).await.is_ok() && rest.limit() == 0 {
            pending::<()>().await;
        }
        drop(permit);
    };
    tasks.spawn_on(
        async move {
            tokio::time::timeout(time, leaving).await.ok();
        },
        &runtime,
    );
}
