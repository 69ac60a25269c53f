//! How small values stand in the tables.

use chat::{DeletedBy, Member, MemberId, Role, Seq, member::HUES};
use protocol::Refusal;
use protocol::view::{Notify, RoomKind};

use super::StoreError;

/// `events.kind`.
pub(super) mod kind {
    pub(in crate::store) const SENT: i64 = 1;
    pub(in crate::store) const RENAMED: i64 = 2;
    pub(in crate::store) const EDITED: i64 = 3;
    pub(in crate::store) const DELETED: i64 = 4;
    pub(in crate::store) const REACTED: i64 = 5;
    pub(in crate::store) const JOINED: i64 = 6;
    pub(in crate::store) const LEFT: i64 = 7;
    pub(in crate::store) const KICKED: i64 = 8;
    pub(in crate::store) const MUTED: i64 = 9;
    pub(in crate::store) const BANNED: i64 = 10;
    pub(in crate::store) const ROLE_CHANGED: i64 = 11;
    pub(in crate::store) const TOPIC_CHANGED: i64 = 12;
    pub(in crate::store) const ROOM_RENAMED: i64 = 13;
    pub(in crate::store) const SLOW_MODE_CHANGED: i64 = 14;
    pub(in crate::store) const ROOM_LOCKED: i64 = 15;
    pub(in crate::store) const ROOM_ARCHIVED: i64 = 16;
    pub(in crate::store) const ACCOUNT_DELETED: i64 = 17;
}

/// An event of that kind without the hash of a request came along with another one; a message or an edit is deleted.
pub(super) fn is_further(kind: i64) -> bool {
    kind != kind::SENT && kind != kind::EDITED
}

/// `rooms.kind` of a room that everybody may see.
pub(super) const PUBLIC: i64 = 0;

/// `rooms.kind` of a conversation of a few.
pub(super) const DIRECT: i64 = 2;

/// `members.banned` of somebody who has deleted the account: nobody any more.
pub(super) const GONE: i64 = 2;

/// Why somebody may not be here, by `members.banned`; `None`: they may.
pub(super) fn barred(column: i64) -> Option<Refusal> {
    match column {
        0 => None,
        GONE => Some(Refusal::Unauthorized),
        _ => Some(Refusal::Banned),
    }
}

/// A `seq` as a column holds it. What no log can reach stays beyond every log.
pub(super) fn from_seq(seq: Seq) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

/// A `seq` as a column gave it.
pub(super) fn to_seq(column: i64) -> Seq {
    Seq::try_from(column).unwrap_or(0)
}

/// A person's public id, as a column gave it.
pub(super) fn member_id(text: &str) -> Result<MemberId, StoreError> {
    text.parse().map_err(|error| StoreError::Corrupt(format!("a member: {error}")))
}

/// A person, from the columns of `members`.
pub(super) fn member(id: i64, public_id: String, name: String, role: i64) -> Result<Member, StoreError> {
    let public_id =
        MemberId::try_from(public_id).map_err(|e| StoreError::Corrupt(format!("member {id}: {e}")))?;
    Ok(Member { id: public_id, name, role: to_role(role), hue: hue(id) })
}

/// The colour of the member who came as number `id`, from 1.
pub(crate) fn hue(id: i64) -> u8 {
    u8::try_from((id - 1).rem_euclid(i64::from(HUES))).unwrap_or(0)
}

pub(super) fn from_role(role: Role) -> i64 {
    match role {
        Role::Owner => 0,
        Role::Admin => 1,
        Role::Moderator => 2,
        Role::Member => 3,
        Role::Guest => 4,
    }
}

/// An unknown number is the least trusted role.
pub(super) fn to_role(column: i64) -> Role {
    match column {
        0 => Role::Owner,
        1 => Role::Admin,
        2 => Role::Moderator,
        3 => Role::Member,
        _ => Role::Guest,
    }
}

/// Who took a text away, as `store::page::deleted_by` numbers them.
pub(super) fn to_deleted_by(column: i64) -> Option<DeletedBy> {
    match column {
        1 => Some(DeletedBy::Author),
        2 => Some(DeletedBy::Moderator),
        3 => Some(DeletedBy::Retention),
        _ => None,
    }
}

pub(super) fn from_room_kind(kind: RoomKind) -> i64 {
    match kind {
        RoomKind::Public => PUBLIC,
        RoomKind::Private => 1,
        RoomKind::Direct => DIRECT,
    }
}

/// An unknown number is the most closed kind.
pub(super) fn to_room_kind(column: i64) -> RoomKind {
    match column {
        PUBLIC => RoomKind::Public,
        1 => RoomKind::Private,
        _ => RoomKind::Direct,
    }
}

/// `readings.notify`.
pub(super) fn from_notify(notify: Notify) -> i64 {
    match notify {
        Notify::All => 0,
        Notify::Mentions => 1,
        Notify::None => 2,
    }
}

/// An unknown number is the quietest choice.
pub(super) fn to_notify(column: i64) -> Notify {
    match column {
        0 => Notify::All,
        1 => Notify::Mentions,
        _ => Notify::None,
    }
}
