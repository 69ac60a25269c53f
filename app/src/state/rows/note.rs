//! What a line between the messages tells: what happened, by whom and to whom.

use chat::{Change, Event, Member, MemberId, Millis, Role, Seq};

use super::TOGETHER_MS;

/// A line between the messages.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// The event it tells, or the first of them: the row's own.
    pub seq: Seq,
    /// When that was, Unix milliseconds.
    pub at: Millis,
    /// What happened.
    pub happened: Happened,
    /// Who did it.
    pub by: Who,
    /// Whom it concerns: several if they came one after the other.
    pub who: Vec<Who>,
    /// The new name or topic.
    pub what: String,
    /// The name before.
    pub was: String,
    /// Others who got another name one after the other, each with their own line's words.
    pub also: Vec<Note>,
}

/// Somebody whom a line names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// Who.
    pub id: MemberId,
    /// What the person is called now; empty if that is not known here.
    pub name: String,
    /// It is the reader.
    pub me: bool,
}

/// What happened, for the sentence that tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// Somebody came.
    Came {
        /// As a guest.
        guest: bool,
        /// By somebody else's invite.
        invited: bool,
    },
    /// Somebody went.
    Went,
    /// Somebody was taken out of the room.
    Kicked,
    /// Somebody may not speak here, or may again.
    Muted(bool),
    /// Somebody may not be on this server, or may again.
    Banned(bool),
    /// Somebody has another name.
    Renamed,
    /// Somebody has this role.
    Appointed(Role),
    /// The same, by nobody else.
    Became(Role),
    /// Somebody has deleted the account: there is no name any more.
    Gone,
    /// The room is about something else, or about nothing.
    Topic(bool),
    /// The room has another name.
    RoomRenamed,
    /// People wait so many seconds between two messages; 0 for no longer.
    Slow(u32),
    /// Only those who keep the peace may speak, or everybody again.
    Locked(bool),
    /// The room is closed but for reading, or open again.
    Archived(bool),
}

impl Note {
    /// The line of an event, if it is told by one. `known` finds whom it names, `me` is the reader.
    pub fn of<'a>(
        event: &Event,
        me: Option<&MemberId>,
        known: impl Fn(&MemberId) -> Option<&'a Member>,
    ) -> Option<Note> {
        let (by, who) = event.change.told()?;
        let (happened, what) = told(&event.change)?;
        let person = |id: &MemberId| Who {
            id: id.clone(),
            name: known(id).map(|member| member.name.clone()).unwrap_or_default(),
            me: me == Some(id),
        };
        let was = match &event.change {
            Change::Renamed { was: Some(was), .. } => was.clone(),
            _ => String::new(),
        };
        let who = who.map(person).into_iter().collect();
        let (seq, at, by, what, also) = (event.seq, event.at, person(by), what.to_owned(), Vec::new());
        Some(Note { seq, at, happened, by, who, what, was, also })
    }

    /// Takes the next line into this one, if they tell the same of different people. Else gives it back.
    pub(super) fn take_in(&mut self, next: Note) -> Option<Note> {
        if (self.happened, next.happened) == (Happened::Renamed, Happened::Renamed) {
            return self.take_name(next);
        }
        let same = matches!(
            (self.happened, next.happened),
            (Happened::Came { .. }, Happened::Came { .. }) | (Happened::Went, Happened::Went)
        );
        if !same || next.at - self.at >= TOGETHER_MS {
            return Some(next);
        }
        for who in next.who {
            if self.who.iter().all(|known| known.id != who.id) {
                self.who.push(who);
            }
        }
        None
    }
}

impl Note {
    /// Takes another renaming in: of the same person it is one, from the first name to the last.
    fn take_name(&mut self, next: Note) -> Option<Note> {
        if next.at - self.at >= TOGETHER_MS {
            return Some(next);
        }
        let same =
            |note: &&mut Note| note.who.first().map(|who| &who.id) == next.who.first().map(|who| &who.id);
        if same(&self) {
            self.what = next.what;
        } else if let Some(note) = self.also.iter_mut().find(same) {
            note.what = next.what;
        } else {
            self.also.push(next);
        }
        None
    }
}

/// What a change is told as, and the new name or topic. Nothing is told of a name that was taken away.
fn told(change: &Change) -> Option<(Happened, &str)> {
    let happened = match change {
        Change::Joined { by, who } => {
            Happened::Came { guest: who.role == Role::Guest, invited: *by != who.id }
        }
        Change::Left { .. } => Happened::Went,
        Change::Kicked { .. } => Happened::Kicked,
        Change::Muted { on, .. } => Happened::Muted(*on),
        Change::Banned { on, .. } => Happened::Banned(*on),
        Change::Renamed { name, .. } if name.is_empty() => return None,
        Change::Renamed { name, .. } => return Some((Happened::Renamed, name)),
        Change::RoleChanged { by, who, role } if by == who => Happened::Became(*role),
        Change::RoleChanged { role, .. } => Happened::Appointed(*role),
        Change::AccountDeleted { .. } => Happened::Gone,
        Change::TopicChanged { topic, .. } => return Some((Happened::Topic(!topic.is_empty()), topic)),
        Change::RoomRenamed { name, .. } => return Some((Happened::RoomRenamed, name)),
        Change::SlowModeChanged { seconds, .. } => Happened::Slow(*seconds),
        Change::RoomLocked { on, .. } => Happened::Locked(*on),
        Change::RoomArchived { on, .. } => Happened::Archived(*on),
        _ => return None,
    };
    Some((happened, ""))
}
