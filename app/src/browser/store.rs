//! The local storage: the drafts of each person, and rows where there is no IndexedDB. Reading and writing may be
//! forbidden; then nothing is kept, and nothing else happens.

use crate::i18n::join;
use chat::{MemberId, RoomId};
use leptos::prelude::window;
use web_sys::Storage;

use super::disk::Write;
use super::task;

/// Before the key of a row.
const ROW: &str = "outbox:";

/// Before the person and the room of a draft.
const DRAFT: &str = "draft:";

/// Longest draft that is kept, in bytes: far more than a message may have.
const MOST_KEPT: usize = 64 * 1024;

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// What outlives the tab, and what outlives only a reload of it: several tabs may write in one room.
fn storages() -> impl Iterator<Item = Storage> {
    [window().session_storage().ok().flatten(), storage()].into_iter().flatten()
}

/// Drafts belong to a person, not to the machine.
fn name(member: &MemberId, room: &RoomId) -> String {
    join(&[DRAFT, member.as_str(), ":", room.as_str()])
}

/// The text that `member` has begun in `room` and not sent: in this tab, or else in another one.
pub fn draft(member: &MemberId, room: &RoomId) -> Option<String> {
    let name = name(member, room);
    storages().find_map(|storage| storage.get_item(&name).ok().flatten())
}

/// Keeps the text that `member` has begun in `room`; an empty one is forgotten, in this tab.
pub fn keep_draft(member: &MemberId, room: &RoomId, text: &str) {
    if text.is_empty() {
        return forget_draft(member, room, text);
    }
    if text.len() > MOST_KEPT {
        return;
    }
    let name = name(member, room);
    for storage in storages() {
        // A full storage loses the draft of a closed page, not the one on the screen.
        let _ = storage.set_item(&name, text);
    }
}

/// Keeps the text for other tabs, unless one of them has kept something of its own.
pub fn keep_in_all_tabs(member: &MemberId, room: &RoomId, text: &str) {
    let name = name(member, room);
    if let Some(storage) = storage()
        && text.len() <= MOST_KEPT
        && storage.get_item(&name).ok().flatten().is_none()
    {
        let _ = storage.set_item(&name, text);
    }
}

/// Forgets the text that `member` has begun in `room`, because it is `sent`. What another tab has begun there stays.
pub fn forget_draft(member: &MemberId, room: &RoomId, sent: &str) {
    let name = name(member, room);
    let mut own = None;
    for storage in storages() {
        let kept = storage.get_item(&name).ok().flatten();
        // The first one is this tab's alone: what stands there is what was written here.
        let own = own.get_or_insert_with(|| kept.clone());
        if kept == *own || kept.as_deref() == Some(sent) {
            let _ = storage.remove_item(&name);
        }
    }
}

/// Drafts of an earlier version say not whose they are: nobody is to be shown them.
pub fn forget_drafts_of_nobody() {
    let Some(storage) = storage() else { return };
    let names = (0..storage.length().unwrap_or(0)).filter_map(|at| storage.key(at).ok().flatten());
    let nobodys = |name: &String| name.strip_prefix(DRAFT).is_some_and(|rest| !rest.contains(':'));
    for name in names.filter(nobodys).collect::<Vec<_>>() {
        let _ = storage.remove_item(&name);
    }
}

/// Calls `changed` whenever another tab has kept or forgotten something.
pub fn watch(mut changed: impl FnMut() + 'static) {
    let handler = task::listener(move |_| changed());
    // It does not fail with these arguments.
    let _ = window().add_event_listener_with_callback("storage", &handler);
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
