//! A network in CIDR form: the addresses of proxies that are believed.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// Addresses that begin with the same bits; a single address is a network of one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Network {
    first: IpAddr,
    bits: u8,
}

/// It is neither an address nor a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an address (127.0.0.1, ::1) or a network (10.0.0.0/8, fd00::/8)")]
pub struct NetworkError;

impl Network {
    /// `ip` is one of its addresses. An IPv4 address is the same one in its IPv6 form.
    pub fn contains(&self, ip: IpAddr) -> bool {
        match (self.first, ip.to_canonical()) {
            (IpAddr::V4(first), IpAddr::V4(ip)) => {
                (u32::from(first) ^ u32::from(ip)) & high_v4(self.bits) == 0
            }
            (IpAddr::V6(first), IpAddr::V6(ip)) => {
                (u128::from(first) ^ u128::from(ip)) & high_v6(self.bits) == 0
            }
            _ => false,
        }
    }
}

/// The first `bits` bits of an IPv4 address.
fn high_v4(bits: u8) -> u32 {
    u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0)
}

/// The first `bits` bits of an IPv6 address.
fn high_v6(bits: u8) -> u128 {
    u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0)
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Network, NetworkError> {
        let (address, bits) = match text.trim().split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text.trim(), None),
        };
        let written: IpAddr = address.parse().map_err(|_| NetworkError)?;
        let width = |ip: IpAddr| if ip.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            // `+8` is a number to Rust and none in this notation.
            Some(bits) if bits.bytes().all(|byte| byte.is_ascii_digit()) => {
                bits.parse::<u8>().map_err(|_| NetworkError)?
            }
            Some(_) => return Err(NetworkError),
            None => width(written),
        };
        // Of `::ffff:10.0.0.0/104` the first 96 bits only say that it is IPv4.
        let first = written.to_canonical();
        let bits = bits.checked_sub(width(written) - width(first)).ok_or(NetworkError)?;
        if bits > width(first) { Err(NetworkError) } else { Ok(Network { first, bits }) }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.bits)
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(network: &str, ip: &str) -> bool {
        network.parse::<Network>().unwrap().contains(ip.parse().unwrap())
    }

    #[test]
    fn an_address_is_a_network_of_one() {
        assert!(contains("127.0.0.1", "127.0.0.1") && !contains("127.0.0.1", "127.0.0.2"));
        assert!(contains("::1", "::1") && !contains("::1", "::2"));
        assert!(contains("127.0.0.1", "::ffff:127.0.0.1") && contains("::ffff:127.0.0.1", "127.0.0.1"));
    }

    #[test]
    fn a_network_holds_the_addresses_that_begin_as_it_does() {
        assert!(contains("10.0.0.0/8", "10.255.1.2") && !contains("10.0.0.0/8", "11.0.0.1"));
        assert!(contains("10.1.2.3/8", "10.9.9.9"), "further bits do not matter");
        assert!(contains("192.0.2.128/25", "192.0.2.200") && !contains("192.0.2.128/25", "192.0.2.1"));
        assert!(contains("fd00::/8", "fd12::1") && !contains("fd00::/8", "fe80::1"));
        assert!(contains("::ffff:10.0.0.0/104", "10.1.1.1") && !contains("10.0.0.0/8", "fd00::1"));
        assert!(contains("0.0.0.0/0", "192.0.2.1") && contains("::/0", "2001:db8::1"));
        assert!(!contains("0.0.0.0/0", "2001:db8::1"));
    }

    #[test]
    fn anything_else_is_none() {
        for bad in [
            "",
            "x",
            "10.0.0.0/",
            "10.0.0.0/33",
            "::/129",
            "10.0.0.0/-1",
            "10.0.0/8",
            "/8",
            "10.0.0.0/8/8",
            "::ffff:10.0.0.0/8",
            "10.0.0.1:80",
            "[::1]",
            "10.0.0.0/+8",
        ] {
            assert_eq!(bad.parse::<Network>(), Err(NetworkError), "{bad}");
        }
    }
}
