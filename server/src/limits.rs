//! How often somebody may act: docs/PROTOCOL.md, "Limits". Counted per person, per room and per address.
//!
//! Not here: what one connection may do ([`crate::socket`]) and how many there may be ([`crate::listener`]).

mod share;

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chat::{MemberId, RoomId};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use protocol::Problem;
use share::Shares;

use crate::config::Config;
use crate::guard::Client;
use crate::session::Author;

/// Changes of an account at once.
const CHANGES: NonZeroU32 = NonZeroU32::new(30).expect("invariant: thirty is not zero");

/// As many changes one costs that needs a password hashed.
const HASHING: NonZeroU32 = NonZeroU32::new(3).expect("invariant: three is not zero");

/// A passing guest who has said nothing for so long is counted as a new one.
const KNOWN_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// The counters of this process. Cloning it is cheap.
#[derive(Clone)]
pub struct Limits(Option<Arc<Counters>>);

struct Counters {
    in_room: DefaultKeyedRateLimiter<(MemberId, Option<RoomId>)>,
    per_person: DefaultKeyedRateLimiter<MemberId>,
    complaints: DefaultKeyedRateLimiter<MemberId>,
    rooms: DefaultKeyedRateLimiter<MemberId>,
    changes: DefaultKeyedRateLimiter<MemberId>,
    typing: DefaultKeyedRateLimiter<(MemberId, RoomId)>,
    guest_sends: Shares,
    guest_complaints: Shares,
    guest_rooms: Shares,
    newcomers: DefaultKeyedRateLimiter<(IpAddr, Way)>,
    /// The passing guests who have been counted as newcomers, and when each was seen last.
    passing: Mutex<HashMap<MemberId, Instant>>,
    sockets: DefaultKeyedRateLimiter<IpAddr>,
    reports: DefaultKeyedRateLimiter<IpAddr>,
    clock: DefaultClock,
}

/// How somebody becomes a guest. Who comes one way does not stand in the way of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Way {
    /// By a form, with a name.
    Form,
    /// By a socket that reads the contract.
    Socket,
    /// By the first words of a plain client.
    Words,
}

impl Limits {
    /// The limits `config` asks for; none with `--rate-limit off`.
    pub fn new(config: &Config) -> Limits {
        if !config.limits_rates() {
            return Limits(None);
        }
        let tuning = &config.tuning;
        let in_room = Quota::per_second(at_least_one(tuning.sends_per_second));
        let sockets = Quota::per_second(at_least_one(tuning.new_connections_per_second));
        let at_once = u32::try_from(tuning.connections_per_address).unwrap_or(u32::MAX);
        let every = |period, burst| one_every(period).allow_burst(at_least_one(burst));
        Limits(Some(Arc::new(Counters {
            in_room: RateLimiter::keyed(in_room.allow_burst(at_least_one(tuning.sends_burst))),
            per_person: RateLimiter::keyed(Quota::per_minute(at_least_one(tuning.sends_per_minute))),
            complaints: RateLimiter::keyed(every(tuning.complaints_every, tuning.complaints_burst)),
            rooms: RateLimiter::keyed(every(tuning.rooms_every, tuning.rooms_burst)),
            changes: RateLimiter::keyed(Quota::per_second(NonZeroU32::MIN).allow_burst(CHANGES)),
            typing: RateLimiter::keyed(one_every(TYPING)),
            guest_sends: Shares::new(tuning.guest_sends_per_minute),
            guest_complaints: Shares::new(tuning.guest_complaints_per_minute),
            guest_rooms: Shares::new(tuning.guest_rooms_per_minute),
            newcomers: RateLimiter::keyed(every(tuning.newcomers_every, tuning.newcomers_burst)),
            passing: Mutex::default(),
            sockets: RateLimiter::keyed(sockets.allow_burst(at_least_one(at_once))),
            reports: RateLimiter::keyed(Quota::per_minute(at_least_one(tuning.reports_per_minute))),
            clock: DefaultClock::default(),
        })))
    }

    /// `author` sends something in `room`, or something that is in no room, from `network`.
    pub fn send(&self, author: &Author, room: Option<&RoomId>, network: IpAddr) -> Result<(), Problem> {
        let Some(counters) = &self.0 else { return Ok(()) };
        let id = &author.member.id;
        counters.check(&counters.in_room, &(id.clone(), room.cloned()))?;
        counters.check(&counters.per_person, id)?;
        counters.guest(&counters.guest_sends, author, network)
    }

    /// A form of `author` that is in no room.
    pub fn form(&self, author: &Author, client: Client) -> Result<(), Problem> {
        self.send(author, None, client.network())
    }

