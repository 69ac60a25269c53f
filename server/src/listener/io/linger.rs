//! The last moment of a connection whose last word has been said: our side is shut, what still comes is read and
//! forgotten, and then it is gone.

use std::time::Duration;

use socket2::SockRef;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;

use crate::listener::caps::Permit;

/// Waits in a task of `tasks` until the other side has left, or for `time`.
pub(super) fn until_gone(mut tcp: TcpStream, time: Duration, permit: Option<Permit>, tasks: &TaskTracker) {
    // A stream that is gone already has nothing to be shut.
    SockRef::from(&tcp).shutdown(std::net::Shutdown::Write).ok();
    // Without a runtime everything is on its way out.
    let Ok(runtime) = Handle::try_current() else { return };
    let leaving = async move {
        let mut scratch = [0; 4 * 1024];
        while tcp.read(&mut scratch).await.is_ok_and(|read| read > 0) {}
        drop(permit);
    };
    tasks.spawn_on(
        async move {
            tokio::time::timeout(time, leaving).await.ok();
        },
        &runtime,
    );
}
