//! What the people who run a server have the writer do beyond rooms: settings, links, forgetting. Whether they may is
//! asked in the transaction.

use chat::settings::{CHANGED, INVITED, REVOKED};
use chat::{Act, Member, MemberId, Millis, Role, RoomId};
use protocol::Refusal;
use serde_json::json;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::audit::{Deed, record};
use super::code::{self, PUBLIC};
use super::command::{Answer, Command};
use super::forget::Forget;
use super::stop::Stop;
use super::{Store, StoreError};

/// Key of the settings' revision among the settings: no setting is called so.
const REVISION: &str = "revision";

/// Key of the owner link's hash in `meta`.
const OWNER_LINK: &str = "owner_link";

/// One thing to do. What it comes to is a number: rows changed, or the row made.
#[derive(Clone, Debug)]
pub(crate) enum Manage {
    /// Other values of settings; `None` for as the options say.
    Settings { by: MemberId, at: Millis, rows: Vec<(&'static str, Option<String>)> },
    /// A new invite.
    Invite(NewInvite),
    /// An invite that is not to work any more.
    Revoke { by: MemberId, at: Millis, invite: i64 },
    /// The link whose opener becomes the owner; any earlier one is dead. 0 if there is an owner.
    OfferOwnership { hash: [u8; 32] },
    /// Old texts of one room are taken away, a few at a time.
    Forget(Forget),
}

/// A row of `invites`.
#[derive(Clone, Debug)]
pub(crate) struct NewInvite {
    pub(crate) by: MemberId,
    pub(crate) room: RoomId,
    pub(crate) hash: [u8; 32],
    pub(crate) at: Millis,
    pub(crate) expires: Option<Millis>,
    pub(crate) most_uses: Option<u32>,
}

impl Store {
    /// Every setting somebody decided, and the revision they are of.
    pub(crate) async fn settings(&self) -> Result<(i64, Vec<(String, String)>), StoreError> {
        let rows = sqlx::query("SELECT key, value FROM settings").fetch_all(&self.0.readers).await?;
        let (mut revision, mut settings) = (0, Vec::with_capacity(rows.len()));
        for row in rows {
            let (key, value): (String, String) = (row.try_get(0)?, row.try_get(1)?);
            if key == REVISION {
                revision = value.parse().unwrap_or(0);
            } else {
                settings.push((key, value));
            }
        }
        Ok((revision, settings))
    }

    /// Decides settings anew, if `by` may.
    pub(crate) async fn save_settings(
        &self,
        by: &MemberId,
        rows: Vec<(&'static str, Option<String>)>,
    ) -> Result<(), Stop> {
        self.manage(Manage::Settings { by: by.clone(), at: self.now(), rows }).await.map(drop)
    }

    /// The people of that id or, if there is none, of that name.
    pub(crate) async fn called(&self, who: &str) -> Result<Vec<Member>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, public_id, name, role FROM members WHERE banned <> 2 AND (public_id = $1 OR (name = $1
               AND NOT EXISTS (SELECT 1 FROM members WHERE public_id = $1))) ORDER BY id",
        )
        .bind(who)
        .fetch_all(&self.0.readers)
        .await?;
        rows.into_iter().map(member).collect()
    }

    /// The owner.
    pub(crate) async fn owner(&self) -> Result<Option<Member>, StoreError> {
        let row = sqlx::query("SELECT id, public_id, name, role FROM members WHERE role = $1")
            .bind(code::from_role(Role::Owner))
            .fetch_optional(&self.0.readers)
            .await?;
        row.map(member).transpose()
    }

    /// Puts the link of this hash in the place of any earlier owner link; false if there is an owner already.
    pub(crate) async fn offer_ownership(&self, hash: [u8; 32]) -> Result<bool, StoreError> {
        match self.manage(Manage::OfferOwnership { hash }).await {
            Ok(made) => Ok(made > 0),
            Err(Stop::Failed(error)) => Err(error),
            Err(Stop::Refused(_)) => Ok(false),
        }
    }

    /// The link of this hash makes its opener the owner, as of now.
    pub(crate) async fn ownership_is_offered(&self, hash: &[u8; 32]) -> Result<bool, StoreError> {
        let kept: Option<Vec<u8>> = sqlx::query_scalar("SELECT value FROM meta WHERE key = $1")
            .bind(OWNER_LINK)
            .fetch_optional(&self.0.readers)
            .await?;
        Ok(kept.is_some_and(|kept| kept == hash))
    }

    /// Keeps a new invite, if its maker may make one; with it its number.
    pub(crate) async fn make_invite(&self, new: NewInvite) -> Result<i64, Stop> {
        self.manage(Manage::Invite(new)).await
    }

    /// Ends an invite, if `by` may.
    pub(crate) async fn revoke_invite(&self, by: &MemberId, invite: i64) -> Result<(), Stop> {
        self.manage(Manage::Revoke { by: by.clone(), at: self.now(), invite }).await.map(drop)
    }

    pub(super) async fn manage(&self, what: Manage) -> Result<i64, Stop> {
        match self.submit(Command::Manage(Box::new(what))).await? {
            Answer::Managed(done) => done.map_err(Stop::Refused),
            other => unreachable!("managing came to {other:?}"),
        }
    }
}

fn member(row: SqliteRow) -> Result<Member, StoreError> {
    code::member(row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?)
}

/// Carries out `what` in the open transaction. Whatever is refused has written nothing.
pub(super) async fn carry_out(
    db: &mut SqliteConnection,
    what: &Manage,
) -> Result<Result<i64, Refusal>, StoreError> {
    let done = match what {
        Manage::Settings { by, at, rows } => save(db, by, *at, rows).await,
        Manage::Invite(new) => invite(db, new).await,
        Manage::Revoke { by, at, invite } => revoke(db, by, *at, *invite).await,
        Manage::OfferOwnership { hash } => offer(db, hash).await,
        Manage::Forget(forget) => Ok(forget.carry_out(db).await?),
    };
    match done {
        Ok(count) => Ok(Ok(count)),
        Err(Stop::Refused(refusal)) => Ok(Err(refusal)),
        Err(Stop::Failed(error)) => Err(error),
    }
}

/// The row of `by`, who must be owner or admin.
async fn administrator(db: &mut SqliteConnection, by: &MemberId) -> Result<i64, Stop> {
    let row = sqlx::query("SELECT id, role, banned FROM members WHERE public_id = $1")
        .bind(by.as_str())
        .fetch_optional(db)
        .await?;
    let row = row.ok_or(Refusal::Forbidden)?;
    if let Some(refusal) = code::barred(row.try_get(2)?) {
        return Err(refusal.into());
    }
    if !code::to_role(row.try_get(1)?).may(Act::ChangeSettings, false, None) {
        return Err(Refusal::Forbidden.into());
    }
    Ok(row.try_get(0)?)
}

async fn save(
    db: &mut SqliteConnection,
    by: &MemberId,
    at: Millis,
    rows: &[(&'static str, Option<String>)],
) -> Result<i64, Stop> {
    let by = administrator(db, by).await?;
    let mut changed = serde_json::Map::new();
    for (key, value) in rows {
        let before: Option<String> = sqlx::query_scalar("SELECT value FROM settings WHERE key = $1")
            .bind(key)
            .fetch_optional(&mut *db)
            .await?;
        if before != *value {
            changed.insert((*key).to_owned(), value.clone().into());
        }
    }
    if changed.is_empty() {
        return Ok(0);
    }
    record(db, at, Deed { by: Some(by), act: CHANGED, detail: changed.into(), ..Deed::default() }).await?;
    for (key, value) in rows {
        let sql = match value {
            Some(_) => {
                "INSERT INTO settings (key, value) VALUES ($1, $2)
                 ON CONFLICT (key) DO UPDATE SET value = excluded.value"
            }
            None => "DELETE FROM settings WHERE key = $1 AND $2 IS NULL",
        };
        sqlx::query(sql).bind(key).bind(value).execute(&mut *db).await?;
    }
    sqlx::query(
        "INSERT INTO settings (key, value) VALUES ($1, '1')
         ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1",
    )
    .bind(REVISION)
    .execute(db)
    .await?;
    Ok(1)
}

/// Administrators invite to any room they may see.
async fn invite(db: &mut SqliteConnection, new: &NewInvite) -> Result<i64, Stop> {
    let maker = administrator(db, &new.by).await?;
    let room: Option<i64> = sqlx::query_scalar(
        "SELECT r.id FROM rooms r LEFT JOIN memberships p ON p.room_id = r.id AND p.member_id = $2
         WHERE r.public_id = $1 AND r.archived = 0 AND (r.kind = $3 OR (p.present AND r.kind = 1))",
    )
    .bind(new.room.as_str())
    .bind(maker)
    .bind(PUBLIC)
    .fetch_optional(&mut *db)
    .await?;
    let room = room.ok_or(Refusal::NotFound)?;
    let detail = json!({ "expires": new.expires, "uses": new.most_uses });
    let deed = Deed { by: Some(maker), act: INVITED, room: Some(room), detail, ..Deed::default() };
    record(db, new.at, deed).await?;
    Ok(sqlx::query_scalar(
        "INSERT INTO invites (hash, maker_id, room_id, created, expires, most_uses)
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
    )
    .bind(new.hash.as_slice())
    .bind(maker)
    .bind(room)
    .bind(new.at)
    .bind(new.expires)
    .bind(new.most_uses)
    .fetch_one(db)
    .await?)
}

async fn revoke(db: &mut SqliteConnection, by: &MemberId, at: Millis, invite: i64) -> Result<i64, Stop> {
    let by = administrator(db, by).await?;
    let room: Option<i64> =
        sqlx::query_scalar("UPDATE invites SET revoked = 1 WHERE id = $1 RETURNING room_id")
            .bind(invite)
            .fetch_optional(&mut *db)
            .await?;
    let room = Some(room.ok_or(Refusal::NotFound)?);
    let deed = Deed { by: Some(by), act: REVOKED, room, ..Deed::default() };
    record(db, at, deed).await?;
    Ok(1)
}

/// Somebody owns this server.
pub(super) async fn is_owned(db: &mut SqliteConnection) -> Result<bool, StoreError> {
    let owned: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM members WHERE role = $1)")
        .bind(code::from_role(Role::Owner))
        .fetch_one(db)
        .await?;
    Ok(owned)
}

async fn offer(db: &mut SqliteConnection, hash: &[u8; 32]) -> Result<i64, Stop> {
    if is_owned(&mut *db).await? {
        return Ok(0);
    }
    sqlx::query(
        "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )
    .bind(OWNER_LINK)
    .bind(hash.as_slice())
    .execute(db)
    .await?;
    Ok(1)
}

/// Takes the owner link of this hash away; false if there is none, or an owner already.
pub(super) async fn take_ownership(db: &mut SqliteConnection, hash: &[u8; 32]) -> Result<bool, StoreError> {
    if is_owned(&mut *db).await? {
        return Ok(false);
    }
    let taken = sqlx::query("DELETE FROM meta WHERE key = $1 AND value = $2")
        .bind(OWNER_LINK)
        .bind(hash.as_slice())
        .execute(db)
        .await?;
    Ok(taken.rows_affected() > 0)
}
