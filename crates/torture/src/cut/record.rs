//! The recording: a store at work in a watched folder, and what it answered when.

use std::fmt;
use std::path::Path;

use anyhow::{Result, anyhow};
use chat::{Key, Member, MemberId, Millis, Role, RoomId, Seq};
use protocol::{Accepted, Message, MessageOptions, Problem};
use server::rooms::Rooms;
use server::session::Author;
use server::store::{Clock, Store};
use tokio::task::JoinSet;

use crate::dice::Dice;
use crate::disk::Disk;

/// The time of the recording; nothing depends on it.
const NOW: Millis = 1_700_000_000_000;
/// A time after it.
pub(super) const LATER: Millis = NOW + 1_000_000;

/// Most requests at once: no more than one batch, so that an answer can be told from the next batch's writes.
const COMPANY: u64 = 64;

/// What was done, and what was answered.
pub(super) struct Recording {
    pub(super) disk: Disk,
    /// By the number of the disk's mark.
    pub(super) acked: Vec<Said>,
}

/// Something said, and where it came to stand.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) author: Author,
    pub(super) room: RoomId,
    pub(super) key: Key,
    pub(super) body: String,
    /// 0 until it is answered.
    pub(super) seq: Seq,
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{} of {}", self.room, self.seq, self.author.member.id)
    }
}

impl Said {
    /// A key that no other number has.
    pub(super) fn first_key(number: usize) -> Key {
        Key::from_bytes((number as u128).to_be_bytes())
    }

    pub(super) async fn say(&self, rooms: &Rooms) -> Result<Accepted, Problem> {
        let options = MessageOptions {
            room: Some(self.room.clone()),
            key: Some(self.key),
            ..MessageOptions::default()
        };
        rooms.say(&self.author, Message { body: self.body.clone(), options }).await
    }

    /// The same once more.
    pub(super) async fn again(&self, rooms: &Rooms) -> Result<Accepted, Problem> {
        self.say(rooms).await
    }
}

/// Something to say: mostly short, sometimes as long as it may be, so that checkpoints come often enough.
pub(super) fn new(dice: &mut Dice, key: Key) -> Said {
    let name = format!("p{}", dice.below(9));
    let id = MemberId::try_from(name.clone()).expect("invariant: letters and a digit");
    let length = if dice.chance(10) { dice.between(1, 4_000) } else { dice.between(1, 60) };
    let letter = *dice.pick(&['a', 'ã', '你', '🫖']);
    Said {
        author: Author {
            number: 0,
            member: Member { id, name, role: Role::Guest, hue: 0 },
            banned: false,
            network: None,
            lang: None,
        },
        room: RoomId::lobby(),
        key,
        body: std::iter::repeat_n(letter, usize::try_from(length).unwrap_or(1)).collect(),
        seq: 0,
    }
}

/// Two lives of a store in `folder`, with `batches` batches in all.
pub(super) async fn record(dice: &mut Dice, batches: usize, folder: &Path) -> Result<Recording> {
    let mut recording = Recording { disk: Disk::watch(folder)?, acked: Vec::new() };
    for life in 0..2 {
        let store = Store::open_with(folder, Clock::from_fn(|| NOW)).await?;
        let rooms = Rooms::new(&store);
        for _ in 0..batches / 2 {
            recording.batch(&rooms, dice).await?;
        }
        if life == 0 {
            store.close().await;
        }
    }
    Ok(recording)
}

impl Recording {
    async fn batch(&mut self, rooms: &Rooms, dice: &mut Dice) -> Result<()> {
        let company = if dice.chance(30) { 1 } else { dice.between(1, COMPANY) };
        let mut asked = JoinSet::new();
        for number in 0..usize::try_from(company)? {
            let mark = self.acked.len();
            let mut said = new(dice, Said::first_key(mark));
            if number == 0 && mark > 0 && dice.chance(20) {
                // Said again, it keeps its place.
                said = self.acked[dice.index(mark)].clone();
            }
            self.acked.push(said.clone());
            let (rooms, disk) = (rooms.clone(), self.disk.clone());
            asked.spawn(async move {
                let answer = said.say(&rooms).await;
                disk.mark(mark);
                (mark, answer)
            });
        }
        while let Some(done) = asked.join_next().await {
            let (mark, answer) = done?;
            let answer = answer.map_err(|problem| anyhow!("the recording was refused: {problem:?}"))?;
            self.acked[mark].seq = answer.seq;
        }
        Ok(())
    }
}
