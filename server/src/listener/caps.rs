//! How many connections there may be: in all, per address, and new ones per second.
//!
//! A trusted proxy brings the connections of many: of it only the total counts here. The people behind it are counted by
//! the address it forwards, where that is known ([`crate::socket::binding`]).

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::config::{Config, Network};
use crate::guard::network;

/// New addresses between two rounds of forgetting those long gone.
const FORGET_EVERY: usize = 1_024;

pub(super) struct Caps {
    total: usize,
    /// `None` with `--rate-limit off`: only what the machine can bear counts then.
    per_address: Option<(usize, DefaultKeyedRateLimiter<IpAddr>)>,
    proxies: Vec<Network>,
    open: Arc<Mutex<Open>>,
}

#[derive(Default)]
struct Open {
    total: usize,
    per_address: HashMap<IpAddr, usize>,
}

/// A connection's place; given back when it is dropped.
pub(super) struct Permit {
    network: IpAddr,
    open: Arc<Mutex<Open>>,
}

impl Caps {
    pub(super) fn new(config: &Config) -> Caps {
        let tuning = &config.tuning;
        let one = NonZeroU32::MIN;
        let quota = Quota::per_second(NonZeroU32::new(tuning.new_connections_per_second).unwrap_or(one))
            .allow_burst(NonZeroU32::new(tuning.new_connections_burst).unwrap_or(one));
        let per_address = (tuning.connections_per_address, RateLimiter::keyed(quota));
        Caps {
            total: tuning.connections,
            per_address: config.limits_rates().then_some(per_address),
            proxies: config.trusted_proxy.clone(),
            open: Arc::default(),
        }
    }

    /// A place for one more from `ip`, if there is one.
    pub(super) fn admit(&self, ip: IpAddr) -> Option<Permit> {
        let network = network(ip);
        let per_address =
            self.per_address.as_ref().filter(|_| !self.proxies.iter().any(|proxy| proxy.contains(ip)));
        if let Some((_, new)) = per_address {
            if new.len() >= FORGET_EVERY {
                new.retain_recent();
            }
            new.check_key(&network).ok()?;
        }
        let mut open = lock(&self.open);
        let here = open.per_address.get(&network).copied().unwrap_or(0);
        let full = per_address.is_some_and(|(most, _)| here >= *most);
        if full || open.total >= self.total {
            return None;
        }
        open.total += 1;
        open.per_address.insert(network, here + 1);
        Some(Permit { network, open: self.open.clone() })
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut open = lock(&self.open);
        open.total -= 1;
        if let Some(here) = open.per_address.get_mut(&self.network) {
            *here -= 1;
            if *here == 0 {
                open.per_address.remove(&self.network);
            }
        }
    }
}

fn lock(open: &Mutex<Open>) -> MutexGuard<'_, Open> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Switch;

    fn config() -> Config {
        let mut config = Config::new("data");
        config.tuning.connections = 3;
        config.tuning.connections_per_address = 2;
        config
    }

    fn ip(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[test]
    fn an_address_has_its_share_and_gets_it_back() {
        let caps = Caps::new(&config());
        let first = caps.admit(ip(1)).unwrap();
        let _second = caps.admit(ip(1)).unwrap();
        assert!(caps.admit(ip(1)).is_none());
        assert!(caps.admit(ip(2)).is_some(), "others are not affected");
        drop(first);
        assert!(caps.admit(ip(1)).is_some());
    }

    #[test]
    fn all_addresses_together_have_an_end() {
        let caps = Caps::new(&config());
        let _permits: Vec<_> = (1..=3).map(|last| caps.admit(ip(last)).unwrap()).collect();
        assert!(caps.admit(ip(4)).is_none());
    }

    #[test]
    fn too_many_new_ones_at_once_are_not_admitted_even_if_each_goes_at_once() {
        let mut config = config();
        config.tuning.new_connections_burst = 5;
        let caps = Caps::new(&config);
        assert_eq!((0..50).filter(|_| caps.admit(ip(1)).is_some()).count(), 5);
    }

    #[test]
    fn of_a_trusted_proxy_only_the_total_counts() {
        let mut config = config();
        (config.tuning.connections, config.tuning.new_connections_burst) = (50, 5);
        config.trusted_proxy = vec!["192.0.2.0/28".parse().unwrap()];
        let caps = Caps::new(&config);
        let permits: Vec<_> = (0..60).filter_map(|_| caps.admit(ip(1))).collect();
        assert_eq!(permits.len(), 50);
        drop(permits);
        assert_eq!((0..60).filter_map(|_| caps.admit(ip(16))).collect::<Vec<_>>().len(), 2, "a stranger");
    }

    #[test]
    fn without_rate_limits_only_the_total_counts() {
        let caps = Caps::new(&Config { rate_limit: Switch::Off, ..config() });
        let permits: Vec<_> = (0..5).filter_map(|_| caps.admit(ip(1))).collect();
        assert_eq!(permits.len(), 3);
    }
}
