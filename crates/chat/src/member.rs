//! A person as others see one.

use crate::{MemberId, Role};

/// A person, guest or member. The name is a text and not a [`crate::Nickname`]: an older server or client
/// may have accepted what we would refuse today, and showing it harms nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Stable identifier.
    pub id: MemberId,
    /// What the person is called now.
    pub name: String,
    /// What the person may do.
    pub role: Role,
    /// Colour of the person's tile: order of arrival on the server, modulo [`HUES`].
    pub hue: u8,
}

/// Number of tile colours: the first ten people never share one.
pub const HUES: u8 = 10;