    /// `author` makes a room, from `network`.
    pub fn room(&self, author: &Author, network: IpAddr) -> Result<(), Problem> {
        self.send(author, None, network)?;
        let Some(counters) = &self.0 else { return Ok(()) };
        counters.check(&counters.rooms, &author.member.id)?;
        counters.guest(&counters.guest_rooms, author, network)
    }

    /// `author` reports a message, from `network`.
    pub fn complaint(&self, author: &Author, network: IpAddr) -> Result<(), Problem> {
        let Some(counters) = &self.0 else { return Ok(()) };
        counters.check(&counters.complaints, &author.member.id)?;
        counters.guest(&counters.guest_complaints, author, network)
    }

    /// `author` changes something of the account. A change that needs a password hashed counts as several.
    pub fn change(&self, author: &Author, hashes: bool) -> Result<(), Problem> {
        let Some(counters) = &self.0 else { return Ok(()) };
        let cost = if hashes { HASHING } else { NonZeroU32::MIN };
        match counters.changes.check_key_n(&author.member.id, cost) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(until)) => Err(too_often(until.wait_time_from(counters.clock.now()))),
            Err(_) => unreachable!("a burst holds the dearest change"),
        }
    }

    /// Somebody without a session becomes a guest.
    pub fn newcomer(&self, client: Client, way: Way) -> Result<(), Problem> {
        let Some(counters) = &self.0 else { return Ok(()) };
        counters.check(&counters.newcomers, &(client.network(), way))
    }

    /// Somebody opens one more session of the socket engine. It counts who is behind a proxy, too.
    pub fn socket(&self, client: Client) -> bool {
        self.0.as_ref().is_none_or(|counters| counters.sockets.check_key(&client.network()).is_ok())
    }

    /// `author` is seen to write in `room` once more.
    pub fn typing(&self, author: &Author, room: &RoomId) -> Result<(), Problem> {
        let Some(counters) = &self.0 else { return Ok(()) };
        counters.check(&counters.typing, &(author.member.id.clone(), room.clone()))
    }

    /// A browser may report refused content once more.
    pub fn report(&self, client: Client) -> bool {
        self.0.as_ref().is_none_or(|counters| counters.reports.check_key(&client.network()).is_ok())
    }

    /// Forgets who has not acted for a while; to be called every minute.
    pub fn forget(&self) {
        let Some(counters) = &self.0 else { return };
        counters.in_room.retain_recent();
        counters.per_person.retain_recent();
        counters.complaints.retain_recent();
        counters.rooms.retain_recent();
        counters.changes.retain_recent();
        counters.typing.retain_recent();
        counters.newcomers.retain_recent();
        counters.sockets.retain_recent();
        counters.reports.retain_recent();
        let now = Instant::now();
        [&counters.guest_sends, &counters.guest_complaints, &counters.guest_rooms]
            .into_iter()
            .for_each(|shares| shares.forget(now));
        counters.passing().retain(|_, seen| now.duration_since(*seen) < KNOWN_FOR);
    }
}

impl Counters {
    fn check<K: Hash + Eq + Clone>(
        &self,
        limiter: &DefaultKeyedRateLimiter<K>,
        key: &K,
    ) -> Result<(), Problem> {
        limiter.check_key(key).map_err(|until| {
            let wait = until.wait_time_from(self.clock.now());
            too_often(wait)
        })
    }

    /// A guest acts once more. Who has kept the name is counted alone.
    fn guest(&self, shares: &Shares, author: &Author, network: IpAddr) -> Result<(), Problem> {
        if author.member.role != chat::Role::Guest {
            return Ok(());
        }
        self.first_words(author, network)?;
        shares.take(network, &author.member.id, Instant::now()).map_err(too_often)
    }

    /// A passing guest is saved with the first thing done: that makes a newcomer.
    fn first_words(&self, author: &Author, network: IpAddr) -> Result<(), Problem> {
        if author.number > 0 {
            return Ok(());
        }
        if !self.passing().contains_key(&author.member.id) {
            self.check(&self.newcomers, &(network, Way::Words))?;
        }
        self.passing().insert(author.member.id.clone(), Instant::now());
        Ok(())
    }

    fn passing(&self) -> MutexGuard<'_, HashMap<MemberId, Instant>> {
        self.passing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn too_often(wait: Duration) -> Problem {
    Problem::rate_limited(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).max(1))
}

/// Between two signs that somebody writes.
const TYPING: Duration = Duration::from_secs(3);

/// A period of nothing would be "as often as one likes", which is no limit but a switch.
fn one_every(period: Duration) -> Quota {
    Quota::with_period(period).unwrap_or(Quota::per_second(NonZeroU32::MIN))
}

