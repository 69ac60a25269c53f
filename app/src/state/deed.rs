//! What the reader can do to somebody, or to what somebody said, and which of it is offered. Pure.

use chat::{Act, Key, Member, MemberId, Role, RoomId, Seq};
use protocol::view::RoomKind;
use protocol::{Ban, Block, CreateRoom, Delete, DeleteAll, Kick, Mute, Report, Request, SetRole};
use serde::Serialize;
use serde_json::Value;

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Talk with the person alone.
    Talk(Member),
    /// Let the person not speak in this room, or again.
    Mute(Member, bool),
    /// Take the person out of this room.
    Kick(Member),
    /// Let the person not be on this server, or again.
    Ban(Member, bool),
    /// Take away everything the guest has said.
    DeleteAll(Member),
    /// Give the person another role.
    SetRole(Member, Role),
    /// Hear nothing of the person any more, or again.
    Block(Member, bool),
    /// Tell those who keep the peace of a message.
    Report(Seq),
    /// Take a message away.
    Delete(Seq),
}

impl Deed {
    /// It cannot be undone quietly, or needs words: a dialog comes before it.
    pub fn asks_first(&self) -> bool {
        matches!(self, Deed::Ban(_, true) | Deed::DeleteAll(_) | Deed::Report(_) | Deed::Delete(_))
    }

    /// What undoes it at once, if anything does.
    pub fn undo(&self) -> Option<Deed> {
        Some(match self {
            Deed::Mute(who, on) => Deed::Mute(who.clone(), !on),
            Deed::Ban(who, true) => Deed::Ban(who.clone(), false),
            Deed::Block(who, on) => Deed::Block(who.clone(), !on),
            _ => return None,
        })
    }

    /// The event and its argument. `reason` belongs to a report.
    pub fn request(&self, room: RoomId, reason: String, key: Key) -> (&'static str, Value) {
        let key = Some(key);
        match self {
            Deed::Talk(who) => {
                let (name, members) = (who.name.clone(), Some(vec![who.id.clone()]));
                asked(&CreateRoom { name, kind: RoomKind::Direct, members, key })
            }
            Deed::Mute(who, on) => asked(&Mute { room, member: who.id.clone(), on: *on, key }),
            Deed::Kick(who) => asked(&Kick { room, member: who.id.clone(), key }),
            Deed::Ban(who, on) => asked(&Ban { member: who.id.clone(), on: *on, key }),
            Deed::DeleteAll(who) => asked(&DeleteAll { member: who.id.clone(), key }),
            Deed::SetRole(who, role) => asked(&SetRole { member: who.id.clone(), role: *role, key }),
            Deed::Block(who, on) => asked(&Block { member: who.id.clone(), on: *on, key }),
            Deed::Report(target) => asked(&Report { room, target: *target, reason, key }),
            Deed::Delete(target) => asked(&Delete { room, target: *target, key }),
        }
    }
}

/// Structs of texts and numbers: there is nothing in them that JSON has no words for.
fn asked<R: Request + Serialize>(request: &R) -> (&'static str, Value) {
    (R::EVENT, serde_json::to_value(request).unwrap_or_default())
}

/// From where the reader looks at somebody.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The reader.
    pub me: Option<Member>,
    /// The reader made this room.
    pub keeper: bool,
    /// The room is one that somebody can be taken out of.
    pub leavable: bool,
    /// The person looked at may not speak here.
    pub muted: bool,
    /// The reader hears nothing of the person looked at.
    pub blocked: bool,
}

impl Standing {
    /// What the reader may do to `to`, in the order it is offered.
    pub fn deeds(&self, to: &Member) -> Vec<Deed> {
        let Some(me) = self.me.as_ref().filter(|me| me.id != to.id) else { return Vec::new() };
        let may = |act| me.role.may(act, self.keeper, to.role);
        let mut deeds = Vec::new();
        if !self.blocked {
            deeds.push(Deed::Talk(to.clone()));
        }
        deeds.push(Deed::Block(to.clone(), !self.blocked));
        if may(Act::Mute) {
            deeds.push(Deed::Mute(to.clone(), !self.muted));
        }
        for role in [Role::Admin, Role::Moderator, Role::Member] {
            if role != to.role && may(Act::SetRole(role)) {
                deeds.push(Deed::SetRole(to.clone(), role));
            }
        }
        if self.leavable && may(Act::Kick) {
            deeds.push(Deed::Kick(to.clone()));
        }
        if to.role == Role::Guest && me.role.may(Act::Delete, false, to.role) {
            deeds.push(Deed::DeleteAll(to.clone()));
        }
        if may(Act::Ban) {
            deeds.push(Deed::Ban(to.clone(), true));
        }
        deeds
    }

    /// What the reader may do with a message of `author`.
    pub fn about(&self, seq: Seq, author: &MemberId, role: Role) -> Vec<Deed> {
        let Some(me) = &self.me else { return Vec::new() };
        let own = me.id == *author;
        let mut deeds = Vec::new();
        if !own {
            deeds.push(Deed::Report(seq));
        }
        if own || me.role.may(Act::Delete, self.keeper, role) {
            deeds.push(Deed::Delete(seq));
        }
        deeds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(id: &str, role: Role) -> Member {
        Member { id: id.parse().unwrap(), name: id.to_uppercase(), role, hue: 0 }
    }

    fn names(role: Role, keeper: bool, to: Role) -> Vec<&'static str> {
        let me = Some(member("me", role));
        let standing = Standing { me, keeper, leavable: true, muted: false, blocked: false };
        let key = Key::from_bytes([1; 16]);
        let named = |deed: &Deed| deed.request(RoomId::lobby(), String::new(), key).0;
        standing.deeds(&member("her", to)).iter().map(named).collect()
    }

    #[test]
    fn what_is_offered_is_what_the_table_of_rights_allows() {
        assert_eq!(names(Role::Guest, false, Role::Guest), ["createRoom", "block"]);
        assert_eq!(names(Role::Guest, true, Role::Guest), ["createRoom", "block", "mute", "kick"]);
        let all = ["createRoom", "block", "mute", "kick", "deleteAll", "ban"];
        assert_eq!(names(Role::Moderator, false, Role::Guest), all);
        assert_eq!(names(Role::Moderator, false, Role::Moderator), ["createRoom", "block"]);
        let admin = ["createRoom", "block", "mute", "setRole", "kick", "ban"];
        assert_eq!(names(Role::Admin, false, Role::Member), admin);
        assert_eq!(
            names(Role::Owner, false, Role::Member).iter().filter(|name| **name == "setRole").count(),
            2
        );
    }

    #[test]
    fn nothing_is_offered_to_nobody_or_against_oneself() {
        let her = member("her", Role::Guest);
        let mut standing = Standing { me: None, keeper: false, leavable: true, muted: false, blocked: false };
        assert!(standing.deeds(&her).is_empty() && standing.about(1, &her.id, her.role).is_empty());
        standing.me = Some(her.clone());
        assert!(standing.deeds(&her).is_empty());
        assert_eq!(standing.about(1, &her.id, her.role), [Deed::Delete(1)], "one's own message");
    }

    #[test]
    fn what_is_undone_at_once_is_what_was_done() {
        let her = member("her", Role::Guest);
        assert_eq!(Deed::Ban(her.clone(), true).undo(), Some(Deed::Ban(her.clone(), false)));
        assert_eq!(Deed::Ban(her.clone(), false).undo(), None);
        assert_eq!(Deed::Block(her.clone(), true).undo(), Some(Deed::Block(her, false)));
    }
}
