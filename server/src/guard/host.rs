//! What a request says it is for: the `Host` header, and what an origin has to do with it.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::Request;
use axum::http::header::HOST;
use axum::http::{HeaderMap, Uri};

use super::Refused;
use crate::config::{Config, Origin};

/// Addresses that answer whoever asks, under whatever name: programs look at them.
const FOR_ANYBODY: [&str; 2] = ["/healthz", "/readyz"];

/// Headers that only a proxy sends.
const FORWARDED: [&str; 4] = ["x-forwarded-for", "x-forwarded-proto", "x-real-ip", "forwarded"];

/// What the request is for, if that is this server; nothing where it does not matter.
pub(super) fn of<'a>(config: &Config, request: &'a Request) -> Result<Option<&'a str>, Refused> {
    if FOR_ANYBODY.contains(&request.uri().path()) {
        return Ok(None);
    }
    let authority = authority(request.headers(), request.uri())?;
    if is_ours(config, authority) { Ok(Some(authority)) } else { Err(Refused::Host) }
}

/// Why an origin is not this server's: behind a proxy that leaves the port out it may well be.
pub(super) fn other(config: &Config, own: Option<&Origin>, named: &Origin, authority: &str) -> Refused {
    let same = own.is_some_and(|own| own.host() == named.host() && own.is_secure() == named.is_secure());
    let bare = authority.rsplit_once(':').is_none_or(|(_, port)| port.ends_with(']'));
    if same && bare && config.public_url.is_none() { Refused::Port } else { Refused::Site }
}

/// Says once that a proxy is in front of which nobody has told us: everybody comes from its address then.
pub(super) fn notice_proxy(config: &Config, peer: SocketAddr, headers: &HeaderMap) {
    static SAID: AtomicBool = AtomicBool::new(false);
    let forwarded = FORWARDED.iter().any(|name| headers.contains_key(*name));
    let peer = peer.ip().to_canonical();
    let is_trusted = config.trusts(peer);
    if !forwarded || is_trusted || SAID.swap(true, Ordering::Relaxed) {
        return;
    }
    let trusted = if config.trusted_proxy.is_empty() { "none" } else { "another one" };
    tracing::warn!(
        "a proxy at {peer} forwards requests, and {trusted} is trusted: if it is yours, start with --trusted-proxy \
         {peer}, or everybody behind it counts as one"
    );
}

/// What the request says it is for, if it says one thing only.
pub(super) fn authority<'a>(headers: &'a HeaderMap, uri: &'a Uri) -> Result<&'a str, Refused> {
    let mut hosts = headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return Err(Refused::Request) };
    let host = host.to_str().map_err(|_| Refused::Request)?;
    let agrees = uri.authority().is_none_or(|named| named.as_str().eq_ignore_ascii_case(host));
    if agrees { Ok(host) } else { Err(Refused::Host) }
}

/// The configured name, a loopback name or an IP literal: a name that an attacker's DNS cannot make ours.
fn is_ours(config: &Config, authority: &str) -> bool {
    let Ok(origin) = Origin::of(false, authority) else { return false };
    let host = origin.host();
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host == "localhost"
        || host.ends_with(".localhost")
        || bare.parse::<IpAddr>().is_ok()
        || config.public_url.as_ref().is_some_and(|url| url.host() == host)
}
