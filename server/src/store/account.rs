//! Rows of `accounts` and of the sessions behind them: what is read, and what is changed in the writer's transaction.

use std::fmt;

use chat::{Key, Member, MemberId, Millis, Nickname};
use protocol::Refusal;
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection, SqlitePool};

use super::{NewSession, Store, StoreError, code, recovery, session, turn};

/// What the database keeps of a password.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct PasswordHash {
    /// Drawn for this one password.
    pub(crate) salt: [u8; 16],
    /// Of the password and the salt.
    pub(crate) digest: [u8; 32],
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// A kept name.
#[derive(Clone, Debug)]
pub(crate) struct AccountRow {
    /// The member's row.
    pub(crate) number: i64,
    pub(crate) member: Member,
    pub(crate) password: PasswordHash,
    /// The member may not be on this server.
    pub(crate) banned: bool,
}

/// A session of somebody, as that person may see it.
#[derive(Clone, Debug)]
pub(crate) struct SessionLine {
    pub(crate) hash: [u8; 32],
    pub(crate) kind: i64,
    pub(crate) device: String,
    pub(crate) created: Millis,
    pub(crate) used: Millis,
    /// Its person has a password.
    pub(crate) kept: bool,
}

/// The columns of a [`SessionLine`], of the table `s`.
macro_rules! session_line {
    () => {
        "s.hash, s.kind, s.device, s.created, s.used,
         EXISTS (SELECT 1 FROM accounts a WHERE a.member_id = s.member_id)"
    };
}
pub(super) use session_line;

/// A name that its bearer keeps from now on.
#[derive(Clone, Debug)]
pub(crate) struct Keeping {
    /// The name, if it is another than today's.
    pub(crate) name: Option<Nickname>,
    /// The name, folded.
    pub(crate) login: String,
    pub(crate) password: PasswordHash,
    /// The session that asks, by its hash; it ends.
    pub(crate) session: [u8; 32],
    /// What takes its place.
    pub(crate) renewed: NewSession,
}

/// How somebody deletes the account.
#[derive(Clone, Debug)]
pub(crate) struct Goodbye {
    /// The session that asks, by its hash.
    pub(crate) session: [u8; 32],
    /// What was checked a moment ago; a guest has none.
    pub(crate) password: Option<PasswordHash>,
    /// What the person has said is taken away; else it stays, without the name.
    pub(crate) removes: bool,
}

/// A change of an account or its sessions.
#[derive(Debug)]
pub(crate) enum AccountChange {
    /// A session for whoever had this password a moment ago, in the place of the one they came with.
    SignIn { member: i64, password: PasswordHash, session: NewSession, instead: Option<[u8; 32]> },
    /// Another password, from the session that stays while all others end.
    SetPassword { member: i64, from: PasswordHash, to: PasswordHash, session: [u8; 32], at: Millis },
    /// The next secret of a session, by its hash, was made with `turn` and is being given.
    Give { session: [u8; 32], turn: [u8; 32], next: [u8; 32] },
    /// The next secret of a session was shown: the one before opens nothing any more.
    Turn { session: [u8; 32], next: [u8; 32] },
    /// The end of one session.
    SignOut { session: [u8; 32] },
    /// The end of those sessions of a person whose hash begins so.
    Revoke { member: i64, start: [u8; 8] },
    /// A way back in for somebody, made by somebody who may, or by who runs the machine.
    OfferRecovery { by: Option<MemberId>, who: MemberId, hash: [u8; 32], at: Millis },
    /// Another password for whoever has the secret of an offer not older than `since`; all sessions end.
    Recover { hash: [u8; 32], since: Millis, password: PasswordHash, at: Millis },
}

/// What an [`AccountChange`] came to: the sessions that are over, by their hashes, or why nothing changed.
pub(crate) type Ended = Result<Vec<[u8; 32]>, Refusal>;

impl Store {
    /// The account with this folded name.
    pub(crate) async fn account(&self, login: &str) -> Result<Option<AccountRow>, StoreError> {
        let row = sqlx::query(select("a.login = $1")).bind(login).fetch_optional(&self.0.readers).await?;
        row.as_ref().map(account).transpose()
    }

