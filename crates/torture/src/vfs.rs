//! The recording VFS: SQLite's default one, with everything that happens in a watched folder written down first.
//!
//! The project's only `unsafe`, because a VFS is a table of C functions. It decides nothing: what is written down
//! and what fails is in `disk.rs`. Files of folders that nobody watches go to the default VFS as if this one did not
//! exist. A watched file does not offer memory-mapped reading, so no write can pass by.

#![expect(unsafe_code, reason = "a VFS is a table of C functions")]

use std::ffi::{CStr, c_char, c_int, c_void};
use std::mem::size_of;
use std::path::{Path, PathBuf};
use std::ptr::{null, null_mut};
use std::sync::Once;

use libsqlite3_sys::{
    SQLITE_OK, SQLITE_OPEN_CREATE, sqlite3_file, sqlite3_filename, sqlite3_int64, sqlite3_io_methods,
    sqlite3_vfs, sqlite3_vfs_find, sqlite3_vfs_register,
};

use crate::disk::Handle;

const PRESENT: &str = "invariant: SQLite's default VFS has every function of version 2";

/// A watched file as SQLite holds it; the default VFS's own file follows it in the same memory.
#[repr(C)]
struct Watched {
    base: sqlite3_file,
    /// From `Box::into_raw`; given back in [`close`].
    handle: *mut Handle,
}

static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    // Without version 3 there is no memory-mapped reading.
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// Makes this the VFS of every connection opened from now on. Doing it again changes nothing.
pub(crate) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: a null name asks for the default VFS; what comes back is null or lives as long as the process.
        let default = unsafe { sqlite3_vfs_find(null()) };
        // SAFETY: as above; nobody changes a registered VFS but SQLite, whose link field is not read here.
        let below = unsafe { default.as_ref() }.expect("invariant: SQLite has a default VFS");
        let header = c_int::try_from(size_of::<Watched>()).expect("invariant: a header of two pointers");
        let ours = Box::leak(Box::new(sqlite3_vfs {
            iVersion: 2,
            szOsFile: header + below.szOsFile,
            mxPathname: below.mxPathname,
            pNext: null_mut(),
            zName: c"recording".as_ptr(),
            pAppData: default.cast(),
            xOpen: Some(open),
            xDelete: Some(delete),
            xAccess: Some(access),
            xFullPathname: Some(full_pathname),
            xDlOpen: None,
            xDlError: None,
            xDlSym: None,
            xDlClose: None,
            xRandomness: Some(randomness),
            xSleep: Some(sleep),
            xCurrentTime: Some(current_time),
            xGetLastError: Some(get_last_error),
            xCurrentTimeInt64: Some(current_time_int64),
            xSetSystemCall: None,
            xGetSystemCall: None,
            xNextSystemCall: None,
        }));
        // SAFETY: `ours` is never freed, and every function in it keeps the contract of its slot.
        let code = unsafe { sqlite3_vfs_register(ours, 1) };
        assert_eq!(code, SQLITE_OK, "SQLite takes the recording VFS");
    });
}

/// The default VFS under ours.
fn below(ours: *mut sqlite3_vfs) -> *mut sqlite3_vfs {
    // SAFETY: SQLite calls our functions with the value registered in `install`, which is never freed.
    unsafe { (*ours).pAppData.cast() }
}

/// The default VFS's file behind a watched one.
fn inner(file: *mut sqlite3_file) -> *mut sqlite3_file {
    // SAFETY: SQLite allocates `szOsFile` bytes for each file, which `install` made large enough for both; the size
    // of `Watched` is a multiple of its alignment, a pointer's, which is all that the default VFS needs.
    unsafe { file.byte_add(size_of::<Watched>()) }
}

/// The record of a watched file.
fn handle<'a>(file: *mut sqlite3_file) -> &'a Handle {
    // SAFETY: our methods are reached only through the header that `open` wrote, before `close` frees the handle;
    // SQLite uses a file from one thread at a time and never after closing it.
    unsafe { &*(*file.cast::<Watched>()).handle }
}

fn path(name: *const c_char) -> Option<PathBuf> {
    if name.is_null() {
        // A temporary file: nothing that must last.
        return None;
    }
    // SAFETY: SQLite gives names that end with a zero byte and live for the whole call.
    let name = unsafe { CStr::from_ptr(name) };
    Some(Path::new(name.to_str().ok()?).to_owned())
}

unsafe extern "C" fn open(
    vfs: *mut sqlite3_vfs,
    name: sqlite3_filename,
    file: *mut sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    let default = below(vfs);
    let path = path(name);
    let watched = path.as_deref().and_then(Handle::find);
    // The server makes the database's empty file itself, so that its mode is right from the beginning.
    let created = flags & SQLITE_OPEN_CREATE != 0
        && path
            .as_deref()
            .zip(watched.as_ref())
            .is_some_and(|(path, file)| !path.exists() || !file.is_known());
    let place = if watched.is_some() { inner(file) } else { file };
    // SAFETY: the arguments are SQLite's own, handed on; `place` has room for the default VFS's file.
    let code = unsafe { (*default).xOpen.expect(PRESENT)(default, name, place, flags, out) };
    let Some(handle) = watched else { return code };
    let header = if code == SQLITE_OK {
        if created {
            handle.created();
        }
        Watched {
            base: sqlite3_file { pMethods: &raw const METHODS },
            handle: Box::into_raw(Box::new(handle)),
        }
    } else {
        // Without methods SQLite does not close what could not be opened.
        Watched { base: sqlite3_file { pMethods: null() }, handle: null_mut() }
    };
    // SAFETY: the memory at `file` is SQLite's for this file, aligned, and large enough for the header.
    unsafe { file.cast::<Watched>().write(header) };
    code
}

