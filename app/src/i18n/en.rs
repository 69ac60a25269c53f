//! English.

#[cfg(feature = "ssr")]
pub(super) mod desk;
#[cfg(feature = "ssr")]
pub(super) mod keeping;
mod notes;
mod people;
#[cfg(feature = "ssr")]
pub(super) mod plain;

use chat::DeletedBy;
use protocol::Refusal;

use super::{Goals, Texts, join, parts};
use crate::calendar::Date;
use crate::state::rail::Closed;

pub(super) const TEXTS: Texts = Texts {
    product: "Chat Moderno",
    title: parts::title,
    title_calls: parts::title_calls,
    skip: "Skip to where you write",

    rail: "Rooms and conversations",
    rooms: "Rooms",
    rail_calls: |calls| parts::with_count("Rooms and conversations", calls, " mention", " mentions"),
    talks: "Conversations",
    open_rooms: "Open rooms",
    join_room: |room| join(&["Join ", room]),
    new_room: "New room",
    unread: |_| " new",
    calling: |count| if count == 1 { " mentions you" } else { " mention you" },
    silenced: "muted",
    nobody: "Guest",
    reading: "Reading, no name yet",
    available: "Available",
    offline: "Offline",
    account: "Your account",
    keep_name: |name| join(&["Keep the name ", name]),
    lobby_topic: "The room for everybody",

    log: |room| join(&["Messages in ", room]),
    start: |room| join(&["This is where ", room, " begins"]),
    lobby_start: "The room for everybody. Come as you are.",
    room_start: "Everything said in this room is here.",
    empty_title: |room| join(&[room, " is ready"]),
    empty_text: "Say the first word, or bring somebody along. Nobody has to sign up.",
    older: "Earlier messages",
    newer: "Later messages",
    to_present: "Back to now",
    new_below: |count| parts::counted(count.unsigned_abs(), " new message", " new messages"),
    new_above: |count| parts::counted(count, " new", " new"),
    unread_line: "New messages",
    message: parts::comma,
    you: "You",
    deleted: |by| match by {
        Some(DeletedBy::Author) => "Message deleted by its author.",
        Some(DeletedBy::Moderator) => "Message deleted by a moderator.",
        Some(DeletedBy::Retention) => "Message deleted because of its age.",
        None => "Message deleted.",
    },
    edited: "edited",
    roles: ["Owner", "Admin", "Moderator", "", "Guest"],

    sending: "Sending…",
    queued: "Queued. It goes by itself when you are back online.",
    held: "Queued. It goes by itself as soon as it may.",
    stuck: "The connection broke each time I tried to send this. I will try again in a few minutes.",
    sent: "Sent",
    not_sent: |why| join(&["Not sent. ", why]),
    retry: "Try again",
    copy: "Copy",
    discard: "Delete",

    compose: |room| join(&["Write to ", room]),
    compose_first: "Say the first word",
    send: "Send",
    slowly: |seconds| parts::in_time("Slow mode. You can write again in ", seconds),
    enter_sends: "sends",
    shift_enter_breaks: "starts a new line",

    ask_name: "What should we call you?",
    name_example: "Your name or nickname",
    enter: "Join",
    no_sign_up: "No sign-up, no e-mail.",
    have_name: "I already keep a name here",
    name_not_told: "You could not join just now. Check your connection and try again.",
    insecure: "This address is not secure, so you can only read here. Open the page over HTTPS.",
    no_cookies: "Your name could not be kept: this browser blocks cookies. Allow them for this site and load the page again.",
    too_long: |count| parts::too_long("A message has at most ", " characters; yours has ", ',', count),
    outbox_full: "A lot is waiting to be sent already. Wait until you are back online.",
    outbox_in_memory: "This browser does not store what is queued. Keep this page open until everything is sent.",

    undone: "That did not work just now. Check your connection and try again.",

    room_menu: "More about this room",
    notify: "Notify me about",
    notify_levels: ["Everything", "Mentions", "Nothing"],
    room_settings: "Room settings",
    topic: "Topic",
    slow_mode: "Slow mode",
    wait: |seconds| parts::wait(seconds, "No wait", "One message every "),
    lock: "Lock: only moderators speak",
    archive: "Archive: nobody writes any more",
    save: "Save",
    mark_read: "Mark as read",
    leave_room: "Leave the room",
    leave_title: |room| join(&["Leave ", room, "?"]),
    leave_text: "This room is private. To come back, somebody has to invite you again.",
    stay: "Stay",
    room_name: "Name",
    who_enters: "Who can join",
    everybody: "Everybody",
    invited_only: "By invite only",
    create: "Create",
    cancel: "Cancel",
    closed,

    line_lost: "You are offline. Your messages will be sent as soon as you are back.",
    try_now: "Try now",
    line_back: |sent, got| {
        let sent = (sent, [" message sent", " messages sent"]);
        parts::back("Back.", sent, (got, [" new received", " new received"]))
    },
    line_ended: "Your session has ended. Reload the page to go on.",
    reload: "Reload",

    not_found_title: "There is nothing here",
    not_found_text: "This page does not exist, or is not for you. The conversation goes on in the room for everybody.",
    go_home: "Go to the room",
    banned_title: "You cannot come in here any more",
    banned_text: "The people who run this server have banned you from it. If that was a mistake, talk to them.",
    invite_only_title: "You need an invite to come in",
    invite_only_text: "Ask somebody inside for a link. If you already have a name here, open the page in the browser you used, or sign in with your password.",
    dead_link_title: "This link no longer works",
    dead_link_text: "It has expired, has been used, or never existed. Ask whoever sent it for another one.",
    broken_title: "This page did not open",
    broken_text: "Something failed on our side. Nothing you wrote is lost. Try again in a little while.",

    goals: Goals {
        title: "Go to",
        label: "Go to a room, a person or an action",
        example: "Room, person or action",
        deeds: "Actions",
        keys: ["choose", "goes", "only people", "only actions"],
        make_room: |name| join(&["Create the room “", name, "”"]),
        read_all: "Mark everything as read",
        moderation: "Open moderation",
        settings: "Server settings",
        talk: "conversation",
        closed_room: "private room",
        open_room: "open room",
    },
    people: people::PEOPLE,
    notes: notes::NOTES,

    today: |date| join(&["Today, ", date]),
    yesterday: |date| join(&["Yesterday, ", date]),
    date,
    refusal,
};

