//! The sentences of the switcher: where to go, and what to do.

/// The sentences of one language.
#[derive(Debug)]
pub struct Goals {
    /// Names it.
    pub title: &'static str,
    /// Label of its field.
    pub label: &'static str,
    /// What may be typed in it.
    pub example: &'static str,
    /// Heads what one may do.
    pub deeds: &'static str,
    /// What its keys do: the arrows, Enter, the sign for people, the one for deeds.
    pub keys: [&'static str; 4],
    /// Makes a room. Takes its name.
    pub make_room: fn(&str) -> String,
    /// Takes every room for read.
    pub read_all: &'static str,
    /// Leads those who keep the peace to what was reported.
    pub moderation: &'static str,
    /// Leads those who run the server to its settings.
    pub settings: &'static str,
    /// A conversation.
    pub talk: &'static str,
    /// A room for those who were asked in.
    pub closed_room: &'static str,
    /// A room for everybody.
    pub open_room: &'static str,
}
