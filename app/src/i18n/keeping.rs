//! The sentences of the page of those who keep the peace.

/// The sentences of one language.
#[derive(Debug)]
pub struct Keeping {
    /// The page's heading.
    pub title: &'static str,

    /// Heads what was reported.
    pub reports: &'static str,
    /// Below it.
    pub reports_text: &'static str,
    /// Nothing was.
    pub no_reports: &'static str,
    /// Where and when something was said. Takes the room and the time.
    pub said_in: fn(&str, &str) -> String,
    /// In the place of a text that is gone.
    pub gone: &'static str,
    /// Who told of it, without a reason. Takes the name.
    pub reported_by: fn(&str) -> String,
    /// The same with a reason. Takes the name and the reason.
    pub reported_because: fn(&str, &str) -> String,
    /// How many more told of it.
    pub reported_by_others: fn(u64) -> String,
    /// Leads to what was reported before.
    pub older_reports: &'static str,
    /// Shows the message in its room.
    pub look: &'static str,
    /// Does nothing about it.
    pub dismiss: &'static str,
    /// Deletes the message.
    pub delete: &'static str,
    /// Lets who said it not speak in its room.
    pub mute: &'static str,
    /// Lets who said it not be here.
    pub ban: &'static str,

    /// Heads those who are banned.
    pub banned: &'static str,
    /// Below it.
    pub banned_text: &'static str,
    /// Nobody is.
    pub nobody_banned: &'static str,
    /// Below a name.
    pub banned_person: &'static str,
    /// Lifts a ban.
    pub pardon: &'static str,

    /// Heads the audit log.
    pub audit: &'static str,
    /// Below it.
    pub audit_text: &'static str,
    /// It is empty.
    pub no_audit: &'static str,
    /// Heads what was done to people and to what they said.
    pub audit_people: &'static str,
    /// Heads what was changed of rooms.
    pub audit_rooms: &'static str,
    /// Heads what was changed of the server.
    pub audit_server: &'static str,
    /// Leads to what was done before.
    pub older: &'static str,
    /// Who runs the server, as the author of an act.
    pub operator: &'static str,
    /// A day and a time of it.
    pub when: fn(&str, &str) -> String,
    /// What was done, by the name of the request and whether it switched something on. The gaps are `{by}`, `{who}`
    /// and `{room}`.
    pub deed: fn(&str, bool) -> &'static str,
    /// A role that was given. Takes the role.
    pub role: fn(&str) -> String,

    /// What became of a form, by its code.
    pub done: fn(&str) -> Option<&'static str>,
}
