//! What a database file says happened, read past the server: the truth that everything else is compared with.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context as _, Result};
use chat::{Key, MemberId, RoomId, Seq};
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{ConnectOptions as _, Connection as _, Row as _, SqliteConnection};

/// One event of a room's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// `events.kind`.
    pub kind: i64,
    /// Who did it.
    pub author: MemberId,
    /// Under which key.
    pub key: Key,
    /// What it refers to.
    pub target: Option<Seq>,
    /// Its content, empty once deleted.
    pub payload: Vec<u8>,
}

/// The logs of all rooms.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// By room and `seq`.
    pub rows: BTreeMap<(RoomId, Seq), Row>,
    /// Where an author's key has led.
    pub keys: BTreeMap<(MemberId, Key), (RoomId, Seq)>,
    /// What is wrong with the file itself.
    pub faults: Vec<String>,
}

impl Ledger {
    /// `events.kind` of a message.
    pub const SENT: i64 = 1;
    /// `events.kind` of an edit.
    pub const EDITED: i64 = 3;
    /// `events.kind` of a deletion.
    pub const DELETED: i64 = 4;
    /// `events.kind` of somebody who comes.
    pub const JOINED: i64 = 6;
    /// Goes.
    pub const LEFT: i64 = 7;
    /// Is taken out.
    pub const KICKED: i64 = 8;
    /// Is silenced, or may speak again.
    pub const MUTED: i64 = 9;
    /// Is banned, or may be here again.
    pub const BANNED: i64 = 10;

    /// Reads the data folder `dir`. SQLite checks the file first; what is wrong is in [`Ledger::faults`].
    ///
    /// # Errors
    /// If the file cannot be opened or read at all.
    pub async fn read(dir: &Path) -> Result<Ledger> {
        let file = dir.join("chat.db");
        let options = SqliteConnectOptions::new().filename(&file).disable_statement_logging();
        let mut db =
            options.connect().await.with_context(|| format!("{} cannot be opened", file.display()))?;
        let mut ledger = Ledger::default();
        ledger.check_file(&mut db).await?;
        ledger.read_events(&mut db).await?;
        ledger.check_numbers(&mut db).await?;
        db.close().await?;
        Ok(ledger)
    }

    /// The body of the message at this place, if it is a message that was not deleted.
    pub fn body(&self, room: &RoomId, seq: Seq) -> Option<String> {
        let row = self.rows.get(&(room.clone(), seq))?;
        let payload: serde_json::Value = serde_json::from_slice(&row.payload).ok()?;
        payload.get("body")?.as_str().map(str::to_owned)
    }

    /// A room's last `seq`.
    pub fn head(&self, room: &RoomId) -> Seq {
        let of_room = self.rows.range((room.clone(), 0)..=(room.clone(), Seq::MAX));
        of_room.last().map_or(0, |((_, seq), _)| *seq)
    }

    async fn check_file(&mut self, db: &mut SqliteConnection) -> Result<()> {
        let words: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut *db).await?;
        self.faults
            .extend(words.into_iter().filter(|word| word != "ok").map(|word| format!("integrity: {word}")));
        let strays = sqlx::query("PRAGMA foreign_key_check").fetch_all(db).await?.len();
        if strays > 0 {
            self.faults.push(format!("{strays} rows refer to nothing"));
        }
        Ok(())
    }

    async fn read_events(&mut self, db: &mut SqliteConnection) -> Result<()> {
        let rows = sqlx::query(
            "SELECT r.public_id, e.seq, m.public_id, e.client_key, e.kind, e.target_seq, e.payload
             FROM events e JOIN rooms r ON r.id = e.room_id JOIN members m ON m.id = e.author_id
             ORDER BY r.public_id, e.seq",
        )
        .fetch_all(db)
        .await?;
        rows.iter().try_for_each(|row| self.take(row))
    }

    fn take(&mut self, row: &SqliteRow) -> Result<()> {
        let room: RoomId = row.try_get::<String, _>(0)?.parse()?;
        let seq = u64::try_from(row.try_get::<i64, _>(1)?)?;
        let key: Vec<u8> = row.try_get(3)?;
        let row = Row {
            author: MemberId::try_from(row.try_get::<String, _>(2)?)?,
            key: Key::from_bytes(key.as_slice().try_into()?),
            kind: row.try_get(4)?,
            target: row.try_get::<Option<i64>, _>(5)?.map(u64::try_from).transpose()?,
            payload: row.try_get(6)?,
        };
        let place = (room, seq);
        if let Some(first) = self.keys.insert((row.author.clone(), row.key), place.clone()) {
            self.faults.push(format!(
                "I2: {}/{} of {} is the same key as {}/{}",
                place.0, seq, row.author, first.0, first.1
            ));
        }
        if self.rows.insert(place.clone(), row).is_some() {
            self.faults.push(format!("I2: {}/{seq} is there twice", place.0));
        }
        Ok(())
    }

    /// Each room's numbers are 1 to its head, and the messages are those of its events.
    async fn check_numbers(&mut self, db: &mut SqliteConnection) -> Result<()> {
        let rooms = sqlx::query("SELECT public_id, last_seq FROM rooms").fetch_all(&mut *db).await?;
        for row in rooms {
            let room: RoomId = row.try_get::<String, _>(0)?.parse()?;
            let head = u64::try_from(row.try_get::<i64, _>(1)?)?;
            let there: BTreeSet<Seq> =
                self.rows.keys().filter(|(of, _)| *of == room).map(|(_, seq)| *seq).collect();
            if !there.iter().copied().eq(1..=head) {
                self.faults
                    .push(format!("I2: {room} has {} events up to {head}: not 1..={head}", there.len()));
            }
        }
        let strays: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM messages m LEFT JOIN events e ON e.room_id = m.room_id AND e.seq = m.seq
             WHERE e.seq IS NULL OR e.author_id <> m.author_id",
        )
        .fetch_one(db)
        .await?;
        if strays > 0 {
            self.faults.push(format!("{strays} messages without their event"));
        }
        Ok(())
    }
}
