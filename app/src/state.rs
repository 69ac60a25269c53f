//! What the screen knows, as signals over `chat`'s reducers. Nothing here knows of a socket or a document.

pub mod crowd;
pub mod deed;
pub mod goals;
pub mod line;
pub mod pace;
pub mod people;
pub mod rail;
pub mod reads;
pub mod room;
pub mod rows;
pub mod zone;

pub use deed::Deed;
pub use line::Line;
pub use people::People;
pub use rail::Rail;
pub use room::Room;
pub use rows::{Delivery, Happened, Note, RowId, Said, Who};
pub use zone::Zone;