    /// The account of a member's row.
    pub(crate) async fn account_of(&self, member: i64) -> Result<Option<AccountRow>, StoreError> {
        let row =
            sqlx::query(select("a.member_id = $1")).bind(member).fetch_optional(&self.0.readers).await?;
        row.as_ref().map(account).transpose()
    }

    /// The sessions of a member's row, the one used last first. Whether one is over is the caller's to decide.
    pub(crate) async fn sessions_of(&self, member: i64) -> Result<Vec<SessionLine>, StoreError> {
        sessions(&self.0.readers, member).await
    }

    /// Somebody has deleted the account under this key.
    pub(crate) async fn is_goodbye(&self, key: Key) -> Result<bool, StoreError> {
        let known =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM events WHERE client_key = $1 AND kind = $2)")
                .bind(key.as_bytes().as_slice())
                .bind(code::kind::ACCOUNT_DELETED)
                .fetch_one(&self.0.readers)
                .await?;
        Ok(known)
    }

    /// Those of `hashes` that are sessions, over or not.
    pub(crate) async fn known_sessions(&self, hashes: &[[u8; 32]]) -> Result<Vec<SessionLine>, StoreError> {
        known(&self.0.readers, hashes).await
    }
}

/// The sessions of a person, the one used last first. Whether one is over is the caller's to decide.
async fn sessions(readers: &SqlitePool, member: i64) -> Result<Vec<SessionLine>, StoreError> {
    let rows = sqlx::query(concat!(
        "SELECT ",
        session_line!(),
        " FROM sessions s WHERE s.member_id = $1 ORDER BY s.used DESC, s.created DESC",
    ))
    .bind(member)
    .fetch_all(readers)
    .await?;
    rows.iter().map(line).collect()
}

/// Those of `hashes` that are sessions.
async fn known(readers: &SqlitePool, hashes: &[[u8; 32]]) -> Result<Vec<SessionLine>, StoreError> {
    let mut known = Vec::with_capacity(hashes.len());
    // SQLite takes so many parameters in one statement and more; a part at a time keeps the others' reads short.
    for part in hashes.chunks(500) {
        let mut query = QueryBuilder::<Sqlite>::new(concat!(
            "SELECT ",
            session_line!(),
            " FROM sessions s WHERE s.hash IN ("
        ));
        let mut list = query.separated(", ");
        for hash in part {
            list.push_bind(hash.to_vec());
        }
        query.push(")");
        for row in query.build().fetch_all(readers).await? {
            known.push(line(&row)?);
        }
    }
    Ok(known)
}

/// Carries out `change` in the open transaction. What is refused has written nothing.
pub(super) async fn carry_out(
    db: &mut SqliteConnection,
    change: &AccountChange,
) -> Result<Ended, StoreError> {
    match change {
        AccountChange::SignIn { member, password, session: new, instead } => {
            if let Err(refusal) = still(db, *member, password).await? {
                return Ok(Err(refusal));
            }
            let mut ended = match instead {
                Some(hash) => end(db, "hash = $1", hash.as_slice(), None).await?,
                None => Vec::new(),
            };
            ended.extend(session::begin(db, *member, new).await?);
            Ok(Ok(ended))
        }
        AccountChange::SetPassword { member, from, to, session, at } => {
            if let Err(refusal) = still(db, *member, from).await? {
                return Ok(Err(refusal));
            }
            set_password(db, *member, to, *at).await?;
            end(db, "hash <> $1 AND member_id = $2", session.as_slice(), Some(*member)).await.map(Ok)
        }
        AccountChange::Give { session, turn, next } => {
            turn::give(db, [session, turn, next]).await.map(|()| Ok(Vec::new()))
        }
        AccountChange::Turn { session, next } => turn::turn(db, session, next).await.map(|()| Ok(Vec::new())),
        AccountChange::SignOut { session } => end(db, "hash = $1", session.as_slice(), None).await.map(Ok),
        AccountChange::Revoke { member, start } => {
            end(db, "substr(hash, 1, 8) = $1 AND member_id = $2", start.as_slice(), Some(*member))
                .await
                .map(Ok)
        }
        AccountChange::OfferRecovery { by, who, hash, at } => {
            recovery::offer(db, by.as_ref(), who, hash, *at).await
        }
        AccountChange::Recover { hash, since, password, at } => {
            recovery::recover(db, hash, *since, password, *at).await
        }
    }
}

