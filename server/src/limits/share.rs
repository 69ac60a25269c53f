//! What the guests of one address may do in a minute, all together, and each at least.
//!
//! A school has one address. While all together do less than that, each may do as much as one likes; above it, only who
//! has done less than an equal share goes on. So one person cannot leave nothing to the others, whatever that person does.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chat::MemberId;

const WINDOW: Duration = Duration::from_secs(60);

/// Somebody may always do a sixtieth of what an address may, however many others are there.
const LEAST: u32 = 60;

/// The counts of all addresses, for one kind of act.
pub(super) struct Shares {
    most: u32,
    addresses: Mutex<HashMap<IpAddr, Minute>>,
}

/// What came from one address since a minute began.
struct Minute {
    begun: Instant,
    all: u32,
    people: HashMap<MemberId, u32>,
}

impl Minute {
    fn beginning(now: Instant) -> Minute {
        Minute { begun: now, all: 0, people: HashMap::new() }
    }

    fn is_over(&self, now: Instant) -> bool {
        now.duration_since(self.begun) >= WINDOW
    }
}

impl Shares {
    /// `most` acts a minute from an address, while its people share them.
    pub(super) fn new(most: u32) -> Shares {
        Shares { most, addresses: Mutex::default() }
    }

    /// `person` acts once more, from `address`; or how long to wait.
    pub(super) fn take(&self, address: IpAddr, person: &MemberId, now: Instant) -> Result<(), Duration> {
        let mut addresses = self.addresses();
        let minute = addresses.entry(address).or_insert_with(|| Minute::beginning(now));
        if minute.is_over(now) {
            *minute = Minute::beginning(now);
        }
        let done = minute.people.get(person).copied();
        let people = minute.people.len() + usize::from(done.is_none());
        let share = self.most / u32::try_from(people).unwrap_or(u32::MAX);
        let done = done.unwrap_or(0);
        if minute.all >= self.most && done >= share.max(self.most / LEAST) {
            return Err(WINDOW.saturating_sub(now.duration_since(minute.begun)));
        }
        minute.all = minute.all.saturating_add(1);
        minute.people.insert(person.clone(), done + 1);
        Ok(())
    }

    /// Forgets the minutes that are over.
    pub(super) fn forget(&self, now: Instant) {
        self.addresses().retain(|_, minute| !minute.is_over(now));
    }

    fn addresses(&self) -> MutexGuard<'_, HashMap<IpAddr, Minute>> {
        self.addresses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const THERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    fn taken(shares: &Shares, address: IpAddr, person: &str, times: usize, now: Instant) -> usize {
        let person = person.parse().unwrap();
        (0..times).filter(|_| shares.take(address, &person, now).is_ok()).count()
    }

    #[test]
    fn who_is_alone_has_it_all_and_then_a_wait_that_is_named() {
        let (shares, now) = (Shares::new(120), Instant::now());
        assert_eq!(taken(&shares, HERE, "ana", 200, now), 120);
        let wait = shares.take(HERE, &"ana".parse().unwrap(), now + WINDOW / 2).unwrap_err();
        assert_eq!(wait, WINDOW / 2);
        assert_eq!(taken(&shares, HERE, "ana", 200, now + WINDOW), 120, "a new minute");
        assert_eq!(taken(&shares, THERE, "ana", 200, now), 120, "another address has its own");
    }

    #[test]
    fn l108_whoever_floods_leaves_the_others_their_share() {
        let (shares, now) = (Shares::new(600), Instant::now());
        for puppet in 0..10 {
            assert_eq!(taken(&shares, HERE, &format!("p{puppet}"), 60, now), 60);
        }
        assert_eq!(taken(&shares, HERE, "p0", 60, now), 0, "the flood has had its share");
        assert_eq!(taken(&shares, HERE, "bia", 20, now), 20);
        assert_eq!(taken(&shares, HERE, "p1", 60, now), 0);
    }

    #[test]
    fn l108_however_many_there_are_each_has_the_least() {
        let (shares, now) = (Shares::new(600), Instant::now());
        for puppet in 0..300 {
            taken(&shares, HERE, &format!("p{puppet}"), 5, now);
        }
        assert_eq!(taken(&shares, HERE, "bia", 20, now), 10);
    }

    #[test]
    fn what_is_over_is_forgotten() {
        let (shares, now) = (Shares::new(600), Instant::now());
        taken(&shares, HERE, "ana", 1, now);
        shares.forget(now + WINDOW);
        assert!(shares.addresses().is_empty());
    }
}
