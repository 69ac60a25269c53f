//! What a tab says of itself while it is on its way into a room.

use std::sync::{Arc, Mutex};

use tokio::sync::watch;

use super::*;
use crate::client::{Person, Phase, Script, Status};

/// A tab that nothing answers, in a public room that it displays.
fn tab(folder: &std::path::Path, phase: Phase) -> (Tab, RoomId) {
    std::fs::create_dir_all(folder).unwrap();
    let person = Person {
        name: "ana".to_owned(),
        me: "ana".parse().unwrap(),
        token: String::new(),
        url: "http://127.0.0.1:9".to_owned(),
    };
    let script = Script { folder: folder.to_owned(), seed: 1, rate: 1.0, pages: 1, people: vec![person] };
    let board = Arc::new(Mutex::new(vec![Status::default()]));
    let mut tab = Tab::first(Arc::new(script), 0, watch::Sender::new(phase).subscribe(), board).unwrap();
    let room: RoomId = "sala".parse().unwrap();
    tab.connected = true;
    tab.shelf(&room, true);
    (tab, room)
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_about_to_come_in_is_waited_for() {
    let folder = std::env::temp_dir().join(format!("torture-rooms-{}", std::process::id()));
    for phase in [Phase::Storm, Phase::Calm] {
        let (mut tab, room) = tab(&folder, phase);
        assert_eq!(tab.status().waiting, 1, "its page is under way");
        tab.latest(&room, Some(HistoryPage::default())).unwrap();
        assert_eq!(tab.status().waiting, 0, "it has everything");
        tab.taken_out(&room).unwrap();
        assert_eq!(tab.status().waiting, 1, "it is out, and will be in again in {phase:?}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_to_come_in_is_waited_for_until_the_answer() {
    let folder = std::env::temp_dir().join(format!("torture-rooms-asked-{}", std::process::id()));
    let (mut tab, room) = tab(&folder, Phase::Calm);
    tab.latest(&room, Some(HistoryPage::default())).unwrap();
    tab.out(&room).unwrap();
    assert_eq!(tab.status().waiting, 0, "it is out for good");
    tab.join(&room).unwrap();
    assert_eq!(tab.status().waiting, 1, "the request is under way");
    tab.joined(&room, Err(Undone::Silence)).unwrap();
    assert_eq!(tab.status().waiting, 1, "it will ask again");
    std::fs::remove_dir_all(&folder).unwrap();
}