/// Refused unless the password is what it was when it was checked, and the person may be here.
async fn still(
    db: &mut SqliteConnection,
    member: i64,
    password: &PasswordHash,
) -> Result<Result<(), Refusal>, StoreError> {
    let row = sqlx::query(select("a.member_id = $1")).bind(member).fetch_optional(db).await?;
    let Some(row) = row else { return Ok(Err(Refusal::Unauthorized)) };
    let row = account(&row)?;
    Ok(match row.banned {
        true => Err(Refusal::Banned),
        false if row.password != *password => Err(Refusal::Unauthorized),
        false => Ok(()),
    })
}

/// What is kept of a person's password, if there is one.
pub(super) async fn password_of(
    db: &mut SqliteConnection,
    member: i64,
) -> Result<Option<PasswordHash>, StoreError> {
    let row = sqlx::query(select("a.member_id = $1")).bind(member).fetch_optional(db).await?;
    Ok(row.as_ref().map(account).transpose()?.map(|account| account.password))
}

/// Keeps the password of somebody who had none; false if another account is called so.
pub(super) async fn create(
    db: &mut SqliteConnection,
    member: i64,
    login: &str,
    password: &PasswordHash,
    at: Millis,
) -> Result<bool, StoreError> {
    let created = sqlx::query(
        "INSERT INTO accounts (member_id, login, salt, digest, changed) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (login) DO NOTHING",
    )
    .bind(member)
    .bind(login)
    .bind(password.salt.as_slice())
    .bind(password.digest.as_slice())
    .bind(at)
    .execute(db)
    .await?;
    Ok(created.rows_affected() > 0)
}

pub(super) async fn set_password(
    db: &mut SqliteConnection,
    member: i64,
    password: &PasswordHash,
    at: Millis,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE accounts SET salt = $2, digest = $3, changed = $4 WHERE member_id = $1")
        .bind(member)
        .bind(password.salt.as_slice())
        .bind(password.digest.as_slice())
        .bind(at)
        .execute(db)
        .await?;
    Ok(())
}

/// Removes sessions; their hashes. `which` is one of ours above, never a text from outside.
pub(super) async fn end(
    db: &mut SqliteConnection,
    which: &'static str,
    hash: &[u8],
    member: Option<i64>,
) -> Result<Vec<[u8; 32]>, StoreError> {
    let sql = format!("DELETE FROM sessions WHERE {which} RETURNING hash");
    let mut query = sqlx::query_scalar::<_, Vec<u8>>(sqlx::AssertSqlSafe(sql)).bind(hash);
    if let Some(member) = member {
        query = query.bind(member);
    }
    query.fetch_all(db).await?.iter().map(|hash| to_array(hash)).collect()
}

fn select(condition: &'static str) -> sqlx::AssertSqlSafe<String> {
    sqlx::AssertSqlSafe(format!(
        "SELECT m.id, m.public_id, m.name, m.role, m.banned, a.salt, a.digest
         FROM accounts a JOIN members m ON m.id = a.member_id WHERE {condition}"
    ))
}

fn account(row: &sqlx::sqlite::SqliteRow) -> Result<AccountRow, StoreError> {
    let number = row.try_get(0)?;
    let (salt, digest): (Vec<u8>, Vec<u8>) = (row.try_get(5)?, row.try_get(6)?);
    Ok(AccountRow {
        number,
        member: code::member(number, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?)?,
        banned: row.try_get(4)?,
        password: PasswordHash { salt: to_array(&salt)?, digest: to_array(&digest)? },
    })
}

/// The first columns of `row`.
pub(super) fn line(row: &sqlx::sqlite::SqliteRow) -> Result<SessionLine, StoreError> {
    let hash: Vec<u8> = row.try_get(0)?;
    Ok(SessionLine {
        hash: to_array(&hash)?,
        kind: row.try_get(1)?,
        device: row.try_get(2)?,
        created: row.try_get(3)?,
        used: row.try_get(4)?,
        kept: row.try_get(5)?,
    })
}

pub(super) fn to_array<const N: usize>(bytes: &[u8]) -> Result<[u8; N], StoreError> {
    bytes.try_into().map_err(|_| StoreError::Corrupt("a hash of another length".to_owned()))
}
