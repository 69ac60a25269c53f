//! Whom a person hears nothing of, read side.

use chat::MemberId;

use super::{Store, StoreError, code};

/// Of the room with the row `$room`, in which the row `$author` is: there is one other person, who hears nothing of the
/// author. However many were in the room, two rows are looked at.
macro_rules! unheard {
    ($room:literal, $author:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM blocks WHERE blocked_id = ",
            $author,
            " AND member_id = (SELECT CASE WHEN count(*) = 1 THEN max(member_id) END
                FROM (SELECT member_id FROM memberships WHERE room_id = ",
            $room,
            " AND present = 1 AND member_id <> ",
            $author,
            " LIMIT 2) AS others))"
        )
    };
}
pub(super) use unheard;

impl Store {
    /// Those whom `member` hears nothing of.
    pub(crate) async fn blocked_by(&self, member: &MemberId) -> Result<Vec<MemberId>, StoreError> {
        let rows: Vec<String> = sqlx::query_scalar(
            "SELECT o.public_id FROM blocks b JOIN members me ON me.id = b.member_id
             JOIN members o ON o.id = b.blocked_id WHERE me.public_id = $1 ORDER BY b.blocked_id",
        )
        .bind(member.as_str())
        .fetch_all(&self.0.readers)
        .await?;
        rows.iter().map(|id| code::member_id(id)).collect()
    }
}
