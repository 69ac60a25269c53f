//! How often somebody may act: protocol.md section 7. Counted per person, per room and per address.
//!
//! Not here: what one connection may do ([`crate::socket`]) and how many there may be ([`crate::listener`]).

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use chat::{MemberId, RoomId};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use protocol::Problem;

use crate::config::Config;
use crate::guard::Client;
use crate::session::Author;

/// The counters of this process. Cloning it is cheap.
#[derive(Clone)]
pub struct Limits(Option<Arc<Counters>>);

struct Counters {
    in_room: DefaultKeyedRateLimiter<(MemberId, Option<RoomId>)>,
    per_person: DefaultKeyedRateLimiter<MemberId>,
    guests: DefaultKeyedRateLimiter<IpAddr>,
    reports: DefaultKeyedRateLimiter<IpAddr>,
    complaints: DefaultKeyedRateLimiter<MemberId>,
    typing: DefaultKeyedRateLimiter<(MemberId, RoomId)>,
    clock: DefaultClock,
}

impl Limits {
    /// The limits `config` asks for; none with `--rate-limit off`.
    pub fn new(config: &Config) -> Limits {
        if !config.limits_rates() {
            return Limits(None);
        }
        let tuning = &config.tuning;
        let complaints =
            Quota::with_period(tuning.complaints_every).unwrap_or(Quota::per_second(NonZeroU32::MIN));
        let in_room = Quota::per_second(at_least_one(tuning.sends_per_second));
        Limits(Some(Arc::new(Counters {
            in_room: RateLimiter::keyed(in_room.allow_burst(at_least_one(tuning.sends_burst))),
            per_person: RateLimiter::keyed(Quota::per_minute(at_least_one(tuning.sends_per_minute))),
            guests: RateLimiter::keyed(Quota::per_minute(at_least_one(tuning.guest_sends_per_minute))),
            reports: RateLimiter::keyed(Quota::per_minute(at_least_one(tuning.reports_per_minute))),
            complaints: RateLimiter::keyed(complaints.allow_burst(at_least_one(tuning.complaints_burst))),
            typing: RateLimiter::keyed(typing_quota()),
            clock: DefaultClock::default(),
        })))
    }

    /// `author` sends something in `room`, or something that is in no room, from `network`.
    pub fn send(&self, author: &Author, room: Option<&RoomId>, network: IpAddr) -> Result<(), Problem> {
        let Some(counters) = &self.0 else { return Ok(()) };
        let id = &author.member.id;
        counters.check(&counters.in_room, &(id.clone(), room.cloned()))?;
        counters.check(&counters.per_person, id)?;
        if author.member.role == chat::Role::Guest {
            counters.check(&counters.guests, &network)?;
        }
        Ok(())
    }

    /// A form of `author` that is in no room.
    pub fn form(&self, author: &Author, client: Client) -> Result<(), Problem> {
        self.send(author, None, client.network())
    }

    /// `author` reports a message, from `network`.
    pub fn complaint(&self, author: &Author, network: IpAddr) -> Result<(), Problem> {
        let Some(counters) = &self.0 else { return Ok(()) };
        counters.check(&counters.complaints, &author.member.id)?;
        if author.member.role == chat::Role::Guest {
            counters.check(&counters.guests, &network)?;
        }
        Ok(())
    }

    /// Somebody without a session becomes a guest.
    pub fn newcomer(&self, client: Client) -> Result<(), Problem> {
        let Some(counters) = &self.0 else { return Ok(()) };
        counters.check(&counters.guests, &client.network())
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
        counters.guests.retain_recent();
        counters.reports.retain_recent();
        counters.complaints.retain_recent();
        counters.typing.retain_recent();
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
            Problem::rate_limited(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).max(1))
        })
    }
}

/// One in three seconds.
fn typing_quota() -> Quota {
    let every = Quota::with_period(Duration::from_secs(3));
    every.expect("invariant: three seconds are more than none")
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
        let all: usize = (0..5).map(|n| sent(&limits, &person(&format!("g{n}")), "lobby", 5)).sum();
        assert_eq!(all, 7);
    }

    #[test]
    fn off_is_off() {
        let config = Config { rate_limit: Switch::Off, ..Config::new("data") };
        assert_eq!(sent(&Limits::new(&config), &person("ana"), "lobby", 1_000), 1_000);
    }
}
