//! What outlives the page on this device: the draft of each room. Reading and writing may be forbidden; then
//! nothing is kept, and nothing else happens.

use crate::i18n::join;
use chat::RoomId;
use leptos::prelude::window;
use web_sys::Storage;

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

fn name(room: &RoomId) -> String {
    join(&["draft:", room.as_str()])
}

/// The text begun in `room` and not sent.
pub fn draft(room: &RoomId) -> Option<String> {
    storage()?.get_item(&name(room)).ok().flatten()
}

/// Keeps the text begun in `room`; an empty one is forgotten.
pub fn keep_draft(room: &RoomId, text: &str) {
    let Some(storage) = storage() else { return };
    // A full storage loses the draft of a closed page, not the one on the screen.
    let _ =
        if text.is_empty() { storage.remove_item(&name(room)) } else { storage.set_item(&name(room), text) };
}
