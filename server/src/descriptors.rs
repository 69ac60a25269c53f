//! How many files and connections this process may have open: each of them is a file descriptor.

use crate::config::Config;

/// Descriptors for what is no connection: the database, files being sent, the socket for orders, the runtime's own.
const RESERVE: u64 = 128;

/// Raises the limit as far as this user may, and has fewer connections than it allows: who comes when all are taken is
/// turned away at once, and whoever is in goes on.
pub fn prepare(config: &mut Config) {
    let Some(limit) = raise() else { return };
    let most = most_connections(limit);
    if most < config.tuning.connections {
        tracing::warn!(
            limit,
            connections = most,
            "the limit of open files allows fewer connections than usual: raise the hard limit (ulimit -Hn, LimitNOFILE)"
        );
        config.tuning.connections = most;
    }
}

/// As many as fit below `limit` with what else is open; of a small limit at least half.
fn most_connections(limit: u64) -> usize {
    usize::try_from(limit.saturating_sub(RESERVE.min(limit / 2))).unwrap_or(usize::MAX)
}

/// Sets the soft limit of open files to the hard one; with it the limit that holds then. `None`: there is none.
#[cfg(unix)]
fn raise() -> Option<u64> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    /// What macOS allows at most where the hard limit is none.
    const MACOS_MOST: u64 = 10_240;
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let wishes = [maximum, maximum.map_or(Some(MACOS_MOST), |hard| Some(hard.min(MACOS_MOST)))];
    for current in wishes {
        if setrlimit(Resource::Nofile, Rlimit { current, maximum }).is_ok() {
            break;
        }
    }
    getrlimit(Resource::Nofile).current
}

/// There is no such limit elsewhere.
#[cfg(not(unix))]
fn raise() -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_stay_below_the_limit_whatever_it_is() {
        assert_eq!(most_connections(64), 32);
        assert_eq!(most_connections(1_024), 896);
        assert_eq!(most_connections(20_000), 19_872);
        assert_eq!(most_connections(0), 0);
    }
}