const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn date(date: Date, with_year: bool) -> String {
    let mut text = join(&[WEEKDAYS[date.weekday], ", ", MONTHS[date.month], " ", &date.day.to_string()]);
    if with_year {
        text = parts::comma(&text, &date.year.to_string());
    }
    text
}

fn closed(why: Closed) -> &'static str {
    match why {
        Closed::Outside => "You are only looking. Join to speak.",
        Closed::Gone => "You are no longer in this room.",
        Closed::Archived => "This room is archived. Its history stays here.",
        Closed::Locked => "This room is locked. Only moderators speak for now.",
        Closed::Muted => "You are muted in this room. You can go on reading.",
    }
}

fn refusal(code: Refusal) -> &'static str {
    match code {
        Refusal::Busy => "The server is busy.",
        Refusal::RateLimited => "That was a lot at once. Wait a little.",
        Refusal::Storage => "The server could not store it just now.",
        Refusal::Restarting => "The server is restarting.",
        Refusal::Timeout => "The server took too long to answer.",
        Refusal::BadRequest => "There is something in the text that cannot be shown.",
        Refusal::TooLong => "The text is too long.",
        Refusal::Empty => "The text is missing.",
        Refusal::NotFound => "This room no longer exists.",
        Refusal::Forbidden => "You cannot do that here.",
        Refusal::Muted => "You are muted for now.",
        Refusal::Banned => "You can no longer write here.",
        Refusal::KeyConflict => "This message was already sent with another text.",
        Refusal::EditTooLate => "It is too late to edit this.",
        Refusal::NameTaken => "Somebody here already has that name.",
        Refusal::Unauthorized => "Your session has ended.",
        Refusal::VersionUnsupported => "This page is out of date. Reload it.",
        Refusal::Unknown => "The server did not accept it.",
    }
}
