//! The sentences about people: who is here, who is writing, and what one does to another.

use protocol::Problem;

use crate::state::Deed;

/// The sentences of one language.
#[derive(Debug)]
pub struct People {
    /// Heads the panel, and names the button that opens it.
    pub title: &'static str,
    /// Closes it.
    pub close: &'static str,
    /// Heads those who are here.
    pub here: fn(u64) -> String,
    /// The same while there is no connection. Takes since when and how many.
    pub here_at: fn(&str, u64) -> String,
    /// Heads those who are not here. Takes how many, if all of them are known.
    pub away: fn(Option<usize>) -> String,
    /// Heads them all, as long as nobody has said who is here.
    pub all: &'static str,
    /// In the panel, below the reader's own name.
    pub you: &'static str,
    /// Names the card. Takes whose it is.
    pub card: fn(&str) -> String,
    /// On the card of somebody who is here.
    pub is_here: &'static str,
    /// On the card of somebody who is not.
    pub is_away: &'static str,
    /// On the card of somebody the reader hears nothing of.
    pub is_blocked: &'static str,
    /// Who is writing; takes the names.
    pub writing: fn(&[String]) -> String,
    /// So many others have read the message.
    pub seen_by: fn(usize) -> String,
    /// What something to do is called.
    pub deed: fn(&Deed) -> &'static str,
    /// The title and the text of the question before it.
    pub question: fn(&Deed) -> (String, &'static str),
    /// Said when it is done.
    pub done: fn(&Deed) -> String,
    /// Leaves everything as it is.
    pub cancel: &'static str,
    /// Undoes what was done.
    pub undo: &'static str,
    /// Label of the field for a report's reason.
    pub reason: &'static str,
    /// Why something was not done.
    pub refused: fn(&Problem) -> String,
    /// The server said nothing.
    pub unanswered: &'static str,
    /// A text is on the clipboard.
    pub copied: &'static str,
    /// Names the acts of a message.
    pub more: &'static str,
    /// Label of the field for the name of whom to bring into the room.
    pub add: &'static str,
    /// Brings that person in.
    pub add_now: &'static str,
    /// Nobody has that name.
    pub nobody: &'static str,
    /// In place of what somebody said of whom the reader hears nothing.
    pub blocked_message: &'static str,
    /// In place of the name of who has deleted the account.
    pub gone: &'static str,
}
