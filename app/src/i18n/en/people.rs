//! English about people.

use chat::Role;

use super::refusal;
use crate::i18n::parts::{self, Writing};
use crate::i18n::{People, join};
use crate::state::Deed;

pub(super) const PEOPLE: People = People {
    title: "People",
    close: "Close people",
    here: |count| join(&["Here now · ", &count.to_string()]),
    here_at: |when, count| join(&["Here at ", when, " · ", &count.to_string()]),
    away: |count| match count {
        Some(count) => join(&["Away · ", &count.to_string()]),
        None => "Away".to_owned(),
    },
    all: "In this room",
    you: "you",
    card: |who| join(&["About ", who]),
    is_here: "Here now",
    is_away: "Away",
    is_blocked: "You blocked this person",
    writing: |names| parts::writing(names, &WRITING),
    seen_by: |count| join(&["Seen by ", &count.to_string()]),
    deed,
    question,
    done,
    cancel: "Cancel",
    undo: "Undo",
    reason: "What is wrong? (if you want to say)",
    refused: |problem| parts::refused(problem, "One moment: you can try again in ", refusal),
    unanswered: "The server did not answer. Check your connection and try again.",
    copied: "Text copied",
    more: "More about this message",
    add: "Bring somebody into the room",
    add_now: "Bring in",
    nobody: "Nobody here has that name.",
    blocked_message: "Message from somebody you blocked.",
    gone: "Deleted account",
};

const WRITING: Writing = Writing {
    one: " is writing…",
    and: " and ",
    many: " are writing…",
    crowd: "Several people are writing…",
};

fn deed(deed: &Deed) -> &'static str {
    match deed {
        Deed::Talk(_) => "Talk",
        Deed::Mute(_, true) => "Mute in this room",
        Deed::Mute(_, false) => "Unmute",
        Deed::Kick(_) => "Remove from the room",
        Deed::Ban(_, true) => "Ban",
        Deed::Ban(_, false) => "Let back in",
        Deed::DeleteAll(_) => "Delete everything they said",
        Deed::SetRole(_, Role::Admin) => "Make admin",
        Deed::SetRole(_, Role::Moderator) => "Make moderator",
        Deed::SetRole(..) => "Take the role away",
        Deed::Block(_, true) => "Block",
        Deed::Block(_, false) => "Unblock",
        Deed::Report(_) => "Report",
        Deed::Delete(_) => "Delete",
    }
}

fn question(deed: &Deed) -> (String, &'static str) {
    match deed {
        Deed::Ban(who, _) => (
            parts::named("Ban ", &who.name, "?"),
            "They leave now and cannot come back, not even with another invite. It is kept in the log.",
        ),
        Deed::DeleteAll(who) => (
            parts::named("Delete everything ", &who.name, " said?"),
            "It disappears from every room, for everybody, and does not come back. It is kept in the log.",
        ),
        Deed::Report(_) => (
            "Report this message?".to_owned(),
            "The moderators will see the message and who reported it. Its author is not told.",
        ),
        _ => ("Delete this message?".to_owned(), "Its text disappears for everybody and does not come back."),
    }
}

fn done(deed: &Deed) -> String {
    let said = |before, who: &chat::Member, after| parts::named(before, &who.name, after);
    match deed {
        Deed::Mute(m, true) => said("", m, " can no longer speak in this room."),
        Deed::Mute(m, false) => said("", m, " can speak again."),
        Deed::Kick(m) => said("", m, " has left the room."),
        Deed::Ban(m, true) => said("", m, " can no longer come in."),
        Deed::Ban(m, false) => said("", m, " can come back."),
        Deed::DeleteAll(m) => said("What ", m, " said is being deleted."),
        Deed::SetRole(m, _) => said("", m, " has another role now."),
        Deed::Block(m, true) => said("You no longer hear ", m, "."),
        Deed::Block(m, false) => said("You hear ", m, " again."),
        Deed::Report(_) => "Report sent. Thank you for telling.".to_owned(),
        Deed::Delete(_) => "Message deleted.".to_owned(),
        Deed::Talk(_) => String::new(),
    }
}
