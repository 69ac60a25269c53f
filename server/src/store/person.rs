//! Rows of `sessions` and of the people behind them, read side.

use app::i18n::Lang;
use chat::{Member, Millis};
use sqlx::{Row as _, SqlitePool};

use super::account::{self, SessionLine, session_line, to_array};
use super::{StoreError, code};

/// A session as stored. Whether it is over is the caller's to decide.
#[derive(Clone, Debug)]
pub(crate) struct SessionRow {
    /// Which one, and since when. Its hash names it, whatever its secret is.
    pub(crate) line: SessionLine,
    /// When its secret was given again last.
    pub(crate) given: Millis,
    /// The member's row.
    pub(crate) number: i64,
    pub(crate) member: Member,
    /// The member may not be on this server.
    pub(crate) banned: bool,
    /// The language the member chose.
    pub(crate) lang: Option<Lang>,
    /// Another secret is due; it is made with this.
    pub(crate) turn: Option<[u8; 32]>,
    /// It is the next secret that was shown: from now on it is the one.
    pub(crate) turned: bool,
}

/// The session of a secret. It is looked up by the secret's hash, so how long that takes tells nothing about
/// the secret.
pub(super) async fn session(
    readers: &SqlitePool,
    kind: i64,
    hash: &[u8; 32],
) -> Result<Option<SessionRow>, StoreError> {
    let row = sqlx::query(concat!(
        "SELECT ",
        session_line!(),
        ", s.given, m.id, m.public_id, m.name, m.role, m.banned, m.language, s.turn, coalesce(s.next = $1, 0)
         FROM sessions s JOIN members m ON m.id = s.member_id
         WHERE (s.hash = $1 AND s.secret IS NULL OR s.secret = $1 OR s.next = $1) AND s.kind = $2",
    ))
    .bind(hash.as_slice())
    .bind(kind)
    .fetch_optional(readers)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let number = row.try_get(7)?;
    let member = code::member(number, row.try_get(8)?, row.try_get(9)?, row.try_get(10)?)?;
    Ok(Some(SessionRow {
        line: account::line(&row)?,
        given: row.try_get(6)?,
        number,
        member,
        banned: row.try_get(11)?,
        lang: row.try_get::<Option<&str>, _>(12)?.and_then(Lang::tagged),
        turn: row.try_get::<Option<&[u8]>, _>(13)?.map(to_array).transpose()?,
        turned: row.try_get(14)?,
    }))
}

/// Most people listed at once.
const MAX_LISTED: i64 = 200;

/// People whose name contains `find`, and whether each may not be here: the most trusted first, then who came last.
pub(super) async fn roster(readers: &SqlitePool, find: &str) -> Result<Vec<(Member, bool)>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, public_id, name, role, banned FROM members
         WHERE banned <> 2 AND ($1 = '' OR instr(lower(name), lower($1)) > 0) ORDER BY role, id DESC LIMIT $2",
    )
    .bind(find)
    .bind(MAX_LISTED)
    .fetch_all(readers)
    .await?;
    rows.iter()
        .map(|row| {
            let member = code::member(row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?)?;
            Ok((member, row.try_get(4)?))
        })
        .collect()
}

/// The first of `names` that nobody has.
pub(super) async fn free_name(
    readers: &SqlitePool,
    names: &[String; 4],
) -> Result<Option<String>, StoreError> {
    let free = sqlx::query_scalar(
        "SELECT column1 FROM (VALUES ($1), ($2), ($3), ($4))
         WHERE column1 NOT IN (SELECT name FROM members WHERE name IN ($1, $2, $3, $4)) LIMIT 1",
    )
    .bind(&names[0])
    .bind(&names[1])
    .bind(&names[2])
    .bind(&names[3])
    .fetch_optional(readers)
    .await?;
    Ok(free)
}
