//! One file a page.

pub mod notice;
pub mod room;

pub use notice::Notice;
pub use room::RoomPage;
