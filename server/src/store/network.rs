//! Where people come from: what is kept of it, and from where nobody new is let in.
//!
//! Of an address only a keyed hash is kept, of IPv6 that of its /64. A ban shuts the networks its person came from
//! lately; a pardon opens them again, unless somebody else's ban holds them shut.

use std::net::IpAddr;

use chat::Millis;
use sha2::{Digest, Sha256};
use sqlx::SqliteConnection;
use tokio::sync::oneshot;

use super::command::{Command, Entry, Request};
use super::{Store, StoreError};
use crate::guard;

/// How exact the last time is kept: a write for every request would cost a sync each.
const COARSE: Millis = 60 * 60 * 1_000;

/// The keyed hash of a network.
pub(crate) type Network = [u8; 32];

impl Store {
    /// What is kept of an address. Nothing of this machine's own: a proxy that nobody told us of shows everybody there.
    pub(crate) fn network(&self, ip: IpAddr) -> Option<Network> {
        if ip.to_canonical().is_loopback() {
            return None;
        }
        let hash = Sha256::new_with_prefix(self.0.hash_key).chain_update(b"network");
        let hash = match guard::network(ip) {
            IpAddr::V4(ip) => hash.chain_update(ip.octets()),
            IpAddr::V6(ip) => hash.chain_update(ip.octets()),
        };
        Some(hash.finalize().into())
    }

    /// Nobody new is let in from there.
    pub(crate) async fn is_shut(&self, network: &Network) -> Result<bool, StoreError> {
        is_shut(&mut *self.0.readers.acquire().await?, network).await
    }

    /// Notes that the person of the row `member` comes from there, without waiting: at worst a later ban does not
    /// shut it.
    pub(crate) async fn seen(&self, member: i64, network: Network) -> Result<(), StoreError> {
        let now = self.steady();
        let known: Option<Millis> =
            sqlx::query_scalar("SELECT at FROM networks WHERE member_id = $1 AND network = $2")
                .bind(member)
                .bind(network.as_slice())
                .fetch_optional(&self.0.readers)
                .await?;
        if known.is_none_or(|at| now - at >= COARSE) {
            let (reply, _) = oneshot::channel();
            let command = Command::Seen { member, network, at: now };
            let _ = self.0.inbox.try_send(Entry::Do(vec![Request { command, reply }]));
        }
        Ok(())
    }
}

pub(super) async fn is_shut(db: &mut SqliteConnection, network: &Network) -> Result<bool, StoreError> {
    let shut = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM banned_networks WHERE network = $1)")
        .bind(network.as_slice())
        .fetch_one(db)
        .await?;
    Ok(shut)
}

/// Keeps that somebody came from there.
pub(super) async fn note(
    db: &mut SqliteConnection,
    member: i64,
    network: &Network,
    at: Millis,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO networks (member_id, network, at)
         SELECT id, $2, $3 FROM members WHERE id = $1 AND banned <> 2
         ON CONFLICT DO UPDATE SET at = max(at, excluded.at)",
    )
    .bind(member)
    .bind(network.as_slice())
    .bind(at)
    .execute(db)
    .await?;
    Ok(())
}

/// Shuts the networks that `member` came from lately, and those of the `live` connections.
pub(super) async fn shut(
    db: &mut SqliteConnection,
    member: i64,
    live: &[Network],
    at: Millis,
) -> Result<(), StoreError> {
    for network in live {
        note(db, member, network, at).await?;
    }
    sqlx::query(
        "INSERT INTO banned_networks (network, member_id, at)
         SELECT network, member_id, $2 FROM networks WHERE member_id = $1 ON CONFLICT DO NOTHING",
    )
    .bind(member)
    .bind(at)
    .execute(db)
    .await?;
    Ok(())
}

/// Opens what a ban of `member` has shut.
pub(super) async fn reopen(db: &mut SqliteConnection, member: i64) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM banned_networks WHERE member_id = $1").bind(member).execute(db).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::{Folder, clock};

    #[tokio::test]
    async fn a_household_is_one_network_and_this_machine_is_none() {
        let folder = Folder::new();
        let store = Store::open_with(folder.path(), clock().0).await.unwrap();
        let network = |ip: &str| store.network(ip.parse().unwrap());
        assert_eq!(network("2001:db8::1"), network("2001:db8::2"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
        assert_eq!(network("192.0.2.1"), network("::ffff:192.0.2.1"));
        for own in ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"] {
            assert_eq!(network(own), None, "{own}");
        }
    }
}
