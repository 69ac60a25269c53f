//! English between the messages.

use chat::Role;

use crate::i18n::{Notes, You};
use crate::state::Happened::{self, *};

pub(super) const NOTES: Notes = Notes {
    told,
    came: ["{1} and {2} joined", "{1}, {2} and {3} joined", "{1}, {2} and {more} others joined"],
    went: ["{1} and {2} left", "{1}, {2} and {3} left", "{1}, {2} and {more} others left"],
    someone: ["Somebody", "somebody"],
};

fn told(happened: Happened, you: You) -> &'static str {
    match (happened, you) {
        (Came { guest: false, invited: false }, _) => "{who} joined",
        (Came { guest: true, invited: false }, _) => "{who} joined as a guest",
        (Came { guest: false, invited: true }, You::Aside | You::Doer) => "{who} joined, invited by {by}",
        (Came { guest: true, invited: true }, You::Aside | You::Doer) => {
            "{who} joined as a guest, invited by {by}"
        }
        (Came { invited: true, .. }, You::Concerned) => "You joined, invited by {by}",
        (Went, _) => "{who} left",
        (Kicked, _) => "{by} removed {who} from the room",
        (Muted(true), _) => "{by} muted {who}",
        (Muted(false), _) => "{by} let {who} speak again",
        (Banned(true), _) => "{by} banned {who}",
        (Banned(false), _) => "{by} let {who} back in",
        (Renamed, You::Aside) => "{was} is now called {name}",
        (Renamed, _) => "You are now called {name}",
        (Appointed(Role::Owner), _) => "{by} made {who} the owner",
        (Appointed(Role::Admin), _) => "{by} made {who} an admin",
        (Appointed(Role::Moderator), _) => "{by} made {who} a moderator",
        (Appointed(Role::Member | Role::Guest), _) => "{by} took the role of {who} away",
        (Became(Role::Owner), You::Aside) => "{who} now looks after the server",
        (Became(Role::Owner), _) => "You now look after the server",
        (Became(Role::Admin), You::Aside) => "{who} is now an admin",
        (Became(Role::Admin), _) => "You are now an admin",
        (Became(Role::Moderator), You::Aside) => "{who} is now a moderator",
        (Became(Role::Moderator), _) => "You are now a moderator",
        (Became(Role::Member), You::Aside) => "{who} is now a member",
        (Became(Role::Member), _) => "You are now a member",
        (Became(Role::Guest), You::Aside) => "{who} is now a guest",
        (Became(Role::Guest), _) => "You are now a guest",
        (Gone, _) => "{who} deleted their own account",
        (Topic(true), _) => "{by} changed the topic to “{what}”",
        (Topic(false), _) => "{by} removed the topic",
        (RoomRenamed, _) => "{by} renamed the room to “{what}”",
        (Slow(0), _) => "{by} turned slow mode off",
        (Slow(_), _) => "{by} turned slow mode on: one message every {what}",
        (Locked(true), _) => "{by} locked the room",
        (Locked(false), _) => "{by} unlocked the room",
        (Archived(true), _) => "{by} archived the room",
        (Archived(false), _) => "{by} reopened the room",
    }
}