/// A limit of zero would be "never", which is no limit but a switch.
fn at_least_one(value: u32) -> NonZeroU32 {
    NonZeroU32::new(value).unwrap_or(NonZeroU32::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Switch;

    fn person(id: &str) -> Author {
        let id = MemberId::try_from(id.to_owned()).unwrap();
        Author {
            number: 1,
            member: chat::Member { id, name: "x".to_owned(), role: chat::Role::Guest, hue: 0 },
            banned: false,
            network: None,
            lang: None,
        }
    }

    fn sent(limits: &Limits, person: &Author, room: &str, times: usize) -> usize {
        let room = RoomId::try_from(room.to_owned()).unwrap();
        let network = IpAddr::from([192, 0, 2, 1]);
        (0..times).filter(|_| limits.send(person, Some(&room), network).is_ok()).count()
    }

    #[test]
    fn five_at_once_in_a_room_then_a_wait_that_is_named() {
        let limits = Limits::new(&Config::new("data"));
        let ana = person("ana");
        assert_eq!(sent(&limits, &ana, "lobby", 6), 5);
        let problem = limits.send(&ana, Some(&RoomId::lobby()), IpAddr::from([192, 0, 2, 1])).unwrap_err();
        assert!(matches!(problem.retry_after_ms, Some(1..=1_000)), "{problem:?}");
        assert!(problem.retryable);
        assert_eq!(sent(&limits, &ana, "other", 5), 5, "another room has its own count");
        assert_eq!(sent(&limits, &person("bia"), "lobby", 5), 5, "and so has another person");
    }

    #[test]
    fn sixty_a_minute_over_all_rooms() {
        let limits = Limits::new(&Config::new("data"));
        let ana = person("ana");
        let all: usize = (0..20).map(|room| sent(&limits, &ana, &format!("r{room}"), 5)).sum();
        assert_eq!(all, 60);
    }

    #[test]
    fn guests_share_the_count_of_their_address() {
        let mut config = Config::new("data");
        config.tuning.guest_sends_per_minute = 7;
        let limits = Limits::new(&config);
        let sent: Vec<_> = (0..4).map(|n| sent(&limits, &person(&format!("g{n}")), "lobby", 5)).collect();
        assert_eq!(sent, [5, 3, 2, 1], "each has an equal share, and the first what was left alone");
    }

    #[test]
    fn l107_an_address_makes_two_hundred_guests_at_once_and_then_slowly() {
        let limits = Limits::new(&Config::new("data"));
        let client =
            |ip| Client { ip: IpAddr::from([192, 0, 2, ip]), secure: false, private: true, port: 5000 };
        let made = |ip, way| (0..300).filter(|_| limits.newcomer(client(ip), way).is_ok()).count();
        assert_eq!(made(1, Way::Form), 200);
        let problem = limits.newcomer(client(1), Way::Form).unwrap_err();
        assert!(problem.retry_after_ms.is_some_and(|ms| ms > 1_000), "{problem:?}");
        assert_eq!(made(2, Way::Form), 200, "another address has its own");
        assert_eq!(made(1, Way::Socket), 200, "sockets do not take the names of who comes by a page");
        let ana = person("ana");
        assert_eq!(sent(&limits, &ana, "lobby", 5), 5, "and nobody's words wait for it");
    }

    #[test]
    fn l107_the_first_words_of_a_passing_guest_make_a_guest_and_the_next_do_not() {
        let mut config = Config::new("data");
        config.tuning.newcomers_burst = 2;
        let limits = Limits::new(&config);
        let passing = |id| Author { number: 0, ..person(id) };
        assert_eq!(sent(&limits, &passing("a"), "lobby", 5), 5);
        assert_eq!(sent(&limits, &passing("b"), "lobby", 5), 5);
        assert_eq!(sent(&limits, &passing("c"), "lobby", 5), 0);
        assert_eq!(sent(&limits, &passing("a"), "other", 5), 5);
    }

    #[test]
    fn l108_rooms_and_reports_of_guests_are_shared_as_sends_are() {
        let limits = Limits::new(&Config::new("data"));
        let here = IpAddr::from([192, 0, 2, 1]);
        let rooms = |id: &str| (0..20).filter(|_| limits.room(&person(id), here).is_ok()).count();
        let flood: usize = (0..40).map(|n| rooms(&format!("p{n}"))).sum();
        assert!(flood < 150, "{flood}");
        assert_eq!(rooms("bia"), 1);
        let reports = |id: &str| (0..20).filter(|_| limits.complaint(&person(id), here).is_ok()).count();
        let flood: usize = (0..40).map(|n| reports(&format!("q{n}"))).sum();
        assert!(flood < 150, "{flood}");
        assert_eq!(reports("eva"), 1);
    }

    #[test]
    fn off_is_off() {
        let config = Config { rate_limit: Switch::Off, ..Config::new("data") };
        assert_eq!(sent(&Limits::new(&config), &person("ana"), "lobby", 1_000), 1_000);
    }
}
