//! The language a person chose: a column of `members`.

use app::i18n::Lang;
use chat::MemberId;
use sqlx::SqliteConnection;

use super::command::{Answer, Command};
use super::{Store, StoreError};

impl Store {
    /// The language of the person's pages; `None` is what each browser asks for. False if there is no such person.
    pub async fn set_language(&self, member: &MemberId, lang: Option<Lang>) -> Result<bool, StoreError> {
        match self.submit(Command::Language { member: member.clone(), lang }).await? {
            Answer::Appointed(there) => Ok(there),
            other => unreachable!("a language came to {other:?}"),
        }
    }
}

/// Writes the choice; whether there is such a person.
pub(super) async fn carry_out(
    db: &mut SqliteConnection,
    member: &MemberId,
    lang: Option<Lang>,
) -> Result<bool, StoreError> {
    let changed = sqlx::query("UPDATE members SET language = $2 WHERE public_id = $1")
        .bind(member.as_str())
        .bind(lang.map(Lang::tag))
        .execute(db)
        .await?;
    Ok(changed.rows_affected() > 0)
}
