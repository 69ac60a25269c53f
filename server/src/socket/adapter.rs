//! The one switch for several nodes: another adapter is another alias here.

use std::convert::Infallible;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use socketioxide::SocketIo;
use socketioxide::adapter::Emitter;
use socketioxide::extract::{AckSender, SocketRef};
use socketioxide::service::SocketIoService;
use socketioxide_core::adapter::{
    BroadcastOptions, CoreAdapter, CoreLocalAdapter, DefinedAdapter, SocketEmitter,
};
use socketioxide_core::packet::Packet;

/// The engine's handle.
pub type Io = SocketIo<Node>;
/// One client in the namespace.
pub type Socket = SocketRef<Node>;
/// The answer to one request, asked for or not.
pub type Ack = AckSender<Node>;
/// The engine as a service; every clone is the same engine.
pub type Engine = SocketIoService<engineioxide::service::NotFoundService, Node>;

/// Who listens to which channel, and the way to send to one socket what was encoded once for all: the engine's own
/// handle would encode it for each.
pub type Local = CoreLocalAdapter<Emitter>;

/// The sockets of this process, as the engine keeps them. Cloning it is cheap.
#[derive(Clone, Default)]
pub struct Sockets(Arc<OnceLock<Arc<Local>>>);

impl Sockets {
    /// The sockets, once the engine has made its namespace.
    pub fn get(&self) -> Option<&Arc<Local>> {
        self.0.get()
    }
}

/// Which node's sockets a broadcast reaches: this one's.
pub struct Node(Arc<Local>);

impl CoreAdapter<Emitter> for Node {
    type Error = Infallible;
    type State = Sockets;
    type AckStream = <Emitter as SocketEmitter>::AckStream;
    type InitRes = ();

    fn new(sockets: &Sockets, local: Local) -> Node {
        Node(Arc::clone(sockets.0.get_or_init(|| Arc::new(local))))
    }

    fn init(self: Arc<Self>, on_success: impl FnOnce() + Send + 'static) {
        on_success();
    }

    async fn broadcast_with_ack(
        &self,
        packet: Packet,
        options: BroadcastOptions,
        timeout: Option<Duration>,
    ) -> Result<Self::AckStream, Infallible> {
        Ok(self.0.broadcast_with_ack(packet, options, timeout).0)
    }

    fn get_local(&self) -> &Local {
        &self.0
    }
}

impl DefinedAdapter for Node {}
