//! Whom a person hears nothing of, read side.

use chat::MemberId;

use super::{Store, StoreError, code};

impl Store {
    /// Those whom `member` hears nothing of.
    pub(crate) async fn blocked_by(&self, member: &MemberId) -> Result<Vec<MemberId>, StoreError> {
        let rows: Vec<String> = sqlx::query_scalar(
            "SELECT o.public_id FROM blocks b JOIN members me ON me.id = b.member_id
             JOIN members o ON o.id = b.blocked_id WHERE me.public_id = ?1 ORDER BY b.blocked_id",
        )
        .bind(member.as_str())
        .fetch_all(&self.0.readers)
        .await?;
        rows.iter().map(|id| code::member_id(id)).collect()
    }
}
