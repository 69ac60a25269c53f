//! The people of a room, and whether one of them may speak there.

use chat::{Act, Member, MemberId, Role, RoomId, Seq};
use protocol::{PerMember, Refusal};
use sqlx::Row as _;

use super::stop::Stop;
use super::{Store, StoreError, code, page, reading};

/// How far somebody has read who wants it known. What was said before somebody came counts as read, but that is no
/// receipt.
macro_rules! receipt {
    () => {
        "CASE WHEN m.receipts <> 0 AND EXISTS (SELECT 1 FROM messages s WHERE s.room_id = rd.room_id
              AND s.seq > rd.came_seq AND s.seq <= rd.read_seq) THEN rd.read_seq END"
    };
}

/// A page of everybody: of the default room.
const EVERYBODY: &str = concat!(
    "SELECT m.id, m.public_id, m.name, m.role, ",
    receipt!(),
    " FROM members m LEFT JOIN readings rd ON rd.member_id = m.id
       AND rd.room_id = (SELECT id FROM rooms WHERE public_id = 'lobby')
     WHERE NOT m.banned AND m.id > $3 AND $1 = 'lobby' AND ($4 = '' OR m.folded LIKE $4 ESCAPE '\\') ORDER BY m.id LIMIT $2"
);

/// A page of those who are in another room.
const THOSE_IN: &str = concat!(
    "SELECT m.id, m.public_id, m.name, m.role, ",
    receipt!(),
    " FROM rooms r JOIN memberships p ON p.room_id = r.id JOIN members m ON m.id = p.member_id
     LEFT JOIN readings rd ON rd.room_id = r.id AND rd.member_id = m.id
     WHERE r.public_id = $1 AND p.present AND NOT m.banned AND p.member_id > $3
       AND ($4 = '' OR m.folded LIKE $4 ESCAPE '\\') ORDER BY p.member_id LIMIT $2"
);

/// The pattern of a text that contains `find`; empty for every text, also where none is kept.
fn containing(find: &str) -> String {
    if find.is_empty() {
        return String::new();
    }
    let mut pattern = String::from("%");
    for c in find.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// Some people of a room.
#[derive(Debug)]
pub(crate) struct Gathering {
    /// In order of arrival on the server.
    pub(crate) members: Vec<Member>,
    /// There are more.
    pub(crate) more: bool,
    /// How far those of them have read who want it known, if that is for the reader to know.
    pub(crate) reads: PerMember<Seq>,
}

impl Store {
    /// At most `limit` people of a room that `reader` may see, after `after`.
    ///
    /// # Errors
    /// `not_found`, also if there is no such person as `after`; `banned`; or a failure.
    pub(crate) async fn members(
        &self,
        reader: &MemberId,
        room: &RoomId,
        (after, find): (Option<&MemberId>, &str),
        limit: usize,
    ) -> Result<Gathering, Stop> {
        let mut snapshot = self.0.readers.begin().await?;
        page::room(&mut snapshot, Some(reader), room).await?;
        let after: i64 = match after {
            Some(after) => sqlx::query_scalar("SELECT id FROM members WHERE public_id = $1")
                .bind(after.as_str())
                .fetch_optional(&mut *snapshot)
                .await?
                .ok_or(Refusal::NotFound)?,
            None => 0,
        };
        let rows = sqlx::query(if room.as_str() == chat::LOBBY { EVERYBODY } else { THOSE_IN })
            .bind(room.as_str())
            .bind(i64::try_from(limit).unwrap_or(i64::MAX - 1) + 1)
            .bind(after)
            .bind(containing(find))
            .fetch_all(&mut *snapshot)
            .await?;
        let shows = reading::shows(&mut snapshot, reader, room).await?;
        snapshot.commit().await?;
        let mut gathering =
            Gathering { members: Vec::new(), more: rows.len() > limit, reads: PerMember::default() };
        for row in rows.iter().take(limit) {
            let member = code::member(row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?)?;
            if let Some(seq) = row.try_get::<Option<i64>, _>(4)?.filter(|_| shows) {
                gathering.reads.insert(member.id.clone(), code::to_seq(seq));
            }
            gathering.members.push(member);
        }
        Ok(gathering)
    }

    /// The name of somebody who may speak in `room` now, `None` for somebody nothing is kept of yet; and those in the
    /// room who hear nothing of that person.
    ///
    /// # Errors
    /// What a message would be answered: `not_found`, `forbidden`, `muted`, `banned`; or a failure.
    pub(crate) async fn speaker(
        &self,
        member: &MemberId,
        room: &RoomId,
    ) -> Result<(Option<String>, Vec<MemberId>), Stop> {
        let row = sqlx::query(
            "SELECT r.kind, coalesce(me.banned, 0), coalesce(p.present, 0) <> 0 OR r.public_id = 'lobby',
                    coalesce(p.muted, 0), r.locked, r.archived, coalesce(r.creator_id = me.id, 0), me.role, me.name,
                    me.id, r.id, r.public_id <> 'lobby'
                      AND (SELECT count(*) FROM (SELECT 1 FROM memberships x
                             WHERE x.room_id = r.id AND x.present <> 0 LIMIT 3)) = 2
             FROM rooms r LEFT JOIN members me ON me.public_id = $2
             LEFT JOIN memberships p ON p.room_id = r.id AND p.member_id = me.id WHERE r.public_id = $1",
        )
        .bind(room.as_str())
        .bind(member.as_str())
        .fetch_optional(&self.0.readers)
        .await?
        .ok_or(Refusal::NotFound)?;
        let flag = |column: usize| row.try_get::<bool, _>(column);
        if let Some(refusal) = code::barred(row.try_get(1)?) {
            return Err(refusal.into());
        }
        if !flag(2)? {
            let seen = row.try_get::<i64, _>(0)? == code::PUBLIC;
            return Err(if seen { Refusal::Forbidden } else { Refusal::NotFound }.into());
        }
        if flag(5)? {
            return Err(Refusal::Forbidden.into());
        }
        if flag(3)? {
            return Err(Refusal::Muted.into());
        }
        let role = row.try_get::<Option<i64>, _>(7)?.map_or(Role::Guest, code::to_role);
        if flag(4)? && !role.may(Act::SpeakWhileLocked, flag(6)?, None) {
            return Err(Refusal::Forbidden.into());
        }
        let Some(me) = row.try_get::<Option<i64>, _>(9)? else { return Ok((None, Vec::new())) };
        let deaf = self.deaf_to(me, row.try_get(10)?, room.as_str() == chat::LOBBY).await?;
        if !deaf.is_empty() && flag(11)? {
            return Err(Refusal::Forbidden.into());
        }
        Ok((row.try_get(8)?, deaf))
    }

    /// Those in the room who have blocked the person.
    async fn deaf_to(&self, me: i64, room: i64, lobby: bool) -> Result<Vec<MemberId>, StoreError> {
        let rows = sqlx::query_scalar::<_, String>(
            "SELECT m.public_id FROM blocks b JOIN members m ON m.id = b.member_id
             WHERE b.blocked_id = $1 AND ($3 <> 0 OR EXISTS (SELECT 1 FROM memberships p
               WHERE p.room_id = $2 AND p.member_id = b.member_id AND p.present <> 0))",
        )
        .bind(me)
        .bind(room)
        .bind(lobby)
        .fetch_all(&self.0.readers)
        .await?;
        rows.iter().map(|id| code::member_id(id)).collect()
    }
}