unsafe extern "C" fn delete(vfs: *mut sqlite3_vfs, name: *const c_char, sync_folder: c_int) -> c_int {
    let default = below(vfs);
    // SAFETY: the arguments are SQLite's own, handed on.
    let code = unsafe { (*default).xDelete.expect(PRESENT)(default, name, sync_folder) };
    if code == SQLITE_OK
        && let Some(handle) = path(name).as_deref().and_then(Handle::find)
    {
        handle.deleted(sync_folder != 0);
    }
    code
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    let inner = inner(file);
    // SAFETY: the file was opened by `open`, so the default VFS's file behind it is open.
    let code = unsafe { (*(*inner).pMethods).xClose.expect(PRESENT)(inner) };
    // SAFETY: the handle came from `Box::into_raw` in `open`, and SQLite closes a file once.
    drop(unsafe { Box::from_raw((*file.cast::<Watched>()).handle) });
    code
}

unsafe extern "C" fn write(
    file: *mut sqlite3_file,
    from: *const c_void,
    len: c_int,
    at: sqlite3_int64,
) -> c_int {
    let inner = inner(file);
    let (Ok(size), Ok(start)) = (usize::try_from(len), usize::try_from(at)) else {
        return libsqlite3_sys::SQLITE_IOERR_WRITE;
    };
    // SAFETY: SQLite gives `len` readable bytes that nobody changes during the call.
    let bytes = unsafe { std::slice::from_raw_parts(from.cast::<u8>(), size) };
    handle(file).write(start, bytes, || {
        // SAFETY: the arguments are SQLite's own, handed on to the open file behind.
        unsafe { (*(*inner).pMethods).xWrite.expect(PRESENT)(inner, from, len, at) }
    })
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, size: sqlite3_int64) -> c_int {
    let inner = inner(file);
    handle(file).truncate(usize::try_from(size).unwrap_or(0), || {
        // SAFETY: the arguments are SQLite's own, handed on to the open file behind.
        unsafe { (*(*inner).pMethods).xTruncate.expect(PRESENT)(inner, size) }
    })
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, _flags: c_int) -> c_int {
    handle(file).sync()
}

unsafe extern "C" fn shm_barrier(file: *mut sqlite3_file) {
    let inner = inner(file);
    // SAFETY: handed on to the open file behind.
    unsafe { (*(*inner).pMethods).xShmBarrier.expect(PRESENT)(inner) }
}

/// Methods of a file that only hand on to the file behind.
macro_rules! hand_on {
    ($($name:ident = $method:ident($($argument:ident: $type:ty),*);)*) => {$(
        unsafe extern "C" fn $name(file: *mut sqlite3_file $(, $argument: $type)*) -> c_int {
            let inner = inner(file);
            // SAFETY: the arguments are SQLite's own, handed on to the open file behind.
            unsafe { (*(*inner).pMethods).$method.expect(PRESENT)(inner $(, $argument)*) }
        }
    )*};
}

hand_on! {
    read = xRead(into: *mut c_void, len: c_int, at: sqlite3_int64);
    file_size = xFileSize(size: *mut sqlite3_int64);
    lock = xLock(level: c_int);
    unlock = xUnlock(level: c_int);
    check_reserved_lock = xCheckReservedLock(out: *mut c_int);
    file_control = xFileControl(op: c_int, argument: *mut c_void);
    sector_size = xSectorSize();
    device_characteristics = xDeviceCharacteristics();
    shm_map = xShmMap(page: c_int, size: c_int, extend: c_int, out: *mut *mut c_void);
    shm_lock = xShmLock(offset: c_int, n: c_int, flags: c_int);
    shm_unmap = xShmUnmap(delete: c_int);
}

/// Functions of the VFS that only hand on to the default one.
macro_rules! hand_down {
    ($($name:ident = $method:ident($($argument:ident: $type:ty),*);)*) => {$(
        unsafe extern "C" fn $name(vfs: *mut sqlite3_vfs $(, $argument: $type)*) -> c_int {
            let default = below(vfs);
            // SAFETY: the arguments are SQLite's own, handed on to the VFS they would have gone to without us.
            unsafe { (*default).$method.expect(PRESENT)(default $(, $argument)*) }
        }
    )*};
}

hand_down! {
    access = xAccess(name: *const c_char, flags: c_int, out: *mut c_int);
    full_pathname = xFullPathname(name: *const c_char, len: c_int, out: *mut c_char);
    randomness = xRandomness(len: c_int, out: *mut c_char);
    sleep = xSleep(microseconds: c_int);
    current_time = xCurrentTime(out: *mut f64);
    get_last_error = xGetLastError(len: c_int, out: *mut c_char);
    current_time_int64 = xCurrentTimeInt64(out: *mut sqlite3_int64);
}
