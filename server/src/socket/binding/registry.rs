//! The live sessions: by number, by `sid` where polling opened them, and how many an address has.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use chat::MemberId;

use super::slot::{Fingerprint, Slot};
use crate::config::Config;
use crate::guard::Client;

/// All live sessions. Cloning it is cheap.
#[derive(Clone, Default)]
pub struct Bindings(Arc<Inner>);

/// What the slots point back to.
#[derive(Default)]
pub(super) struct Inner {
    next: AtomicU64,
    tables: Mutex<Tables>,
}

/// The slots are held by the engine; these references die with its sessions.
#[derive(Default)]
struct Tables {
    live: HashMap<u64, Weak<Slot>>,
    by_sid: HashMap<String, Weak<Slot>>,
    per_network: HashMap<IpAddr, usize>,
}

impl Bindings {
    /// A new session, not yet known by any `sid`: only one opened by polling will be.
    pub(super) fn open(&self, client: Client, presented: Fingerprint) -> Arc<Slot> {
        let number = self.0.next.fetch_add(1, Ordering::Relaxed) + 1;
        let slot = Arc::new(Slot::new(number, client, presented, Arc::downgrade(&self.0)));
        let mut tables = self.0.tables();
        tables.live.insert(number, Arc::downgrade(&slot));
        *tables.per_network.entry(client.network()).or_default() += 1;
        slot
    }

    /// The session that a poll's OPEN packet named.
    pub(super) fn remember(&self, sid: String, slot: &Arc<Slot>) {
        if slot.sid.set(sid.clone()).is_ok() {
            self.0.tables().by_sid.insert(sid, Arc::downgrade(slot));
        }
    }

    pub(super) fn by_sid(&self, sid: &str) -> Option<Arc<Slot>> {
        self.0.tables().by_sid.get(sid).and_then(Weak::upgrade)
    }

    /// No more from there now: sessions are capped as TCP connections are, since one can open many by polling.
    pub(super) fn is_full(&self, client: Client, config: &Config) -> bool {
        let tables = self.0.tables();
        let here = tables.per_network.get(&client.network()).copied().unwrap_or(0);
        tables.live.len() >= config.tuning.connections
            || (config.limits_rates() && here >= config.tuning.connections_per_address)
    }

    /// How many sessions live.
    pub fn count(&self) -> usize {
        self.0.tables().live.len()
    }

    /// The addresses that `person` is connected from.
    pub fn addresses_of(&self, person: &MemberId) -> Vec<IpAddr> {
        let live: Vec<_> = self.0.tables().live.values().filter_map(Weak::upgrade).collect();
        live.iter().filter(|slot| slot.person() == Some(person)).map(|slot| slot.client.ip).collect()
    }

    /// The people's sessions behind those that live, by the hashes of their secrets.
    pub fn sessions(&self) -> Vec<[u8; 32]> {
        let live: Vec<_> = self.0.tables().live.values().filter_map(Weak::upgrade).collect();
        let sessions: HashSet<_> = live.iter().filter_map(|slot| slot.session().copied()).collect();
        sessions.into_iter().collect()
    }

    /// Ends the sessions that `condemned` picks.
    pub fn kill(&self, condemned: impl Fn(&Slot) -> bool) {
        // Killing may drop the last reference, and dropping takes the lock: so not while holding it.
        let live: Vec<_> = self.0.tables().live.values().filter_map(Weak::upgrade).collect();
        live.iter().filter(|slot| condemned(slot)).for_each(|slot| {
            slot.kill();
        });
    }
}

impl Inner {
    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn forget(&self, slot: &Slot) {
        let mut tables = self.tables();
        tables.live.remove(&slot.number);
        if let Some(sid) = slot.sid.get() {
            tables.by_sid.remove(sid);
        }
        let network = slot.client.network();
        if let Some(count) = tables.per_network.get_mut(&network) {
            *count -= 1;
            if *count == 0 {
                tables.per_network.remove(&network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIENT: Client =
        Client { ip: IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), secure: false, private: true };

    #[test]
    fn a_session_is_found_by_its_sid_until_the_engine_lets_it_go() {
        let bindings = Bindings::default();
        let slot = bindings.open(CLIENT, Fingerprint::Nothing);
        bindings.remember("sid".to_owned(), &slot);
        assert!(bindings.by_sid("sid").is_some_and(|found| found.opened_by(&Fingerprint::Nothing)));
        drop(slot);
        assert!(bindings.by_sid("sid").is_none());
        assert_eq!(bindings.count(), 0);
        assert!(bindings.0.tables().per_network.is_empty());
    }

    #[test]
    fn a_session_follows_only_who_opened_it_and_only_while_it_lives() {
        let bindings = Bindings::default();
        let slot = bindings.open(CLIENT, Fingerprint::of("a"));
        assert!(slot.opened_by(&Fingerprint::of("a")));
        assert!(!slot.opened_by(&Fingerprint::of("b")));
        assert!(!slot.opened_by(&Fingerprint::Nothing));
        bindings.kill(|slot| !slot.has_joined());
        assert!(!slot.opened_by(&Fingerprint::of("a")));
    }

    #[test]
    fn killing_cuts_the_websocket_even_if_it_comes_later() {
        let bindings = Bindings::default();
        let slot = bindings.open(CLIENT, Fingerprint::Nothing);
        let (early, late) =
            (tokio_util::sync::CancellationToken::new(), tokio_util::sync::CancellationToken::new());
        slot.carried_by(early.clone());
        slot.kill();
        slot.carried_by(late.clone());
        assert!(early.is_cancelled() && late.is_cancelled());
    }

    #[test]
    fn an_address_opens_so_many_and_no_more() {
        let bindings = Bindings::default();
        let mut config = Config::new("data");
        config.tuning.connections_per_address = 2;
        let slots: Vec<_> = (0..2).map(|_| bindings.open(CLIENT, Fingerprint::Nothing)).collect();
        assert!(bindings.is_full(CLIENT, &config));
        let elsewhere = Client { ip: IpAddr::from([192, 0, 2, 1]), ..CLIENT };
        assert!(!bindings.is_full(elsewhere, &config));
        drop(slots);
        assert!(!bindings.is_full(CLIENT, &config));
    }
}
