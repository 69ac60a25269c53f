//! The one switch for several nodes: another adapter is another alias here.

use socketioxide::SocketIo;
use socketioxide::adapter::LocalAdapter;
use socketioxide::extract::{AckSender, SocketRef};
use socketioxide::service::SocketIoService;

/// Which node's sockets a broadcast reaches.
pub type Node = LocalAdapter;
/// The engine's handle.
pub type Io = SocketIo<Node>;
/// One client in the namespace.
pub type Socket = SocketRef<Node>;
/// The answer to one request, asked for or not.
pub type Ack = AckSender<Node>;
/// The engine as a service; every clone is the same engine.
pub type Engine = SocketIoService<engineioxide::service::NotFoundService, Node>;
