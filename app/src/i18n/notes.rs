//! The sentences between the messages: what happened in the room.

use crate::state::Happened;

/// The sentences of one language. `{who}`, `{by}`, `{was}` and `{name}` are gaps for people and names, `{what}` is one
/// for a text or a time.
#[derive(Debug)]
pub struct Notes {
    /// What happened. In the gap of the reader stands [`Texts::you`](super::Texts::you), unless the sentence has none.
    pub told: fn(Happened, You) -> &'static str,
    /// Two, three, or more came: the gaps are `{1}`, `{2}`, `{3}`, and the number of the others `{more}`.
    pub came: [&'static str; 3],
    /// The same of those who went.
    pub went: [&'static str; 3],
    /// Somebody whose name is not known, at the beginning of a sentence and within it.
    pub someone: [&'static str; 2],
}

/// What the reader has to do with something that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum You {
    /// Nothing.
    Aside,
    /// It is the reader's doing.
    Doer,
    /// It happened to the reader.
    Concerned,
}
