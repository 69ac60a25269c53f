//! Where one may go, and what one may do, by typing some of its name. Pure.

use chat::mention::fold;
use chat::{Act, Member, RoomId};
use protocol::view::{Notify, Room, RoomKind};

use super::crowd::Seen;
use super::rail::{Rooms, told};

/// Most people offered at a time: who has more of them types on.
const MOST_PEOPLE: usize = 20;

/// One thing to choose.
#[derive(Clone, Debug, PartialEq)]
pub struct Goal {
    /// Where it leads.
    pub to: To,
    /// What it is called.
    pub name: String,
    /// The parts of the name that were typed, in bytes.
    pub marks: Vec<(usize, usize)>,
}

/// Where a goal leads.
#[derive(Clone, Debug, PartialEq)]
pub enum To {
    /// A room, or a conversation; of one with a person who is known here, that one.
    Room(Place, Option<Member>),
    /// Somebody with whom there is no conversation yet.
    Person(Seen),
    /// Something to do.
    Deed(Deed),
}

/// What is shown of a room.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Its address.
    pub id: RoomId,
    /// Who may find it.
    pub kind: RoomKind,
    /// What one is told of.
    pub notify: Notify,
    /// Messages that call the reader.
    pub mentions: u64,
    /// Messages that the reader is told of.
    pub told: u64,
}

/// Something to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Make a room.
    MakeRoom,
    /// Take every room for read.
    ReadAll,
    /// Look at one's account.
    Account,
    /// Keep the peace.
    Moderation,
    /// Run the server.
    Settings,
}

/// The groups that goals stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Rooms.
    Rooms,
    /// People and conversations.
    People,
    /// Things to do.
    Deeds,
}

impl Goal {
    /// Where it stands.
    pub fn group(&self) -> Group {
        match &self.to {
            To::Room(place, _) if place.kind != RoomKind::Direct => Group::Rooms,
            To::Room(..) | To::Person(_) => Group::People,
            To::Deed(_) => Group::Deeds,
        }
    }

    /// The name, and of each part whether it was typed.
    pub fn parts(&self) -> Vec<(&str, bool)> {
        let mut parts = Vec::new();
        let mut at = 0;
        for (start, end) in &self.marks {
            parts.push((&self.name[at..*start], false));
            parts.push((&self.name[*start..*end], true));
            at = *end;
        }
        parts.push((&self.name[at..], false));
        parts.retain(|(part, _)| !part.is_empty());
        parts
    }
}

impl Deed {
    /// What `me` may do, in the order it is offered.
    fn of(me: &Member, rooms: &Rooms) -> impl Iterator<Item = Deed> {
        let may = |act| me.role.may(act, false, None);
        let unread = rooms.mine.iter().any(|room| room.unread > 0);
        let deeds = [
            (Deed::ReadAll, unread),
            (Deed::Account, true),
            (Deed::Moderation, may(Act::ReadReports)),
            (Deed::Settings, may(Act::ChangeSettings)),
            // What is typed may always be a room's name: nothing comes behind it.
            (Deed::MakeRoom, true),
        ];
        deeds.into_iter().filter_map(|(deed, may)| may.then_some(deed))
    }
}

/// What was typed: the text, and the one group it is looked for in. `@` begins people, `>` things to do.
pub fn read(typed: &str) -> (Option<Group>, &str) {
    let typed = typed.trim();
    match (typed.strip_prefix('@'), typed.strip_prefix('>')) {
        (Some(name), _) => (Some(Group::People), name.trim_start()),
        (_, Some(deed)) => (Some(Group::Deeds), deed.trim_start()),
        _ => (None, typed),
    }
}

