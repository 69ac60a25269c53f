//! A person deletes the account. The row stays, for what was said refers to it, and so does the id; the name goes from
//! wherever it was, and with it everything that would let somebody be this person again.

use chat::{Change, Key, Role};
use protocol::Refusal;
use protocol::event::DELETE_ACCOUNT;
use serde_json::json;
use sqlx::Row as _;

use super::{Act, Place, Reached, Stop};
use crate::store::account::{self, Goodbye};
use crate::store::code::kind;
use crate::store::{StoreError, log};

/// Takes away what is kept of the person $1, whose id is $2: a row without a name is left.
const FORGET: &str = "
    UPDATE events SET payload = 
        CAST(json_remove(json_set(CAST(payload AS TEXT), '$.name', ''), '$.was') AS BLOB), request_hash = NULL
      WHERE kind IN (2, 6) AND json_extract(CAST(payload AS TEXT), '$.who') = $2;
    UPDATE rooms SET name = ''
      WHERE kind = 2 AND id IN (SELECT room_id FROM memberships WHERE member_id = $1);
    DELETE FROM names WHERE member_id = $1;
    DELETE FROM recoveries WHERE member_id = $1;
    DELETE FROM accounts WHERE member_id = $1;
    DELETE FROM sessions WHERE member_id = $1;
    DELETE FROM networks WHERE member_id = $1;
    DELETE FROM blocks WHERE member_id = $1 OR blocked_id = $1;
    DELETE FROM invites WHERE maker_id = $1;
    DELETE FROM requests WHERE author_id = $1;
    DELETE FROM mentions WHERE member_id = $1;
    DELETE FROM readings WHERE member_id = $1;
    DELETE FROM memberships WHERE member_id = $1;
    UPDATE members SET name = '', folded = '', role = 4, role_seq = 0, banned = 2, receipts = 1, language = NULL
      WHERE id = $1";

/// The same for what the person has said, which is begun here and done in steps.
const REMOVE: &str = "
    UPDATE reports SET reason = '' WHERE by_id = $1;
    INSERT INTO removals (member_id, by_id, at, reactions) VALUES ($1, $1, $2, 1)
      ON CONFLICT DO UPDATE SET reactions = 1";

impl Act<'_> {
    /// Deletes the author's account, told in each of the author's rooms. The owner's is not to be deleted: somebody
    /// else must be the owner first.
    pub(super) async fn delete_account(&mut self, goodbye: &Goodbye) -> Result<Reached, Stop> {
        let place = self.place().await?;
        let Some((author, _)) = self.author.clone() else { return Err(Refusal::Unauthorized.into()) };
        self.check_goodbye(author, goodbye).await?;
        if self.member().role == Role::Owner {
            return Err(Refusal::Forbidden.into());
        }
        let who = self.id();
        let change = Change::AccountDeleted { by: who.clone(), who };
        let reached = self.tell_rooms_of(author, &place, kind::ACCOUNT_DELETED, &change).await?;
        self.leave_all(author).await?;
        self.forget(author, goodbye.removes).await?;
        self.record_goodbye(author, &place, &reached, goodbye.removes).await?;
        Ok(reached)
    }

    /// The session is one, and the password is what it was when it was checked.
    async fn check_goodbye(&mut self, author: i64, goodbye: &Goodbye) -> Result<(), Stop> {
        let alive: bool =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM sessions WHERE hash = $1 AND member_id = $2)")
                .bind(goodbye.session.as_slice())
                .bind(author)
                .fetch_one(&mut *self.db)
                .await?;
        if alive && account::password_of(self.db, author).await? == goodbye.password {
            Ok(())
        } else {
            Err(Refusal::Unauthorized.into())
        }
    }

    /// The author goes out of every room but the default one.
    async fn leave_all(&mut self, author: i64) -> Result<(), StoreError> {
        let rows = sqlx::query(
            "SELECT r.id, r.public_id FROM memberships p JOIN rooms r ON r.id = p.room_id
             WHERE p.member_id = $1 AND p.present AND r.public_id <> 'lobby' ORDER BY r.id",
        )
        .bind(author)
        .fetch_all(&mut *self.db)
        .await?;
        for row in rows {
            let room = log::room_id(row.try_get(1)?)?;
            let change = Change::Left { by: self.id(), who: self.id() };
            let key = (Key::from_bytes(rand::random()), None);
            self.append_under((row.try_get(0)?, &room), kind::LEFT, None, change, key).await?;
        }
        Ok(())
    }

    async fn forget(&mut self, author: i64, removes: bool) -> Result<(), StoreError> {
        sqlx::query(FORGET).bind(author).bind(self.id().as_str()).execute(&mut *self.db).await?;
        if removes {
            sqlx::query(REMOVE).bind(author).bind(self.now).execute(&mut *self.db).await?;
        }
        Ok(())
    }

    async fn record_goodbye(
        &mut self,
        author: i64,
        place: &Place,
        reached: &Reached,
        removes: bool,
    ) -> Result<(), StoreError> {
        let detail = json!({ "messages": if removes { "removed" } else { "kept" } });
        self.record(DELETE_ACCOUNT, place, (Some(author), reached.seq), detail).await
    }
}
