//! What a room is like: its topic, its name, who may speak in it and how often.

use chat::{Act as Deed, Change};
use protocol::{ArchiveRoom, LockRoom, Refusal, RenameRoom, Request, SetTopic, SlowMode};
use serde_json::{Value, json};
use sqlx::Row as _;
use sqlx::sqlite::SqliteArguments;

use super::{Act, Place, Reached, Stop};
use crate::store::code::{DIRECT, PUBLIC, from_seq, kind, to_seq};
use crate::store::post::Shape;

/// Finds the event of room $1 that made a column what it shall be, $2; and makes it so with the event $3.
macro_rules! column {
    ($name:literal) => {
        (
            concat!("SELECT ", $name, "_seq FROM rooms WHERE id = $1 AND ", $name, " = $2"),
            concat!("UPDATE rooms SET ", $name, " = $2, ", $name, "_seq = $3 WHERE id = $1"),
        )
    };
}

impl Act<'_> {
    /// Makes the room of the request like that.
    pub(super) async fn shape(&mut self, shape: &Shape) -> Result<Reached, Stop> {
        let place = self.place().await?;
        self.check_shaping(&place, shape)?;
        // A topic or a name are words, too.
        if self.is_unheard(&place).await? {
            return Err(Refusal::Forbidden.into());
        }
        let (find, set) = columns(shape);
        let same = bind(sqlx::query(find).bind(place.id), shape).fetch_optional(&mut *self.db).await?;
        if let Some(row) = same {
            return Ok(self.already(&place, to_seq(row.try_get(0)?)).await?);
        }
        let (kind, change) = self.change(shape);
        let reached = self.append((place.id, &place.public_id), kind, None, change).await?;
        bind(sqlx::query(set).bind(place.id), shape)
            .bind(from_seq(reached.seq))
            .execute(&mut *self.db)
            .await?;
        let (request, detail) = told(shape);
        self.record(request, &place, (None, reached.seq), detail).await?;
        Ok(reached)
    }

    fn check_shaping(&self, place: &Place, shape: &Shape) -> Result<(), Stop> {
        let public = place.kind == PUBLIC;
        let deed = match shape {
            Shape::Topic(_) => Deed::SetTopic { public },
            Shape::Name(_) => Deed::RenameRoom { public },
            Shape::SlowMode(_) => Deed::SlowMode { public },
            Shape::Locked(_) => Deed::LockRoom { public },
            Shape::Archived(_) => Deed::ArchiveRoom { public },
        };
        let archiving = matches!(shape, Shape::Archived(_));
        // A conversation of a few is named by its people and belongs to all of them alike.
        let closed = place.archived && !archiving || archiving && place.is_lobby() || place.kind == DIRECT;
        if !place.present || closed {
            return Err(Refusal::Forbidden.into());
        }
        if place.muted {
            return Err(Refusal::Muted.into());
        }
        if self.member().role.may(deed, place.keeper, None) { Ok(()) } else { Err(Refusal::Forbidden.into()) }
    }

    fn change(&self, shape: &Shape) -> (i64, Change) {
        let by = self.id();
        match shape {
            Shape::Topic(topic) => {
                (kind::TOPIC_CHANGED, Change::TopicChanged { by, topic: topic.as_str().to_owned() })
            }
            Shape::Name(name) => {
                (kind::ROOM_RENAMED, Change::RoomRenamed { by, name: name.as_str().to_owned() })
            }
            Shape::SlowMode(seconds) => {
                (kind::SLOW_MODE_CHANGED, Change::SlowModeChanged { by, seconds: *seconds })
            }
            Shape::Locked(on) => (kind::ROOM_LOCKED, Change::RoomLocked { by, on: *on }),
            Shape::Archived(on) => (kind::ROOM_ARCHIVED, Change::RoomArchived { by, on: *on }),
        }
    }
}

fn columns(shape: &Shape) -> (&'static str, &'static str) {
    match shape {
        Shape::Topic(_) => column!("topic"),
        Shape::Name(_) => column!("name"),
        Shape::SlowMode(_) => column!("slow_mode"),
        Shape::Locked(_) => column!("locked"),
        Shape::Archived(_) => column!("archived"),
    }
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Sqlite, SqliteArguments>;

/// Gives `query` the value as the column holds it.
fn bind<'q>(query: Query<'q>, shape: &Shape) -> Query<'q> {
    match shape {
        Shape::Topic(topic) => query.bind(topic.as_str()),
        Shape::Name(name) => query.bind(name.as_str()),
        Shape::SlowMode(seconds) => query.bind(seconds),
        Shape::Locked(on) | Shape::Archived(on) => query.bind(on),
    }
}

/// The request that asks for it, and what of it is worth keeping.
fn told(shape: &Shape) -> (&'static str, Value) {
    match shape {
        Shape::Topic(topic) => (SetTopic::EVENT, json!({ "topic": topic.as_str() })),
        Shape::Name(name) => (RenameRoom::EVENT, json!({ "name": name.as_str() })),
        Shape::SlowMode(seconds) => (SlowMode::EVENT, json!({ "seconds": seconds })),
        Shape::Locked(on) => (LockRoom::EVENT, json!({ "on": on })),
        Shape::Archived(on) => (ArchiveRoom::EVENT, json!({ "on": on })),
    }
}
