//! Files and folders that are for one user alone, whatever the mask of the process is, and whose that user is.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::path::Path;

/// Names, or beginnings of names, of what the server keeps in its data folder.
const OURS: [&str; 4] = ["chat.db", "chat.lock", "control.sock", "ballast"];

/// What became of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Folder {
    /// Nobody else looks into it.
    Private,
    /// It holds more than the server's own files, and others may look into it: it stays as it is.
    Shared,
}

/// A name in a data folder is one of the server's own.
pub(crate) fn is_ours(name: &str) -> bool {
    OURS.iter().any(|ours| name.starts_with(ours))
}

/// Makes the folder, for its owner only; one that is there is made so if the server's files are alone in it.
pub(super) fn folder(dir: &Path) -> io::Result<Folder> {
    let new = !dir.exists();
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)?;
    if !is_open(dir)? && !new {
        return Ok(Folder::Private);
    }
    if !new && !is_alone(dir)? {
        return Ok(Folder::Shared);
    }
    // Of somebody else's folder its owner decides.
    Ok(if close(dir, 0o700).is_ok() { Folder::Private } else { Folder::Shared })
}

/// Opens a file for writing that only its owner can open, making it if it is missing. Where an administrator makes it in
/// another user's folder, it is that user's.
pub(super) fn file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = match options.clone().create_new(true).open(path) {
        Ok(file) => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            give(path, folder.unwrap_or(Path::new(".")));
            file
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => options.open(path)?,
        Err(error) => return Err(error),
    };
    keep(path);
    Ok(file)
}

/// Sees that only its owner can open a file, if it is there. That of somebody else stays as it is.
pub(super) fn keep(path: &Path) {
    if path.exists()
        && let Err(error) = close(path, 0o600)
    {
        tracing::warn!(file = %path.display(), %error, "others may read this file, and its mode cannot be changed");
    }
}

/// The same for everything in the folder that is the server's.
pub(super) fn keep_all(dir: &Path) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        if entry.file_name().to_str().is_some_and(is_ours) {
            keep(&entry.path());
        }
    }
}

/// Gives `path` the owner of `like`. Only an administrator can, and only there it matters.
#[cfg(unix)]
pub(super) fn give(path: &Path, like: &Path) {
    use std::os::unix::fs::{MetadataExt, chown};
    let owners = |path| fs::metadata(path).map(|metadata| (metadata.uid(), metadata.gid()));
    if let (Ok(now), Ok(wanted)) = (owners(path), owners(like))
        && now != wanted
    {
        chown(path, Some(wanted.0), Some(wanted.1)).ok();
    }
}

#[cfg(not(unix))]
pub(super) fn give(_: &Path, _: &Path) {}

/// There is something in the folder that is not the server's, or people work in it.
fn is_alone(dir: &Path) -> io::Result<bool> {
    let here = std::env::current_dir().and_then(fs::canonicalize);
    if here.is_ok_and(|here| fs::canonicalize(dir).is_ok_and(|dir| dir == here)) {
        return Ok(false);
    }
    for entry in fs::read_dir(dir)? {
        if !entry?.file_name().to_str().is_some_and(is_ours) {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(unix)]
fn is_open(dir: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::metadata(dir)?.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open(_: &Path) -> io::Result<bool> {
    Ok(false)
}

#[cfg(unix)]
fn close(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = fs::metadata(path)?;
    if metadata.permissions().mode() & 0o777 == mode {
        return Ok(());
    }
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn close(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}
