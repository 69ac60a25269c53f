//! English of the page of those who keep the peace.

use chat::settings;
use protocol::Request as _;
use protocol::event::DELETE_ACCOUNT;
use protocol::report::SETTLE;

use crate::i18n::{Keeping, join, parts};

pub(in crate::i18n) const KEEPING: Keeping = Keeping {
    title: "Moderation",

    reports: "Reports",
    reports_text: "What people pointed out, newest first. Only moderators see it.",
    no_reports: "No open reports.",
    said_in: |room, when| join(&["in ", room, " · ", when]),
    gone: "Message already deleted.",
    reported_by: |name| join(&["Reported by ", name]),
    reported_because: |name, reason| join(&["Reported by ", name, ": ", reason]),
    reported_by_others: |n| {
        join(&["And ", &n.to_string(), if n == 1 { " other report" } else { " other reports" }])
    },
    older_reports: "See what was reported before",
    look: "See in the conversation",
    dismiss: "It is nothing",
    delete: "Delete",
    mute: "Mute",
    ban: "Ban",

    banned: "Banned people",
    banned_text: "They cannot come in, not even under another name from the same address. Whoever is let back in returns as before.",
    nobody_banned: "Nobody is banned.",
    banned_person: "Off the server",
    pardon: "Let back in",

    audit: "Log",
    audit_text: "Who did what. Nobody can erase this list.",
    no_audit: "Nothing has been done yet.",
    audit_people: "People",
    audit_rooms: "Rooms",
    audit_server: "Server",
    older: "See what was done before",
    operator: "Whoever runs the server",
    when: parts::comma,
    deed,
    role: |role| join(&["Role: ", role]),

    done: |code| {
        Some(match code {
            "dismissed" => "Report closed.",
            "deleted" => "Message deleted.",
            "muted" => "The author was muted in the room.",
            "banned" => "The author was banned.",
            "pardoned" => "They can come back, as before.",
            _ => return None,
        })
    },
};

fn deed(act: &str, on: bool) -> &'static str {
    match (act, on) {
        (protocol::Kick::EVENT, _) => "{by} removed {who} from {room}",
        (protocol::Mute::EVENT, true) => "{by} muted {who} in {room}",
        (protocol::Mute::EVENT, false) => "{by} let {who} speak again in {room}",
        (protocol::Ban::EVENT, true) => "{by} banned {who}",
        (protocol::Ban::EVENT, false) => "{by} let {who} back in",
        (protocol::Delete::EVENT, _) => "{by} deleted a message by {who} in {room}",
        (protocol::DeleteAll::EVENT, _) => "{by} deleted everything {who} said",
        (DELETE_ACCOUNT, _) => "Somebody deleted their own account",
        (SETTLE, _) => "{by} closed a report about {who} in {room}",
        (protocol::SetRole::EVENT, _) => "{by} changed the role of {who}",
        (protocol::SetTopic::EVENT, _) => "{by} changed the topic of {room}",
        (protocol::RenameRoom::EVENT, _) => "{by} gave {room} another name",
        (protocol::SlowMode::EVENT, _) => "{by} changed the slow mode of {room}",
        (protocol::LockRoom::EVENT, true) => "{by} locked {room}",
        (protocol::LockRoom::EVENT, false) => "{by} unlocked {room}",
        (protocol::ArchiveRoom::EVENT, true) => "{by} archived {room}",
        (protocol::ArchiveRoom::EVENT, false) => "{by} reopened {room}",
        (settings::CHANGED, _) => "{by} changed settings of the server",
        (settings::INVITED, _) => "{by} made an invite to {room}",
        (settings::REVOKED, _) => "{by} revoked an invite to {room}",
        _ => "{by} changed something on the server",
    }
}
