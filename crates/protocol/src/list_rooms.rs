//! `listRooms`: the rooms one is in, with what is unread, and the public ones one could enter.

use chat::RoomId;
use serde::{Deserialize, Serialize};

use crate::{Notice, Request, view};

/// The argument of `listRooms`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListRooms {
    /// Of those one could enter only the ones whose name contains this, whatever its case and accents; at most
    /// [`MAX_FIND`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub find: Option<String>,
}

/// Most characters of a `find`.
pub const MAX_FIND: usize = 60;

/// Most rooms that `open` lists.
pub const MAX_OPEN: usize = 200;

/// What `ok` of `listRooms` holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListRoomsOk {
    /// One's own rooms, the default room first.
    pub rooms: Vec<view::Room>,
    /// Public rooms one is not in, at most [`MAX_OPEN`], by name.
    pub open: Vec<OpenRoom>,
}

/// A room one could enter. As the notice `opened`: it was made just now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenRoom {
    /// Identifier; part of its address.
    pub id: RoomId,
    /// What it is called.
    pub name: String,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// How many people are in it.
    pub people: u64,
}

impl Notice for OpenRoom {
    const EVENT: &'static str = "opened";
}

impl Request for ListRooms {
    const EVENT: &'static str = "listRooms";
    type Ok = ListRoomsOk;
}
