//! The local storage: the draft of each room, and rows where there is no IndexedDB. Reading and writing may be
//! forbidden; then nothing is kept, and nothing else happens.

use crate::i18n::join;
use chat::RoomId;
use leptos::prelude::window;
use web_sys::Storage;

use super::disk::Write;

/// Before the key of a row.
const ROW: &str = "outbox:";

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

/// Writes rows. True if all of them are kept.
pub(super) fn write(rows: &[Write]) -> bool {
    let Some(storage) = storage() else { return false };
    rows.iter().all(|(key, row)| {
        let name = join(&[ROW, &key.to_string()]);
        let done = match row {
            Some(row) => storage.set_item(&name, row),
            None => storage.remove_item(&name),
        };
        done.is_ok()
    })
}

/// Takes rows off; those that are not there do no harm.
pub(super) fn forget(rows: &[Write]) {
    let Some(storage) = storage() else { return };
    for (key, _) in rows {
        // Only a storage that may not be written refuses, and then there is nothing in it.
        let _ = storage.remove_item(&join(&[ROW, &key.to_string()]));
    }
}

/// Every row there is.
pub(super) fn rows() -> Vec<String> {
    let Some(storage) = storage() else { return Vec::new() };
    let names = (0..storage.length().unwrap_or(0)).filter_map(|at| storage.key(at).ok().flatten());
    let rows = names.filter(|name| name.starts_with(ROW));
    rows.filter_map(|name| storage.get_item(&name).ok().flatten()).collect()
}
