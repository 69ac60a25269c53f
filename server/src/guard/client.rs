//! Who is at the other end of a request: the address that counts, and whether TLS protects the way.
//!
//! Only a configured proxy is believed; everybody else's `X-Forwarded-*` is ignored (docs/threats.md attack 9).

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::FromRequestParts;
use axum::http::header::HeaderName;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, StatusCode};

use crate::App;
use crate::config::Config;
use crate::listener::Connection;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// The other end of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client {
    /// The address limits count.
    pub ip: IpAddr,
    /// TLS protects the whole way, as far as we can know.
    pub secure: bool,
    /// A secret may be given: TLS, this very machine, or the operator allowed it.
    pub private: bool,
    /// The port people find us at: it is part of our cookies' names, because hosts share cookies over ports.
    pub port: u16,
}

/// What a trusted proxy forwards cannot be read: nobody can tell who asks, and over what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

impl Client {
    /// What `peer` and `headers` say of the other end: the address and the scheme that the outermost trusted proxy saw;
    /// `port` is where people find us.
    pub fn of(
        config: &Config,
        port: u16,
        peer: SocketAddr,
        headers: &HeaderMap,
    ) -> Result<Client, Unreadable> {
        let peer = peer.ip().to_canonical();
        let published = config.public_url.as_ref().is_some_and(|url| url.is_secure());
        if !config.trusts(peer) {
            // Without a proxy nothing here speaks TLS, unless the operator published such an address.
            let secure = published && asks_for(config, headers);
            let private = secure || peer.is_loopback() || config.insecure_http;
            return Ok(Client { ip: peer, secure, private, port });
        }
        let (ip, proxies) = first_untrusted(config, peer, headers)?;
        let secure = forwarded_scheme(headers, proxies)?.unwrap_or(published);
        Ok(Client { ip, secure, private: secure || ip.is_loopback() || config.insecure_http, port })
    }

    /// What limits per address count by: the address, of IPv6 its /64, which is one household's.
    pub fn network(&self) -> IpAddr {
        network(self.ip)
    }
}

/// The address that the outermost trusted proxy was asked from, and how many such proxies there are. If all are trusted,
/// the first of them asks for itself.
fn first_untrusted(
    config: &Config,
    peer: IpAddr,
    headers: &HeaderMap,
) -> Result<(IpAddr, usize), Unreadable> {
    let (mut ip, mut proxies) = (peer, 0);
    for hop in from_the_last(headers, &FORWARDED_FOR) {
        // What stands before an address that is not trusted, anybody may have written.
        if !config.trusts(ip) {
            break;
        }
        ip = hop.and_then(address).ok_or(Unreadable)?;
        proxies += 1;
    }
    Ok((ip, proxies.max(1)))
}

/// Whether TLS protected what the outermost of `proxies` received. Each adds what it saw to the end; one that was there
/// first may also be the only one that says so.
fn forwarded_scheme(headers: &HeaderMap, proxies: usize) -> Result<Option<bool>, Unreadable> {
    match from_the_last(headers, &FORWARDED_PROTO).take(proxies).last() {
        None => Ok(None),
        Some(scheme) => match scheme.map(str::to_ascii_lowercase).as_deref() {
            Some("https" | "wss") => Ok(Some(true)),
            Some("http" | "ws") => Ok(Some(false)),
            _ => Err(Unreadable),
        },
    }
}

/// The elements of a list that may stand in several headers, the last one first; `None` for one that is no text.
fn from_the_last<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
) -> impl Iterator<Item = Option<&'a str>> + use<'a> {
    let values: Vec<_> = headers.get_all(name).iter().collect();
    values.into_iter().rev().flat_map(|value| {
        let elements: Vec<_> = match value.to_str() {
            Ok(text) => text.rsplit(',').map(|element| Some(element.trim())).collect(),
            Err(_) => vec![None],
        };
        elements
    })
}

/// An address as proxies write it: alone or with a port, of IPv6 also in brackets.
fn address(hop: &str) -> Option<IpAddr> {
    if let Ok(with_port) = hop.parse::<SocketAddr>() {
        return Some(with_port.ip().to_canonical());
    }
    let ip = match hop.strip_prefix('[').and_then(|hop| hop.strip_suffix(']')) {
        Some(bare) => IpAddr::V6(bare.parse().ok()?),
        None => hop.parse().ok()?,
    };
    Some(ip.to_canonical())
}

/// The address, of IPv6 its /64.
pub fn network(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(ip) => IpAddr::V6(Ipv6Addr::from(u128::from(ip) & !u128::from(u64::MAX))),
        ip => ip,
    }
}

/// The request is for the published address.
fn asks_for(config: &Config, headers: &HeaderMap) -> bool {
    let host = super::host_name(headers);
    host.is_some_and(|host| config.public_url.as_ref().is_some_and(|url| url.host() == host))
}

