//! `history`: a page of a room's messages.

use chat::{RoomId, Seq};
use serde::{Deserialize, Serialize};

use crate::{Request, RoomEvent, view};

/// Messages of a page, if the request does not say.
pub const DEFAULT_LIMIT: u32 = 50;

/// Most messages of a page.
pub const MAX_LIMIT: u32 = 100;

/// Most bytes of a page: fewer messages than asked for are in it, and `more` says so.
pub const MAX_BYTES: usize = 256 * 1024;

/// Most events of a page, the newest ones.
pub const MAX_EVENTS: usize = 100;

/// The argument of `history`: at most one of `before`, `after` and `around`; none means the newest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct History {
    /// The room; the default room if missing.
    pub room: RoomId,
    /// Messages before this one, without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Seq>,
    /// Messages after this one, without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Seq>,
    /// Messages on both sides of this one, with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub around: Option<Seq>,
    /// From 1 to [`MAX_LIMIT`]; [`DEFAULT_LIMIT`] if missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// What `ok` of `history` holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryPage {
    /// Which database this is.
    pub epoch: String,
    /// The room's last `seq`, of the same moment as the messages.
    pub head: Seq,
    /// Ascending.
    pub messages: Vec<view::Message>,
    /// There are more in the direction asked for.
    pub more: bool,
    /// What stands in the log between the messages, ascending, at most [`MAX_EVENTS`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<RoomEvent>,
    /// Those whom `events` names, as they are now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<view::Member>,
}

impl Request for History {
    const EVENT: &'static str = "history";
    type Ok = HistoryPage;
}

impl From<HistoryPage> for chat::timeline::Page {
    fn from(page: HistoryPage) -> chat::timeline::Page {
        chat::timeline::Page {
            epoch: page.epoch,
            head: page.head,
            messages: page.messages.into_iter().map(Into::into).collect(),
            more: page.more,
            events: page.events.into_iter().map(|RoomEvent(event)| event).collect(),
            people: page.people.into_iter().map(Into::into).collect(),
        }
    }
}
