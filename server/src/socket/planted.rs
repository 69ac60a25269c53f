//! What the socket layer does with bugs planted in it (`crate::plant`).

use std::time::Duration;

use protocol::Request;
use socketioxide::SocketIo;
use socketioxide::extract::{State, TryData};

use super::adapter::{Io, Socket};
use super::answer::Asked;
use super::connection::Task;
use super::{Door, entered, register};
use crate::App;
use crate::plant::{Bug, planted};

/// Registers the handlers after CONNECT was answered; what comes in between finds none.
pub(super) async fn entered_late(socket: Socket, State(app): State<App>) {
    tokio::time::sleep(Duration::from_millis(5)).await;
    if register(socket.clone(), State(app)).await.is_ok() {
        entered(socket).await;
    }
}

/// Takes requests of one kind in whatever order their handlers come to it.
#[expect(clippy::disallowed_methods, reason = "the way it must not be done")]
pub(super) fn unordered<T, U>(socket: &Socket, door: &Door, task: fn(T) -> U)
where
    T: Request + Send + Sync + 'static,
    U: Into<Task> + 'static,
{
    let door = door.clone();
    socket.on(T::EVENT, move |TryData(arguments): TryData<T>, asked: Asked| {
        let door = door.clone();
        async move {
            for _ in 0..rand::random_range(0..4) {
                tokio::task::yield_now().await;
            }
            door.take(arguments.ok().map(|arguments| task(arguments).into()), asked.named(T::EVENT));
        }
    });
}

/// Tells every client not to come back.
pub(crate) fn disconnect_all(io: &Io) {
    if planted(Bug::DisconnectOnRestart) {
        let io: &SocketIo<_> = io;
        for socket in io.sockets() {
            socket.disconnect().ok();
        }
    }
}
