//! Who is at the other end of a request: the address that counts, and whether TLS protects the way.
//!
//! Only a configured proxy is believed; everybody else's `X-Forwarded-*` is ignored (security.md attack 9).

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, StatusCode};

use crate::App;
use crate::config::Config;
use crate::listener::Connection;

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

impl Client {
    /// What `peer` and `headers` say of the other end; `port` is where people find us.
    pub fn of(config: &Config, port: u16, peer: SocketAddr, headers: &HeaderMap) -> Client {
        let peer = peer.ip().to_canonical();
        let trusted = |ip: &IpAddr| config.trusted_proxy.iter().any(|proxy| proxy.to_canonical() == *ip);
        let published = config.public_url.as_ref().is_some_and(|url| url.is_secure());
        if !trusted(&peer) {
            // Without a proxy nothing here speaks TLS, unless the operator published such an address.
            let secure = published && asks_for(config, headers);
            return Client {
                ip: peer,
                secure,
                private: secure || peer.is_loopback() || config.insecure_http,
                port,
            };
        }
        let hops = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
        let hops: Vec<&str> = hops.flat_map(|value| value.split(',')).map(str::trim).collect();
        let known = hops.iter().rev().map_while(|hop| hop.parse::<IpAddr>().ok()).map(|ip| ip.to_canonical());
        let ip = known.clone().find(|ip| !trusted(ip)).or_else(|| known.last()).unwrap_or(peer);
        let secure = match headers.get("x-forwarded-proto").map(|value| value.as_bytes()) {
            Some(scheme) => scheme.eq_ignore_ascii_case(b"https"),
            None => published,
        };
        Client { ip, secure, private: secure || ip.is_loopback() || config.insecure_http, port }
    }

    /// What limits per address count by: the address, of IPv6 its /64, which is one household's.
    pub fn network(&self) -> IpAddr {
        network(self.ip)
    }
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

    fn of(peer: &str, pairs: &[(&'static str, &str)]) -> Client {
        Client::of(&config(), 5000, SocketAddr::new(peer.parse().unwrap(), 1), &headers(pairs))
    }

    #[test]
    fn a_stranger_cannot_say_who_it_is() {
        let client = of("192.0.2.7", &[("x-forwarded-for", "127.0.0.1"), ("x-forwarded-proto", "https")]);
        assert_eq!(
            client,
            Client { ip: "192.0.2.7".parse().unwrap(), secure: false, private: false, port: 5000 }
        );
    }

    #[test]
    fn of_a_chain_the_first_unknown_hop_from_our_side_counts() {
        let client = of("10.0.0.1", &[("x-forwarded-for", "6.6.6.6, 192.0.2.7, 10.0.0.2")]);
        assert_eq!(client.ip, "192.0.2.7".parse::<IpAddr>().unwrap());
        assert_eq!(of("10.0.0.1", &[]).ip, "10.0.0.1".parse::<IpAddr>().unwrap());
        assert_eq!(of("10.0.0.1", &[("x-forwarded-for", "x")]).ip, "10.0.0.1".parse::<IpAddr>().unwrap());
    }

    #[test]
    fn the_proxy_says_whether_tls_protects_the_way() {
        assert!(of("10.0.0.1", &[("x-forwarded-for", "192.0.2.7"), ("x-forwarded-proto", "https")]).secure);
        assert!(!of("10.0.0.1", &[("x-forwarded-for", "192.0.2.7"), ("x-forwarded-proto", "http")]).private);
        assert!(of("127.0.0.1", &[]).private);
    }

    #[test]
    fn a_household_is_one_network() {
        let one = network("2001:db8::1:2:3:4".parse().unwrap());
        assert_eq!(one, network("2001:db8::5".parse().unwrap()));
        assert_ne!(one, network("2001:db8:0:1::5".parse().unwrap()));
        assert_eq!(network("::ffff:192.0.2.1".parse().unwrap()), "192.0.2.1".parse::<IpAddr>().unwrap());
    }
}
