//! `history`: a page of a room's messages.

use chat::{RoomId, Seq};
use serde::{Deserialize, Serialize};

use crate::{Request, view};

/// Messages of a page, if the request does not say.
pub const DEFAULT_LIMIT: u32 = 50;

/// Most messages of a page.
pub const MAX_LIMIT: u32 = 100;

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
        }
    }
}
