//! A guest keeps the name: the same person, from now on with a password.

use chat::{Change, Key, Role};
use protocol::Refusal;

use super::{Act, Reached, Stop};
use crate::store::account::{self, Keeping};
use crate::store::code::{self, kind};
use crate::store::name;

impl Act<'_> {
    /// Gives the author an account, perhaps under another name, and a new session in the place of the one that asked. A
    /// guest becomes a member, which each of the author's rooms tells.
    pub(super) async fn keep_name(&mut self, kept: &Keeping) -> Result<Reached, Stop> {
        let place = self.place().await?;
        let author = self.author().await?;
        let known: (bool, bool, bool) = sqlx::query_as(
            "SELECT EXISTS (SELECT 1 FROM sessions WHERE hash = $1 AND member_id = $2),
                    EXISTS (SELECT 1 FROM accounts WHERE member_id = $2),
                    EXISTS (SELECT 1 FROM accounts WHERE login = $3)",
        )
        .bind(kept.session.as_slice())
        .bind(author)
        .bind(&kept.login)
        .fetch_one(&mut *self.db)
        .await?;
        match known {
            (false, _, _) => return Err(Refusal::Unauthorized.into()),
            (_, true, _) => return Err(Refusal::Forbidden.into()),
            (_, _, true) => return Err(Refusal::NameTaken.into()),
            _ => {}
        }
        match &kept.name {
            Some(name) => {
                // Two changes of one request: the second one is told under its key.
                let key = (Key::v7(self.now.unsigned_abs(), &rand::random()), None);
                self.take_name(&place, author, name, key).await?;
            }
            None => {
                let name = self.member().name.clone();
                name::claim(&mut *self.db, author, &name).await?;
            }
        }
        self.write_account(author, kept).await?;
        if self.member().role != Role::Guest {
            return Ok(self.already(&place, 0).await?);
        }
        if let Some((_, member)) = &mut self.author {
            member.role = Role::Member;
        }
        sqlx::query("UPDATE members SET role = $2 WHERE id = $1")
            .bind(author)
            .bind(code::from_role(Role::Member))
            .execute(&mut *self.db)
            .await?;
        let who = self.id();
        let change = Change::RoleChanged { by: who.clone(), who, role: Role::Member };
        Ok(self.tell_rooms_of(author, &place, kind::ROLE_CHANGED, &change).await?)
    }

    async fn write_account(&mut self, author: i64, kept: &Keeping) -> Result<(), Stop> {
        let Keeping { login, password, session, renewed, .. } = kept;
        if !account::create(&mut *self.db, author, login, password, renewed.at).await? {
            return Err(Refusal::NameTaken.into());
        }
        sqlx::query(
            "UPDATE sessions SET hash = $2, created = $3, used = $3, device = $4,
                    turn = NULL, next = NULL, secret = NULL WHERE hash = $1",
        )
        .bind(session.as_slice())
        .bind(renewed.hash.as_slice())
        .bind(renewed.at)
        .bind(&renewed.device)
        .execute(&mut *self.db)
        .await?;
        Ok(())
    }
}