impl FromRequestParts<App> for Client {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Client, StatusCode> {
        // The guard put it there; a request that came around the guard is not served.
        parts.extensions.get::<Client>().copied().ok_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// The TCP connection a request came over.
pub(super) fn connection(extensions: &Extensions) -> Option<&Connection> {
    extensions.get::<Connection>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    fn config() -> Config {
        let mut config = Config::new("data");
        config.trusted_proxy = vec!["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()];
        config
    }

    fn read(peer: &str, pairs: &[(&'static str, &str)]) -> Result<Client, Unreadable> {
        Client::of(&config(), 5000, SocketAddr::new(peer.parse().unwrap(), 1), &headers(pairs))
    }

    fn of(peer: &str, pairs: &[(&'static str, &str)]) -> Client {
        read(peer, pairs).unwrap()
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_stranger_cannot_say_who_it_is() {
        let client = of("192.0.2.7", &[("x-forwarded-for", "127.0.0.1"), ("x-forwarded-proto", "https")]);
        assert_eq!(client, Client { ip: ip("192.0.2.7"), secure: false, private: false, port: 5000 });
        let junk = [("x-forwarded-for", "x"), ("x-forwarded-proto", "gopher")];
        assert_eq!(of("192.0.2.7", &junk).ip, ip("192.0.2.7"), "and breaks nothing by trying");
    }

    #[test]
    fn of_a_chain_the_first_unknown_hop_from_our_side_counts() {
        let client = of("10.0.0.1", &[("x-forwarded-for", "6.6.6.6, 192.0.2.7, 10.0.0.2")]);
        assert_eq!(client.ip, ip("192.0.2.7"));
        let headers = [("x-forwarded-for", "192.0.2.7"), ("x-forwarded-for", "10.0.0.2")];
        assert_eq!(of("10.0.0.1", &headers).ip, ip("192.0.2.7"), "in several headers, too");
        assert_eq!(of("10.0.0.1", &[]).ip, ip("10.0.0.1"));
        assert_eq!(
            of("10.0.0.1", &[("x-forwarded-for", "10.0.0.2")]).ip,
            ip("10.0.0.2"),
            "a proxy of ours asks"
        );
        assert_eq!(of("10.0.0.1", &[("x-forwarded-for", "x, 192.0.2.7")]).ip, ip("192.0.2.7"));
    }

    #[test]
    fn an_address_may_have_a_port_and_brackets() {
        for (hop, expected) in [
            ("192.0.2.7:4711", "192.0.2.7"),
            ("2001:db8::7", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("[2001:db8::7]:4711", "2001:db8::7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("[::ffff:192.0.2.7]:1", "192.0.2.7"),
            (" 192.0.2.7 ", "192.0.2.7"),
        ] {
            assert_eq!(of("10.0.0.1", &[("x-forwarded-for", hop)]).ip, ip(expected), "{hop}");
        }
        let chain = [("x-forwarded-for", "192.0.2.7:4711, 10.0.0.2:80")];
        assert_eq!(of("10.0.0.1", &chain).ip, ip("192.0.2.7"));
    }

    #[test]
    fn what_a_proxy_forwards_is_read_fully_or_refused() {
        for hop in [
            "x",
            "",
            "unknown",
            "192.0.2",
            "192.0.2.7:",
            "192.0.2.7:99999",
            "[192.0.2.7]",
            "[::1",
            "a, ",
            "192.0.2.7, x",
            "192.0.2.7;",
            "\"192.0.2.7\"",
            "192.0.2.7, , 10.0.0.2",
        ] {
            assert_eq!(read("10.0.0.1", &[("x-forwarded-for", hop)]), Err(Unreadable), "{hop:?}");
        }
        for scheme in ["", "x", "https;", "https http", "https,", "http, x"] {
            let pairs = [("x-forwarded-for", "192.0.2.7"), ("x-forwarded-proto", scheme)];
            assert_eq!(read("10.0.0.1", &pairs), Err(Unreadable), "{scheme:?}");
        }
    }

    #[test]
    fn the_proxy_says_whether_tls_protects_the_way() {
        let scheme =
            |scheme: &str| of("10.0.0.1", &[("x-forwarded-for", "192.0.2.7"), ("x-forwarded-proto", scheme)]);
        for secure in ["https", "wss", "HTTPS", "Wss", " https "] {
            assert!(scheme(secure).secure, "{secure}");
        }
        for plain in ["http", "ws", "WS"] {
            assert!(!scheme(plain).private, "{plain}");
        }
        assert!(of("127.0.0.1", &[]).private);
    }

    #[test]
    fn of_a_chain_the_scheme_counts_that_the_outermost_trusted_proxy_saw() {
        let secure = |hops: &str, schemes: &str| {
            of("10.0.0.1", &[("x-forwarded-for", hops), ("x-forwarded-proto", schemes)]).secure
        };
        assert!(secure("192.0.2.7, 10.0.0.2", "https, http"), "TLS ends at the first of two");
        assert!(!secure("192.0.2.7, 10.0.0.2", "http, https"));
        assert!(secure("192.0.2.7, 10.0.0.2", "wss"), "only one of two says it");
        assert!(!secure("192.0.2.7", "https, http"), "the first is what a stranger wrote");
        assert!(secure("6.6.6.6, 192.0.2.7, 10.0.0.2", "http, https, http"));
    }

    #[test]
    fn a_household_is_one_network() {
        let one = network(ip("2001:db8::1:2:3:4"));
        assert_eq!(one, network(ip("2001:db8::5")));
        assert_ne!(one, network(ip("2001:db8:0:1::5")));
        assert_eq!(network(ip("::ffff:192.0.2.1")), ip("192.0.2.1"));
    }
}
