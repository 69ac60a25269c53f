//! What whoever restores a backup has to do again: the steward of the storms, against the server itself.

#![cfg(feature = "sim")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails, in its helpers too")]

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use chat::RoomId;
use protocol::{Ban, Message, MessageOptions, Mute};
use server::config::Switch;
use server::{Config, RunError, Server, store};
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use torture::proxy::Link;
use torture::steward::{Lift, Steward, arrive, key};
use torture::truth::{self, FILE};

/// `members.role` of an administrator.
const ADMIN: i64 = 1;

/// A server behind an address that outlives it.
struct Running {
    stop: oneshot::Sender<()>,
    ended: JoinHandle<Result<(), RunError>>,
}

impl Running {
    async fn start(data: &Path, upstream: &watch::Sender<Option<SocketAddr>>) -> Running {
        let mut config = Config::new(data);
        (config.port, config.rate_limit) = (0, Switch::Off);
        let listener = TcpListener::bind(config.address()).await.unwrap();
        upstream.send_replace(Some(listener.local_addr().unwrap()));
        let server = Server::new(config).await.unwrap();
        let (stop, stopped) = oneshot::channel();
        let ended = tokio::spawn(server.run(listener, async { drop(stopped.await) }));
        Running { stop, ended }
    }

    async fn stop(self) {
        self.stop.send(()).unwrap();
        self.ended.await.unwrap().unwrap();
    }
}

fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("restore");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_a_backup_bans_and_silences_again_the_steward_lets_back() {
    let folder = folder();
    let (data, backup) = (folder.join("data"), folder.join("backup.db"));
    let upstream = watch::Sender::new(None);
    let link = Link::open(upstream.subscribe()).await.unwrap();
    let url = format!("http://{}", link.address);

    let server = Running::start(&data, &upstream).await;
    let (ana, steward) = (arrive("ana", &url).await.unwrap(), arrive("steward", &url).await.unwrap());
    server.stop().await;
    truth::appoint(&data.join(FILE), &steward.me, ADMIN).await.unwrap();

    let server = Running::start(&data, &upstream).await;
    let steward = Steward::connect(&steward);
    let mute = Mute { room: RoomId::lobby(), member: ana.me.clone(), on: true, key: Some(key()) };
    steward.insist(&mute).await.unwrap().unwrap();
    let ban = Ban { member: ana.me.clone(), on: true, key: Some(key()) };
    steward.insist(&ban).await.unwrap().unwrap();
    store::backup(&data, &backup).await.unwrap();
    steward.lift(Lift::Mute(RoomId::lobby(), ana.me.clone())).await.unwrap().unwrap();
    steward.lift(Lift::Ban(ana.me.clone())).await.unwrap().unwrap();
    server.stop().await;
    store::restore(&data, &backup).await.unwrap();

    let server = Running::start(&data, &upstream).await;
    let back = steward.lift_again().await.unwrap();
    assert_eq!(back, [ana.me.clone()].into(), "the backup had banned her again");
    assert!(steward.lift_again().await.unwrap().is_empty(), "she is back already");
    let options = MessageOptions { key: Some(key()), ..MessageOptions::default() };
    let said = Steward::connect(&ana).insist(&Message { body: "Voltei".to_owned(), options }).await;
    assert!(said.unwrap().is_ok(), "she is greeted, and may speak");
    server.stop().await;
    drop(steward);
    std::fs::remove_dir_all(&folder).unwrap();
}
