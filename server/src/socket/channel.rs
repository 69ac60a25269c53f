//! The names under which sockets listen, of the engine's rooms.

use chat::{MemberId, RoomId};

/// Every socket that knows nothing of the contract's version: it hears messages and nothing beside the log.
pub const PLAIN: &str = "plain";

/// Every socket subscribed to a room.
pub fn of_room(room: &RoomId) -> String {
    format!("r:{room}")
}

/// Every socket of a person.
pub fn of_person(member: &MemberId) -> String {
    format!("u:{member}")
}

/// The sockets of a person that read the contract, and so belong in all of the person's rooms: a plain client is in
/// the default room only.
pub fn of_reader(member: &MemberId) -> String {
    format!("c:{member}")
}

/// Every socket of a session, by the hash of its secret. A part of it is enough to tell sessions apart.
pub fn of_session(hash: &[u8; 32]) -> String {
    let start: [u8; 8] = std::array::from_fn(|index| hash[index]);
    format!("s:{:016x}", u64::from_be_bytes(start))
}

/// Sockets that end together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// All of a person.
    Person(MemberId),
    /// Those of a session, by the hash of its secret.
    Session([u8; 32]),
}

impl Whose {
    /// The channel that they listen to once they have been let in.
    pub fn channel(&self) -> String {
        match self {
            Whose::Person(member) => of_person(member),
            Whose::Session(hash) => of_session(hash),
        }
    }
}
