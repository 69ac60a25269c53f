//! What can happen in a world.

use chat::Key;
use socketio_client::Generation;

use crate::sim::net::LinkId;
use crate::sim::node::From;
use crate::sim::people::TabId;
use crate::sim::tab::Timer;

/// Something that will happen.
#[derive(Clone, Debug)]
pub(in crate::sim) enum Event {
    /// A connection, a frame or an end reaches the server.
    Accept(LinkId),
    Up(LinkId, String),
    UpEnd(LinkId),
    /// A frame or an end reaches a page.
    Down(LinkId, String),
    DownEnd(LinkId),
    /// A connection could not be made.
    Refused(TabId, Generation),
    /// The server's own affairs.
    Flush,
    Turn,
    Publish,
    Heads,
    Relieve,
    Ping(LinkId),
    Start(From),
    Resume,
    Mend,
    /// The pages'.
    Wake(TabId, Timer),
    Written(TabId, Key, Option<String>),
    Told(TabId, Key, Option<String>),
    Load(TabId),
    Loaded(TabId, Vec<Key>),
    Elect(usize),
    /// A person does something, or something happens to the world.
    Deed(usize),
    Strike,
    Doom,
}
