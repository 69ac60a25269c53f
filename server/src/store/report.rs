//! Reports as those who keep the peace read them, and whom they keep out.

use chat::rich_text::Block;
use chat::{Member, MemberId, Millis, RoomId, Seq, text};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::audit::person;
use super::code::{self, to_seq};
use super::{Store, StoreError, log, payload};

/// What is done about a reported message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing.
    Dismissed,
    /// It is deleted.
    Deleted,
    /// Who said it may not speak in its room.
    Muted,
    /// Who said it may not be on this server.
    Banned,
}

impl Outcome {
    const ALL: [Outcome; 4] = [Outcome::Dismissed, Outcome::Deleted, Outcome::Muted, Outcome::Banned];

    /// As a form and the audit log write it.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Outcome::Dismissed => "dismissed",
            Outcome::Deleted => "deleted",
            Outcome::Muted => "muted",
            Outcome::Banned => "banned",
        }
    }

    /// What a form asks for.
    pub(crate) fn from_code(code: &str) -> Option<Outcome> {
        Outcome::ALL.into_iter().find(|outcome| outcome.code() == code)
    }
}

/// Most of those who told of a message, that are named.
const NAMED: i64 = 5;

/// A message with its open reports.
#[derive(Clone, Debug)]
pub(crate) struct Reported {
    /// The latest.
    pub(crate) id: i64,
    pub(crate) at: Millis,
    pub(crate) room: (RoomId, String),
    pub(crate) seq: Seq,
    /// Who told of it and why, the latest first; at most five.
    pub(crate) told: Vec<(Member, String)>,
    /// How many told of it.
    pub(crate) count: u64,
    /// Who said it.
    pub(crate) author: Member,
    /// Nothing, once it is deleted.
    pub(crate) rich_text: Vec<Block>,
    pub(crate) deleted: bool,
}

impl Store {
    /// The `limit` messages of all rooms that were reported last, or last before that report. For those who keep the peace:
    /// nobody's leave is asked.
    pub(crate) async fn reports(
        &self,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Reported>, StoreError> {
        let rows = sqlx::query(
            "SELECT p.id, p.at, r.public_id, r.name, p.seq, p.reason, m.ast, m.deleted_seq IS NOT NULL,
                    b.id, b.public_id, b.name, b.role, a.id, a.public_id, a.name, a.role, g.count, g.id, m.body
             FROM (SELECT max(id) AS id, count(*) AS count, room_id, seq FROM reports WHERE settled_at IS NULL
                   GROUP BY room_id, seq HAVING max(id) < $1 ORDER BY max(id) DESC LIMIT $2) AS g
             JOIN (SELECT id, at, room_id, seq, by_id, reason,
                          row_number() OVER (PARTITION BY room_id, seq ORDER BY id DESC) AS place
                   FROM reports WHERE settled_at IS NULL) AS p
               ON p.room_id = g.room_id AND p.seq = g.seq AND p.place <= $3
             JOIN rooms r ON r.id = p.room_id
             JOIN messages m ON m.room_id = p.room_id AND m.seq = p.seq
             JOIN members b ON b.id = p.by_id JOIN members a ON a.id = m.author_id
             ORDER BY g.id DESC, p.id DESC",
        )
        .bind(before.unwrap_or(i64::MAX))
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .bind(NAMED)
        .fetch_all(&self.0.readers)
        .await?;
        let mut reports: Vec<Reported> = Vec::new();
        for row in &rows {
            let (latest, told) = (row.try_get::<i64, _>(17)?, told(row)?);
            match reports.last_mut().filter(|report| report.id == latest) {
                Some(report) => report.told.push(told),
                None => reports.push(reported(row, told)?),
            }
        }
        Ok(reports)
    }

    /// Who said what an open report is about.
    pub(crate) async fn reported_author(&self, report: i64) -> Result<Option<MemberId>, StoreError> {
        let id: Option<String> = sqlx::query_scalar(
            "SELECT a.public_id FROM reports p JOIN messages m ON m.room_id = p.room_id AND m.seq = p.seq
             JOIN members a ON a.id = m.author_id WHERE p.id = $1 AND p.settled_at IS NULL",
        )
        .bind(report)
        .fetch_optional(&self.0.readers)
        .await?;
        id.map(|id| code::member_id(&id)).transpose()
    }

    /// The `limit` people who were banned last.
    pub(crate) async fn banned(&self, limit: usize) -> Result<Vec<Member>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, public_id, name, role FROM members WHERE banned = 1 ORDER BY banned_seq DESC LIMIT $1",
        )
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(&self.0.readers)
        .await?;
        Ok(rows
            .iter()
            .map(|row| person(row, 0))
            .collect::<Result<Vec<_>, _>>()?
            .into_iter()
            .flatten()
            .collect())
    }
}

/// Who told of a message, and why.
fn told(row: &SqliteRow) -> Result<(Member, String), StoreError> {
    let by = person(row, 8)?.ok_or_else(|| nobody(row))?;
    Ok((by, text::cleaned(row.try_get(5)?)))
}

fn nobody(row: &SqliteRow) -> StoreError {
    StoreError::Corrupt(format!("report {:?}: nobody said it", row.try_get::<i64, _>(0)))
}

/// The message of its latest report.
fn reported(row: &SqliteRow, told: (Member, String)) -> Result<Reported, StoreError> {
    let id: i64 = row.try_get(0)?;
    let rich_text = match row.try_get::<Option<&[u8]>, _>(6)? {
        Some(ast) => serde_json::from_slice(ast)
            .map_err(|error| StoreError::Corrupt(format!("report {id}: {error}")))?,
        None => Vec::new(),
    };
    let (_, rich_text) = payload::clean(row.try_get::<Option<String>, _>(18)?.unwrap_or_default(), rich_text);
    Ok(Reported {
        id,
        at: row.try_get(1)?,
        room: (log::room_id(row.try_get(2)?)?, row.try_get(3)?),
        seq: to_seq(row.try_get(4)?),
        told: vec![told],
        count: u64::try_from(row.try_get::<i64, _>(16)?).unwrap_or(0),
        author: person(row, 12)?.ok_or_else(|| nobody(row))?,
        rich_text,
        deleted: row.try_get(7)?,
    })
}
