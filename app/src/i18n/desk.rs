//! The sentences of the pages that run a server: its settings, its people, its invites. Only the server writes them.

use chat::settings;

/// The sentences of one language.
#[derive(Debug)]
pub struct Desk {
    /// Title of the settings.
    pub settings: &'static str,
    /// Heads what the server is like.
    pub server: &'static str,
    /// Below it.
    pub server_text: &'static str,
    /// The server's name.
    pub name: &'static str,
    /// Below the field: what an empty one means.
    pub name_hint: &'static str,
    /// The first words to who arrives.
    pub welcome: &'static str,
    /// Who may take part.
    pub access: &'static str,
    /// Everybody, or who is invited.
    pub accesses: [&'static str; 2],
    /// Who may make rooms.
    pub creators: &'static str,
    /// Everybody, members, moderators.
    pub creator_groups: [&'static str; 3],
    /// For how many days messages are kept.
    pub retention: &'static str,
    /// Below the field: what 0 means, and when it happens.
    pub retention_hint: &'static str,
    /// People see how far others have read.
    pub receipts: &'static str,
    /// Saves.
    pub save: &'static str,

    /// Heads the people.
    pub people: &'static str,
    /// Below it.
    pub people_text: &'static str,
    /// Looks for somebody.
    pub find: &'static str,
    /// The button.
    pub search: &'static str,
    /// Nobody has a name like that.
    pub nobody: &'static str,
    /// Somebody may not be here.
    pub banned: &'static str,
    /// A member, among the roles.
    pub member: &'static str,
    /// Names the field of a person's role. Takes the person.
    pub role_of: fn(&str) -> String,
    /// Bans. Takes the person.
    pub ban: fn(&str) -> String,
    /// Lets somebody in again. Takes the person.
    pub pardon: fn(&str) -> String,
    /// Makes a link to sign in with. Takes the person.
    pub recovery: fn(&str) -> String,

    /// Heads the invites.
    pub invites: &'static str,
    /// Below it.
    pub invites_text: &'static str,
    /// Where an invite leads.
    pub invite_room: &'static str,
    /// How long it lasts.
    pub lasts: &'static str,
    /// An hour, a day, seven days, thirty, for ever.
    pub lifetimes: [&'static str; 5],
    /// How many may come by it.
    pub uses: &'static str,
    /// Without a limit.
    pub unlimited: &'static str,
    /// Makes one.
    pub make: &'static str,
    /// Names the link that was just made.
    pub link: &'static str,
    /// Says that it is shown once.
    pub link_once: &'static str,
    /// Below the code for a camera.
    pub scan: &'static str,
    /// Names that code.
    pub code: &'static str,
    /// When an invite ends. Takes the date.
    pub until: fn(&str) -> String,
    /// An invite that does not end by itself.
    pub forever: &'static str,
    /// How many came by an invite, of how many.
    pub used: fn(u32, Option<u32>) -> String,
    /// Who made it.
    pub made_by: fn(&str) -> String,
    /// Ends it.
    pub revoke: &'static str,
    /// There is no invite.
    pub no_invites: &'static str,

    /// Title of an invite's page. Takes the room.
    pub invited_to: fn(&str) -> String,
    /// Who invites. Takes who.
    pub invited_by: fn(&str) -> String,
    /// The button for who has a name here already. Takes the name.
    pub enter_as: fn(&str) -> String,

    /// Title of the page that makes an owner.
    pub claim: &'static str,
    /// Below it.
    pub claim_text: &'static str,
    /// The button.
    pub claim_it: &'static str,

    /// The settings were saved.
    pub saved: &'static str,
    /// A person's role was changed.
    pub appointed: &'static str,
    /// Somebody was banned, or pardoned.
    pub banning: [&'static str; 2],
    /// An invite was ended.
    pub revoked: &'static str,
    /// Somebody is the owner now.
    pub owned: &'static str,
}

impl Desk {
    /// The label of the setting that is kept under `key`.
    pub fn setting(&self, key: &str) -> Option<&'static str> {
        Some(match key {
            settings::NAME => self.name,
            settings::WELCOME => self.welcome,
            settings::ACCESS => self.access,
            settings::CREATORS => self.creators,
            settings::RETENTION => self.retention,
            settings::RECEIPTS => self.receipts,
            _ => return None,
        })
    }
}
