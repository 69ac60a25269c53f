//! What a timeline is told and what it answers.

use crate::{Event, Member, Message, Millis, Seq};

/// A page of history, as the server renders it or `history` answers it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Which database this is; another one means a restore.
    pub epoch: String,
    /// The room's last committed `seq` when the page was read.
    pub head: Seq,
    /// Ascending.
    pub messages: Vec<Message>,
    /// There is more beyond the page, in the direction it was asked for.
    pub more: bool,
    /// What stands in the log between the messages, ascending.
    pub events: Vec<Event>,
    /// Those whom `events` names, as they are now.
    pub people: Vec<Member>,
}

/// What a `sync` reply says of one room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catchup {
    /// Which database this is.
    pub epoch: String,
    /// The cursor the events follow; authoritative.
    pub after: Seq,
    /// Ascending, without gaps.
    pub events: Vec<Event>,
    /// The room's last committed `seq` when the reply was read.
    pub head: Seq,
    /// There is more to ask for.
    pub more: bool,
    /// Too much was missed: forget the room and load its last page.
    pub reset: bool,
}

/// Something the timeline is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A live notice.
    Event(Event),
    /// The room's head, as `hello` or `heads` tells it.
    Head {
        /// Which database this is.
        epoch: String,
        /// The last committed `seq`; may be late.
        seq: Seq,
    },
    /// The answer to [`Effect::AskSync`].
    Synced(Catchup),
    /// [`Effect::AskSync`] or [`Effect::AskLatest`] got no answer, or the connection is gone.
    Unanswered,
    /// The answer to [`Effect::AskLatest`].
    Latest(Page),
    /// Messages from before the first one known.
    Older(Page),
    /// Messages from after the last one known, for a timeline that began in the past.
    Newer(Page),
    /// The time asked for by [`Effect::WakeAt`] has come.
    Timer,
}

/// Something to do, or to draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// A message was added at the end.
    Added(Seq),
    /// A message that was there is different now.
    Changed(Seq),
    /// Something stands between the messages now, or after them.
    Noted(Seq),
    /// Messages were added before the first one.
    Prepended,
    /// Messages of the past were added after the last one.
    Appended,
    /// Everything shown is stale: draw anew.
    Reset,
    /// Ask the server for the events after this `seq`.
    AskSync(Seq),
    /// Ask the server for the newest page.
    AskLatest,
    /// Send [`Input::Timer`] at this time.
    WakeAt(Millis),
}
