//! The sentences of the plain pages, which only the server writes: none of them is in the page's program.

/// The sentences of one language.
#[derive(Debug)]
pub struct Plain {
    /// The page of a room does not live: what is written is sent all the same.
    pub asleep: &'static str,
    /// Skips the heading, for those who go by keyboard.
    pub skip: &'static str,
    /// Leads back to the chat.
    pub back: &'static str,
    /// Names the list of sections.
    pub sections: &'static str,
    /// Of the pages that say what was wrong with a request: heading and text.
    pub trouble: Trouble,
    /// Of the pages of accounts.
    pub account: Account,
}

/// What was wrong with a request, each as a heading and a text.
#[derive(Debug)]
pub struct Trouble {
    /// Heads the page that gives back what was refused.
    pub not_sent: &'static str,
    /// Label of what is given back.
    pub yours: &'static str,
    /// It could not be read.
    pub unreadable: [&'static str; 2],
    /// The session is over.
    pub signed_out: [&'static str; 2],
    /// Another site sent it.
    pub elsewhere: [&'static str; 2],
    /// It is too long.
    pub too_large: [&'static str; 2],
    /// The server is asked under a name it does not know.
    pub misdirected: [&'static str; 2],
    /// A proxy leaves the port out of the server's name.
    pub port: [&'static str; 2],
    /// Too often.
    pub too_many: [&'static str; 2],
}

/// The sentences of the pages of accounts.
#[derive(Debug)]
pub struct Account {
    /// Heads one's own page.
    pub title: &'static str,
    /// What was done, by the code of `?done=`.
    pub done: fn(&str) -> Option<&'static str>,
    /// Why something was not, by a code of `?refused=` that is not of the contract.
    pub refused: fn(&str) -> Option<&'static str>,

    /// Heads the name and its password.
    pub name_section: &'static str,
    /// Heads the choice whether others see how far one has read.
    pub reading: &'static str,
    /// They do.
    pub reading_shown: &'static str,
    /// They do not.
    pub reading_hidden: &'static str,
    /// The button that hides it.
    pub reading_hide: &'static str,
    /// The button that shows it.
    pub reading_show: &'static str,
    /// Heads the ways to the pages of those who moderate or run the server.
    pub keeping: &'static str,
    /// A member, as a role.
    pub member: &'static str,
    /// Label of a name.
    pub name: &'static str,
    /// Takes another one.
    pub change_name: &'static str,
    /// Heads the form of who has no password. Takes the name.
    pub keep_title: fn(&str) -> String,
    /// Below it.
    pub keep_text: &'static str,
    /// The button.
    pub keep: &'static str,
    /// Label of a password.
    pub password: &'static str,
    /// Label of the one that holds today.
    pub password_today: &'static str,
    /// Label of the one that will.
    pub password_new: &'static str,
    /// Below it.
    pub password_hint: &'static str,
    /// Label of its second field.
    pub password_again: &'static str,
    /// The button.
    pub change_password: &'static str,

    /// Heads light and dark.
    pub appearance: &'static str,
    /// Below it.
    pub appearance_text: &'static str,
    /// As the device says, light, dark.
    pub appearances: [&'static str; 3],
    /// The button.
    pub apply: &'static str,

    /// Heads the choice of a language.
    pub language: &'static str,
    /// Below it.
    pub language_text: &'static str,
    /// Whatever each browser asks for.
    pub language_browser: &'static str,
    /// This language, as those who speak it call it.
    pub language_own: &'static str,

    /// Heads the list of sessions.
    pub sessions: &'static str,
    /// Below it.
    pub sessions_text: &'static str,
    /// A session of a browser that is not known by name.
    pub browser: &'static str,
    /// A session of a program.
    pub program: &'static str,
    /// The session that asks.
    pub this_one: &'static str,
    /// When it began and was used last. Takes the day it began, the day and the time of its last use.
    pub session_when: fn(&str, &str, &str) -> String,
    /// Ends it.
    pub revoke: &'static str,

    /// Ends this session; heads it, too.
    pub leave: &'static str,
    /// Above the button.
    pub leave_text: &'static str,
    /// The same, for who has no password.
    pub leave_guest: &'static str,

    /// Heads the end of the account, and names the button.
    pub delete: &'static str,
    /// Below it.
    pub delete_text: &'static str,
    /// The same, for the owner, who cannot.
    pub delete_owner: &'static str,
    /// Asks, before signing out, about one message that waits to be sent, or about several: `{}` stands for how many.
    pub waiting: [&'static str; 2],
    /// What becomes of one's messages.
    pub delete_messages: &'static str,
    /// They stay without a name; they are removed.
    pub delete_choices: [&'static str; 2],
    /// What a guest ticks to say that it is meant.
    pub delete_sure: &'static str,

    /// Title and button of the page of who comes back.
    pub sign_in: &'static str,
    /// Heads its form.
    pub sign_in_title: &'static str,
    /// Below it.
    pub sign_in_text: &'static str,
    /// The same, for who is here under a name. Takes it.
    pub sign_in_leaving: fn(&str) -> String,
    /// What to do without the password.
    pub forgotten: &'static str,

    /// Title of the page of a way back in.
    pub recover: &'static str,
    /// Heads its form. Takes the name.
    pub recover_title: fn(&str) -> String,
    /// Below it.
    pub recover_text: &'static str,
    /// A way back in that leads nowhere, any more or ever.
    pub link_dead: &'static str,
    /// Heads the link that somebody else is to get.
    pub offered_title: &'static str,
    /// Below it.
    pub offered_text: &'static str,
}
