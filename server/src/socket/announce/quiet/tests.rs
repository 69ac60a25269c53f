//! What everybody hears in a storm, over time that is handed in.

use std::collections::HashMap;
use std::time::Duration;

use chat::{MemberId, RoomId};
use protocol::TypingNow;

use super::*;
use crate::config::Config;
use crate::socket::announce::tests::Ears;
use crate::socket::presence::{Here, Presences};
use crate::store::Store;
use crate::store::tests::{Folder, clock};

struct Hall {
    _folder: Folder,
    ears: Ears,
    presences: Presences,
    publisher: Publisher<Ears>,
}

async fn hall() -> Hall {
    let folder = Folder::new();
    let store = Store::open_with(folder.path(), clock().0).await.unwrap();
    let (ears, presences) = (Ears::default(), Presences::default());
    let tuning = Config::new("data").tuning;
    let publisher = Publisher::new(ears.clone(), store, tuning, HashMap::new()).watching(presences.clone());
    Hall { _folder: folder, ears, presences, publisher }
}

impl Hall {
    fn come(&self, n: usize) -> (MemberId, Here) {
        let id: MemberId = format!("p{n}").parse().unwrap();
        let here = self.presences.arrive(&id);
        self.presences.settle(&id, vec![RoomId::lobby()]);
        (id, here)
    }

    fn heard(&self, event: &str) -> usize {
        self.ears.whispers(event)
    }
}

fn typing(member: &MemberId) -> Whisper {
    let (room, name) = (RoomId::lobby(), member.to_string());
    let typing = TypingNow { room, member: member.clone(), name, on: true };
    Whisper::Typing { typing, deaf: Vec::new() }
}

#[tokio::test]
async fn e55_a_storm_in_a_room_of_five_thousand_is_at_most_one_notice_a_second() {
    let mut hall = hall().await;
    let begun = Instant::now();
    let mut here: Vec<_> = (0..5_000).map(|n| hall.come(n)).collect();
    let mut going: Vec<_> = (10_000..10_100).map(|n| hall.come(n)).collect();
    // Everybody writes in every three seconds, everybody's line breaks once a second, and ten a second go for good.
    for tick in 0..100_u64 {
        let now = begun + Duration::from_millis(tick * 100);
        for n in 0..160 {
            let (id, _) = &here[(tick as usize * 160 + n) % 5_000];
            hall.publisher.whisper(typing(id), now).await;
        }
        for n in 0..500 {
            let n = (tick as usize * 500 + n) % 5_000;
            let old = std::mem::replace(&mut here[n], hall.come(5_000 + n));
            drop(old);
            here[n] = hall.come(n);
        }
        going.pop();
        hall.publisher.tell_quietly(now).await;
    }
    let (typing, presence) = (hall.heard(TypingNow::EVENT), hall.heard(Presence::EVENT));
    assert!((5..=10).contains(&typing) && (5..=10).contains(&presence), "{typing} and {presence}");
}

#[tokio::test]
async fn a_thousand_who_come_within_ten_seconds_cost_each_twelve_notices_at_most() {
    let mut hall = hall().await;
    let begun = Instant::now();
    let mut here = Vec::new();
    for tick in 0..150_u64 {
        here.extend((0..10).filter(|_| tick < 100).map(|n| hall.come(tick as usize * 10 + n)));
        hall.publisher.tell_quietly(begun + Duration::from_millis(tick * 100)).await;
    }
    let notices = hall.heard(Presence::EVENT);
    assert_eq!(hall.presences.look(&RoomId::lobby(), here.iter().map(|(id, _)| id)).0.len(), 1_000);
    assert!((10..=12).contains(&notices), "{notices}");
}

#[tokio::test]
async fn in_a_small_room_everybody_is_seen_to_write() {
    let mut hall = hall().await;
    let here: Vec<_> = (0..4).map(|n| hall.come(n)).collect();
    for (id, _) in &here {
        hall.publisher.whisper(typing(id), Instant::now()).await;
    }
    assert_eq!(hall.heard(TypingNow::EVENT), 4);
}
