//! The live sessions: by number, by `sid` where polling opened them, and how many an address has.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use chat::MemberId;

use super::slot::{Fingerprint, Slot};
use crate::config::Config;
use crate::guard::Client;
use crate::socket::channel::Whose;

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
    pub(super) fn open(&self, client: Client, presented: Fingerprint, config: &Config) -> Arc<Slot> {
        let number = self.0.next.fetch_add(1, Ordering::Relaxed) + 1;
        let slot = Arc::new(Slot::new(number, client, presented, Arc::downgrade(&self.0), config));
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

    fn live(&self) -> Vec<Arc<Slot>> {
        // Letting go of a slot may drop it, and dropping takes the lock: so not while holding it.
        self.0.tables().live.values().filter_map(Weak::upgrade).collect()
    }

    /// The addresses that `person` is connected from.
    pub fn addresses_of(&self, person: &MemberId) -> Vec<IpAddr> {
        let live = self.live();
        live.iter().filter(|slot| slot.person() == Some(person)).map(|slot| slot.client.ip).collect()
    }

    /// Those who are connected.
    pub fn people(&self) -> HashSet<MemberId> {
        let live: Vec<_> = self.0.tables().live.values().filter_map(Weak::upgrade).collect();
        live.iter().filter_map(|slot| slot.person().cloned()).collect()
    }

    /// The people's sessions behind those that live, by the hashes of their secrets.
    pub fn sessions(&self) -> Vec<[u8; 32]> {
        let live = self.live();
        let sessions: HashSet<_> = live.iter().filter_map(|slot| slot.session().copied()).collect();
        sessions.into_iter().collect()
    }

    /// Those that live, of a person or a session.
    pub(in crate::socket) fn of(&self, whose: &Whose) -> Vec<Arc<Slot>> {
        self.live().into_iter().filter(|slot| slot.is(whose)).collect()
    }

    /// Ends the sessions that `condemned` picks.
    pub fn kill(&self, condemned: impl Fn(&Slot) -> bool) {
        self.live().iter().filter(|slot| condemned(slot)).for_each(|slot| {
            slot.kill();
        });
    }

    /// Ends those that are picked and takes nothing more from their clients, not even what waits for its turn.
    pub fn end(&self, condemned: impl Fn(&Slot) -> bool) {
        self.live().iter().filter(|slot| condemned(slot)).for_each(|slot| {
            slot.end();
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
    use tokio_util::sync::CancellationToken;

    use super::*;

    const CLIENT: Client =
        Client { ip: IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), secure: false, private: true, port: 5000 };

    fn open(bindings: &Bindings, presented: Fingerprint) -> Arc<Slot> {
        bindings.open(CLIENT, presented, &Config::new("data"))
    }

    #[test]
    fn a_session_is_found_by_its_sid_until_the_engine_lets_it_go() {
        let bindings = Bindings::default();
        let slot = open(&bindings, Fingerprint::Nothing);
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
        let slot = open(&bindings, Fingerprint::of("a"));
        assert!(slot.opened_by(&Fingerprint::of("a")));
        assert!(!slot.opened_by(&Fingerprint::of("b")));
        assert!(!slot.opened_by(&Fingerprint::Nothing));
        bindings.kill(|slot| !slot.has_joined());
        assert!(!slot.opened_by(&Fingerprint::of("a")));
    }

    #[test]
    fn killing_cuts_the_websocket_even_if_it_comes_later() {
        let bindings = Bindings::default();
        for killed_first in [true, false] {
            let (slot, carrier) = (open(&bindings, Fingerprint::Nothing), CancellationToken::new());
            if killed_first {
                slot.kill();
            }
            assert!(slot.claim());
            slot.carried_by(carrier.clone());
            slot.kill();
            assert!(carrier.is_cancelled());
        }
    }

    #[test]
    fn l101_a_further_websocket_does_not_take_the_place_of_the_one_that_carries() {
        let (bindings, carrier) = (Bindings::default(), CancellationToken::new());
        let slot = open(&bindings, Fingerprint::Nothing);
        assert!(slot.claim());
        assert!(!slot.claim(), "one is on its way");
        slot.release();
        assert!(slot.claim(), "it was refused");
        slot.carried_by(carrier.clone());
        assert!(!slot.claim());
        slot.kill();
        assert!(carrier.is_cancelled());
    }

    #[tokio::test]
    async fn l102_an_ending_is_tried_until_the_session_is_gone() {
        let bindings = Bindings::default();
        let slot = open(&bindings, Fingerprint::Nothing);
        slot.belongs_to([7; 32]);
        assert!(bindings.of(&Whose::Session([8; 32])).is_empty());
        for found in bindings.of(&Whose::Session([7; 32])) {
            assert!(found.end(), "it is the first time");
            assert!(!found.end());
            found.kill_after(std::time::Duration::from_millis(1));
        }
        slot.killed().await;
        drop(slot);
        assert_eq!(bindings.count(), 0);
    }

    #[test]
    fn an_address_opens_so_many_and_no_more() {
        let bindings = Bindings::default();
        let mut config = Config::new("data");
        config.tuning.connections_per_address = 2;
        let slots: Vec<_> = (0..2).map(|_| open(&bindings, Fingerprint::Nothing)).collect();
        assert!(bindings.is_full(CLIENT, &config));
        let elsewhere = Client { ip: IpAddr::from([192, 0, 2, 1]), ..CLIENT };
        assert!(!bindings.is_full(elsewhere, &config));
        drop(slots);
        assert!(!bindings.is_full(CLIENT, &config));
    }
}
