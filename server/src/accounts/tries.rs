//! How often a password may be wrong: 5 times in 15 minutes for an account from one address, then ever longer waits;
//! 20 times in 15 minutes for an address. Nobody is locked out of an account by what comes from elsewhere.
//!
//! It looks at no clock; the times it is given are those of a clock that nobody sets.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::IpAddr;

use chat::Millis;

/// What a count is for.
const WINDOW: Millis = 15 * 60 * 1_000;
/// Wrong tries of an account and address before the first wait.
const PER_ACCOUNT: u32 = 5;
/// Wrong tries of an address in a window.
const PER_ADDRESS: u32 = 20;
/// How often a wait doubles at most: 15 minutes, 30, … 4 hours.
const DOUBLINGS: u32 = 4;

/// The wrong tries that are remembered.
#[derive(Debug, Default)]
pub(super) struct Tries {
    accounts: HashMap<(String, IpAddr), Wrong>,
    addresses: HashMap<IpAddr, Wrong>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Wrong {
    count: u32,
    first: Millis,
    last: Millis,
}

impl Wrong {
    /// How long after the last one the next may be.
    fn pause(self) -> Millis {
        match self.count.checked_sub(PER_ACCOUNT) {
            None => 0,
            Some(further) => WINDOW << further.min(DOUBLINGS),
        }
    }

    /// So long after the last one it no longer counts.
    fn memory(self) -> Millis {
        WINDOW.max(2 * self.pause())
    }

    fn count(&mut self, now: Millis) {
        if self.count == 0 {
            self.first = now;
        }
        self.count = self.count.saturating_add(1);
        self.last = now;
    }
}

impl Tries {
    /// Whether a try for some account would be let through from there; if not, in how many milliseconds.
    pub(super) fn wait_of(&mut self, network: IpAddr, now: Millis) -> Result<(), Millis> {
        if let Entry::Occupied(wrong) = self.addresses.entry(network) {
            let wrong = match wrong.get() {
                old if now - old.first >= WINDOW => wrong.remove(),
                wrong => *wrong,
            };
            let left = wrong.first + WINDOW - now;
            if wrong.count >= PER_ADDRESS && left > 0 {
                return Err(left);
            }
        }
        Ok(())
    }

    /// The same for one account. It looks at this one alone, however many are remembered.
    pub(super) fn wait(&mut self, login: &str, network: IpAddr, now: Millis) -> Result<(), Millis> {
        let address = self.wait_of(network, now).err();
        let account = match self.accounts.entry((login.to_owned(), network)) {
            Entry::Occupied(wrong) if now - wrong.get().last >= wrong.get().memory() => {
                wrong.remove();
                None
            }
            Entry::Occupied(wrong) => Some(wrong.get().last + wrong.get().pause() - now),
            Entry::Vacant(_) => None,
        };
        match account.max(address) {
            Some(wait) if wait > 0 => Err(wait),
            _ => Ok(()),
        }
    }

    /// A try begins. It counts as wrong until it was [`right`](Tries::right), so that many at once are many.
    pub(super) fn begin(&mut self, login: &str, network: IpAddr, now: Millis) -> Result<(), Millis> {
        self.wait(login, network, now)?;
        self.accounts.entry((login.to_owned(), network)).or_default().count(now);
        self.addresses.entry(network).or_default().count(now);
        Ok(())
    }

    /// It was right: the account's count begins anew, the address has one less.
    pub(super) fn right(&mut self, login: &str, network: IpAddr) {
        self.accounts.remove(&(login.to_owned(), network));
        if let Some(wrong) = self.addresses.get_mut(&network) {
            wrong.count = wrong.count.saturating_sub(1);
        }
    }

    /// Forgets what no longer counts.
    pub(super) fn forget(&mut self, now: Millis) {
        self.accounts.retain(|_, wrong| now - wrong.last < wrong.memory());
        self.addresses.retain(|_, wrong| now - wrong.first < WINDOW);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const THERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    #[test]
    fn five_wrong_ones_then_waits_that_double() {
        let mut tries = Tries::default();
        for _ in 0..5 {
            assert_eq!(tries.begin("ana", HERE, 0), Ok(()));
        }
        assert_eq!(tries.begin("ana", HERE, 1_000), Err(WINDOW - 1_000));
        assert_eq!(tries.begin("ana", HERE, WINDOW), Ok(()));
        assert_eq!(tries.begin("ana", HERE, WINDOW), Err(2 * WINDOW));
        assert_eq!(tries.begin("ana", THERE, 0), Ok(()), "from elsewhere the account is open");
        assert_eq!(tries.begin("bia", HERE, 0), Ok(()), "and so are others from here");
    }

    #[test]
    fn a_right_one_begins_anew_and_time_forgets() {
        let mut tries = Tries::default();
        for _ in 0..4 {
            tries.begin("ana", HERE, 0).unwrap();
        }
        tries.right("ana", HERE);
        for _ in 0..5 {
            tries.begin("ana", HERE, 1).unwrap();
        }
        tries.forget(2 * WINDOW);
        assert_eq!(tries.accounts.len(), 1, "a wait is remembered for longer than it lasts");
        tries.forget(3 * WINDOW);
        assert!(tries.accounts.is_empty() && tries.addresses.is_empty());
    }

    #[test]
    fn an_address_has_twenty_in_a_quarter_of_an_hour() {
        let mut tries = Tries::default();
        for n in 0..20 {
            tries.begin(&format!("name {n}"), HERE, 0).unwrap();
        }
        assert_eq!(tries.begin("another", HERE, 60_000), Err(WINDOW - 60_000));
        assert_eq!(tries.begin("another", HERE, WINDOW), Ok(()));
    }
}