/// What has every word of `typed` in its name: rooms and conversations with what calls first, then what is new, then
/// the rest in the order of the rail; `people`, whom the reader may talk with; and what the reader may do, as `called`
/// names it. Case and accents do not count.
pub fn goals(
    typed: &str,
    rooms: &Rooms,
    people: Vec<Seen>,
    me: Option<&Member>,
    called: impl Fn(Deed, &str) -> String,
) -> Vec<Goal> {
    let (only, text) = read(typed);
    let words = fold(text);
    let wants = |group| only.is_none_or(|only| only == group);
    let mut goals: Vec<Goal> = Vec::new();
    let mut offer = |to: To, name: String| {
        if let Some(marks) = marks(&name, &words) {
            goals.push(Goal { to, name, marks });
        }
    };
    if wants(Group::Rooms) {
        for (place, name) in places(rooms, false) {
            offer(To::Room(place, None), name);
        }
    }
    if wants(Group::People) {
        let mut people = people;
        for (place, name) in places(rooms, true) {
            // A name is one person's alone.
            let at = people.iter().position(|seen| seen.member.name == name);
            offer(To::Room(place, at.map(|at| people.remove(at).member)), name);
        }
        people.retain(|seen| marks(&seen.member.name, &words).is_some());
        for seen in people.into_iter().take(MOST_PEOPLE) {
            let name = seen.member.name.clone();
            offer(To::Person(seen), name);
        }
    }
    if let Some(me) = me.filter(|_| wants(Group::Deeds)) {
        for deed in Deed::of(me, rooms) {
            match deed {
                // Whatever is typed may be a room's name.
                Deed::MakeRoom if only.is_none() && !text.is_empty() => {
                    goals.push(Goal { to: To::Deed(deed), name: called(deed, text), marks: Vec::new() });
                }
                _ => {
                    let name = called(deed, "");
                    if let Some(marks) = marks(&name, &words) {
                        goals.push(Goal { to: To::Deed(deed), name, marks });
                    }
                }
            }
        }
    }
    goals
}

/// The rooms, or the conversations, and their names; what calls comes first.
fn places(rooms: &Rooms, direct: bool) -> Vec<(Place, String)> {
    let mine = rooms.mine.iter().filter(|room| (room.kind == RoomKind::Direct) == direct);
    let mut places: Vec<_> = mine.map(|room| (Place::of(room), room.name.clone())).collect();
    for open in rooms.open.iter().filter(|_| !direct) {
        let (kind, notify) = (RoomKind::Public, Notify::All);
        let place = Place { id: open.id.clone(), kind, notify, mentions: 0, told: 0 };
        places.push((place, open.name.clone()));
    }
    places.sort_by_key(|(place, _)| (place.told == 0, place.mentions == 0));
    places
}

impl Place {
    fn of(room: &Room) -> Place {
        Place {
            id: room.id.clone(),
            kind: room.kind,
            notify: room.notify,
            mentions: room.mentions,
            told: told(room),
        }
    }
}

/// Where each of the folded `words` stands in `name`, in bytes, ascending and apart; `None` if one does not.
fn marks(name: &str, words: &str) -> Option<Vec<(usize, usize)>> {
    let mut folded = String::new();
    // For each byte of the folded name, where the character it comes from begins.
    let mut origin = Vec::new();
    for (at, c) in name.char_indices() {
        folded.push_str(&fold(&name[at..at + c.len_utf8()]));
        origin.resize(folded.len(), at);
    }
    origin.push(name.len());
    let mut marks: Vec<(usize, usize)> = Vec::new();
    for word in words.split(' ').filter(|word| !word.is_empty()) {
        let found = folded.find(word)?;
        let last = origin[found + word.len() - 1];
        // An accent of its own goes with the letter before it.
        let end = origin.iter().copied().find(|at| *at > last).unwrap_or(name.len());
        marks.push((origin[found], end));
    }
    marks.sort_unstable();
    let mut apart: Vec<(usize, usize)> = Vec::new();
    for (start, end) in marks {
        match apart.last_mut().filter(|last| last.1 >= start) {
            Some(last) => last.1 = last.1.max(end),
            None => apart.push((start, end)),
        }
    }
    Some(apart)
}

#[cfg(test)]
mod tests;
