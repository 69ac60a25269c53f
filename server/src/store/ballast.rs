//! Room kept back on the disk: a file of nothing that can be deleted when the disk is full, so that people can write
//! again at once (docs/delivery.md section 8).

use std::path::Path;

use super::private;

/// The file's name in the data folder.
const NAME: &str = "ballast";

/// How much it keeps back, bytes.
const BYTES: u64 = 64 * 1024 * 1024;

/// Keeps the room back where the system can do that without writing. For a new database only: who has deleted the file
/// later needs the room.
pub fn keep_room_back(dir: &Path) {
    let file = dir.join(NAME);
    if let Err(error) = reserve(&file) {
        // Nothing depends on it, and a part of it is of no use.
        std::fs::remove_file(&file).ok();
        tracing::info!(%error, "no room could be kept back for a full disk");
    }
}

#[cfg(target_os = "linux")]
fn reserve(file: &Path) -> std::io::Result<()> {
    if file.exists() {
        return Err(std::io::ErrorKind::AlreadyExists.into());
    }
    let file = private::file(file)?;
    Ok(rustix::fs::fallocate(&file, rustix::fs::FallocateFlags::empty(), 0, BYTES)?)
}

#[cfg(not(target_os = "linux"))]
fn reserve(_: &Path) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}
