//! Rows of `names`: who is called what, so that no two look alike (docs/threats.md attacks 84 and 86).
//!
//! A member's name is the member's for good; a guest's for as long as one of the guest's sessions lasts. A guest of one
//! connection has no session: such a name is nobody's.

use chat::name::skeleton::{REVISION, likenesses};
use protocol::Refusal;
use sqlx::{Row as _, SqliteConnection};

use super::StoreError;
use super::code::from_role;
use super::stop::Stop;

/// Makes `name` the person's, in place of the one before.
pub(super) async fn claim(db: &mut SqliteConnection, member: i64, name: &str) -> Result<(), Stop> {
    check(db, member, name).await?;
    sqlx::query(
        "DELETE FROM names WHERE member_id = $1 OR likeness IN (SELECT value FROM json_each($2));
         INSERT INTO names (likeness, member_id) SELECT value, $1 FROM json_each($2)",
    )
    .bind(member)
    .bind(list(name))
    .execute(db)
    .await?;
    Ok(())
}

/// Refuses a name that is taken for somebody else's who could come back.
pub(super) async fn check(db: &mut SqliteConnection, member: i64, name: &str) -> Result<(), Stop> {
    let taken = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM names n JOIN members m ON m.id = n.member_id
           WHERE n.likeness IN (SELECT value FROM json_each($1)) AND m.id <> $2
             AND (m.role <> $3 OR EXISTS (SELECT 1 FROM sessions WHERE member_id = m.id)))",
    )
    .bind(list(name))
    .bind(member)
    .bind(from_role(chat::Role::Guest))
    .fetch_one(db)
    .await?;
    if taken { Err(Refusal::NameTaken.into()) } else { Ok(()) }
}

/// What a name is taken for, as a JSON array.
fn list(name: &str) -> String {
    serde_json::to_string(&likenesses(name)).expect("invariant: a list of texts is JSON")
}

/// Key of the [`REVISION`] that the table was made by, in `meta`.
const MADE_BY: &str = "likenesses";

/// Makes the table for those who were here before it was, or before names were compared as they are now. Of two that look
/// alike the more trusted person has it, then who came first; the other keeps the letters until the next change.
pub(super) async fn settle(db: &mut SqliteConnection) -> Result<(), StoreError> {
    let made_by: Option<Vec<u8>> = sqlx::query_scalar("SELECT value FROM meta WHERE key = $1")
        .bind(MADE_BY)
        .fetch_optional(&mut *db)
        .await?;
    if made_by.as_deref() == Some(&[REVISION]) {
        return Ok(());
    }
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *db).await?;
    match make_anew(&mut *db).await {
        Ok(()) => sqlx::query("COMMIT").execute(db).await.map(drop).map_err(Into::into),
        Err(error) => {
            // With the connection, if not so.
            let _ = sqlx::query("ROLLBACK").execute(db).await;
            Err(error)
        }
    }
}

async fn make_anew(db: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM names").execute(&mut *db).await?;
    let people = sqlx::query(
        "SELECT id, name FROM members WHERE banned <> 2
           AND (role < $1 OR EXISTS (SELECT 1 FROM sessions WHERE member_id = members.id)) ORDER BY role, id",
    )
    .bind(from_role(chat::Role::Guest))
    .fetch_all(&mut *db)
    .await?;
    for person in people {
        sqlx::query(
            "INSERT INTO names (likeness, member_id) SELECT value, $1 FROM json_each($2) WHERE true
             ON CONFLICT DO NOTHING",
        )
        .bind(person.try_get::<i64, _>(0)?)
        .bind(list(person.try_get(1)?))
        .execute(&mut *db)
        .await?;
    }
    sqlx::query(
        "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )
    .bind(MADE_BY)
    .bind([REVISION].as_slice())
    .execute(db)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use chat::Nickname;

    use crate::session::{SecretKind, Sessions};
    use crate::store::tests::{Folder, clock};
    use crate::store::{Stop, Store};

    #[tokio::test]
    async fn names_of_before_are_compared_as_names_are_today() {
        let folder = Folder::new();
        let store = Store::open_with(folder.path(), clock().0).await.unwrap();
        let name = |name| Some(Nickname::parse(name).unwrap());
        Sessions::new(&store).begin(SecretKind::Cookie, name("Hata")).await.unwrap();
        // As the version before left it: of capitals it knew nothing.
        store.execute("DELETE FROM names WHERE likeness LIKE '^%'", &[]).await;
        store.execute("DELETE FROM meta WHERE key = 'likenesses'", &[]).await;
        store.close().await;
        for _ in 0..2 {
            let store = Store::open_with(folder.path(), clock().0).await.unwrap();
            let refused = Sessions::new(&store).begin(SecretKind::Cookie, name("НАТА")).await;
            assert!(matches!(refused, Err(Stop::Refused(protocol::Refusal::NameTaken))), "{refused:?}");
            store.close().await;
        }
    }
}
