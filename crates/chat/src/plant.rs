//! Bugs that can be planted, to see that the tests under faults find them. Only in builds with the feature `plant`,
//! which no release has; even there nothing is wrong until a bug is chosen.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A string that every program with planted bugs contains, and no other.
pub const MARKER: &str = "this chat-moderno has bugs planted in it";

macro_rules! bugs {
    ($($(#[$doc:meta])* $bug:ident = $name:literal,)*) => {
        /// A bug.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Bug {
            $($(#[$doc])* $bug,)*
        }

        impl Bug {
            /// All of them.
            pub const ALL: &'static [Bug] = &[$(Bug::$bug,)*];

            /// What it is called on command lines.
            pub fn name(self) -> &'static str {
                match self {
                    $(Bug::$bug => $name,)*
                }
            }
        }
    };
}

bugs! {
    /// The server answers before the transaction is committed.
    AckBeforeCommit = "ack-before-commit",
    /// COMMIT does not wait for the disk.
    SynchronousNormal = "synchronous-normal",
    /// A key may be used again.
    NoEventsOnce = "no-events-once",
    /// A newcomer's rooms are read before the newcomer is subscribed to them.
    ReadBeforeJoin = "read-before-join",
    /// `sync` goes by time and not by number.
    CatchUpByTimestamp = "catch-up-by-timestamp",
    /// Numbers are drawn outside the transaction, as by two writers with an autoincrement.
    Autoincrement = "autoincrement-two-writers",
    /// Who does not read loses events and is not cut off.
    OverflowWithoutKill = "overflow-without-kill",
    /// Rooms are not told how far their logs have come.
    NoHeads = "no-heads",
    /// Handlers wait before they queue what came.
    AsyncHandler = "async-handler",
    /// Handlers are registered after CONNECT was answered.
    LateHandlers = "handlers-after-connect",
    /// The outbox keeps nothing on disk.
    OutboxInMemory = "outbox-in-memory",
    /// Every try has another key.
    NewKeyOnRetry = "new-key-on-retry",
    /// A restored database is taken for the old one.
    EpochIgnored = "epoch-ignored",
    /// Who may speak is looked up before the transaction.
    MembershipOutside = "membership-outside-transaction",
    /// What a full disk did not take is answered as stored.
    DiskFullOk = "disk-full-ok",
    /// The answer to one's own message moves the cursor.
    AckMovesApplied = "ack-moves-applied",
    /// Events are told before they are committed.
    PublishBeforeCommit = "publish-before-commit",
    /// The log keeps what was deleted.
    DeletedTextKept = "deleted-text-kept",
    /// A head that is only late makes the client begin again.
    ResetOnStaleHead = "reset-on-stale-head",
    /// A server that ends tells its clients not to come back.
    DisconnectOnRestart = "disconnect-on-restart",
}

impl Bug {
    /// The bug of that name.
    pub fn from_name(name: &str) -> Option<Bug> {
        Bug::ALL.iter().copied().find(|bug| bug.name() == name)
    }
}

thread_local! {
    static HERE: Cell<Option<Bug>> = const { Cell::new(None) };
}

/// One more than the bug's place in [`Bug::ALL`]; 0 is none.
static EVERYWHERE: AtomicUsize = AtomicUsize::new(0);

/// From now on this thread has this bug, or none.
pub fn plant(bug: Option<Bug>) {
    HERE.set(bug);
}

/// From now on the whole process has this bug.
pub fn plant_everywhere(bug: Bug) {
    EVERYWHERE.store(bug as usize + 1, Ordering::SeqCst);
}

/// Whether this bug was chosen.
pub fn planted(bug: Bug) -> bool {
    HERE.get() == Some(bug) || EVERYWHERE.load(Ordering::SeqCst) == bug as usize + 1
}
