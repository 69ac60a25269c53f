//! A run of messages: the facts in one query, the rows in one script.
//!
//! Every call hops to SQLite's thread and back, which costs more than most statements; so the number of calls
//! does not grow with the number of posts.

use chat::Millis;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection};

use super::StoreError;
use super::blocked::unheard;
use super::clock::LEAD;
use super::code::{self, PUBLIC, from_seq, kind, to_seq};
use super::decide::{Author, Facts, Known, Plan, Room};
use super::mention;
use super::post::{Content, Post, Posted};
use super::silent::last_number;
use super::spoken::Spoken;

/// Reads, decides and writes `posts` in the open transaction.
pub(super) async fn append<'a>(
    db: &mut SqliteConnection,
    now: Millis,
    spoken: &mut Spoken,
    posts: &[&'a Post],
) -> Result<(Vec<Posted>, Plan<'a>), StoreError> {
    let (facts, next_member) = facts(db, now, spoken, posts).await?;
    let mut plan = Plan::new(now, next_member);
    let posted = posts.iter().zip(facts).map(|(post, facts)| plan.decide(post, facts)).collect();
    write(db, now, &plan).await?;
    for row in plan.rows.iter().filter(|row| plan.is_slow(&row.post.room)) {
        spoken.note(&row.post.room, &row.post.author.id, row.seq, row.at);
    }
    for row in &plan.rows {
        if let Content::Said { body, .. } = &row.post.content
            && body.as_str().contains('@')
        {
            mention::note(db, (row.room, row.seq), row.author, body.as_str()).await?;
        }
    }
    Ok((posted, plan))
}

/// What the database says about each post, and the first free row of `members`.
async fn facts(
    db: &mut SqliteConnection,
    now: Millis,
    spoken: &Spoken,
    posts: &[&Post],
) -> Result<(Vec<Facts>, i64), StoreError> {
    let mut facts = vec![Facts::default(); posts.len()];
    let mut next_member = 1;
    if posts.is_empty() {
        return Ok((facts, next_member));
    }
    let mut query = QueryBuilder::<Sqlite>::new(concat!(
        "SELECT w.column1, r.id, r.last_seq, r.last_ts, a.id, a.public_id, a.name, a.role, \
         coalesce(e.seq, q.seq), coalesce(e.ts, q.ts), \
         CASE WHEN e.seq IS NULL THEN q.request_hash ELSE e.request_hash END, \
         er.public_id, m.seq, ",
        last_number!(),
        ", (coalesce(p.present, 0) OR r.public_id = 'lobby') AND NOT ",
        unheard!("r.id", "a.id"),
        ", coalesce(p.muted, 0), \
         coalesce(a.banned, EXISTS (SELECT 1 FROM banned_networks b WHERE b.network = w.column6)), \
         r.slow_mode, r.locked, r.archived, coalesce(r.creator_id = a.id, 0), \
         CASE WHEN r.slow_mode = 0 THEN NULL ELSE (",
    ));
    said_last(&mut query, now);
    query.push(") END, r.slow_mode_seq, coalesce(e.kind, 0) FROM (");
    query.push_values(posts.iter().enumerate(), |mut row, (index, post)| {
        let reply_to = if let Content::Said { reply_to, .. } = post.content { reply_to } else { None };
        row.push_bind(i64::try_from(index).unwrap_or(i64::MAX))
            .push_bind(post.room.as_str().to_owned())
            .push_bind(post.author.id.as_str().to_owned())
            .push_bind(post.key.as_bytes().to_vec())
            .push_bind(reply_to.map(from_seq))
            .push_bind(post.network.map(|network| network.to_vec()));
    });
    query.push(
        ") AS w LEFT JOIN members a ON a.public_id = w.column3 \
             LEFT JOIN rooms r ON r.public_id = w.column2 AND (r.kind = ",
    );
    query.push_bind(PUBLIC).push(
        " OR EXISTS (SELECT 1 FROM memberships WHERE room_id = r.id AND member_id = a.id AND present)) \
             LEFT JOIN memberships p ON p.room_id = r.id AND p.member_id = a.id \
             LEFT JOIN events e ON e.author_id = a.id AND e.client_key = w.column4 \
             LEFT JOIN requests q ON q.author_id = a.id AND q.client_key = w.column4 \
             LEFT JOIN rooms er ON er.id = coalesce(e.room_id, q.room_id) \
             LEFT JOIN messages m ON m.room_id = r.id AND m.seq = w.column5 AND m.deleted_seq IS NULL \
               AND (r.kind = 0 OR m.seq > p.since)",
    );
    for row in query.build().fetch_all(db).await? {
        let index = usize::try_from(row.try_get::<i64, _>(0)?).unwrap_or(usize::MAX);
        next_member = row.try_get::<Option<i64>, _>(13)?.unwrap_or(0) + 1;
        if let Some(slot) = facts.get_mut(index) {
            *slot = fact(&row)?;
            let since: Option<i64> = row.try_get(22)?;
            let post = posts[index];
            if let Some(said) = spoken.last(&post.room, &post.author.id, to_seq(since.unwrap_or(0))) {
                slot.said = Some(said);
            }
        }
    }
    Ok((facts, next_member))
}

/// When the author last said something in a room since its slow mode is as it is: of the log only the part that is no
/// longer ago than one waits, so that this costs the same in a room of years. By the clock, which may have been set
/// meanwhile: what seems to be said later than now makes nobody wait. [`Spoken`] knows better what this process has seen.
fn said_last(query: &mut QueryBuilder<Sqlite>, now: Millis) {
    query
        .push(
            "SELECT max(s.ts) FROM events s WHERE s.room_id = r.id AND s.author_id = a.id AND s.kind = 1 AND s.ts <= ",
        )
        .push_bind(now + LEAD)
        .push(
            " AND s.seq > coalesce((SELECT o.seq FROM events o WHERE o.room_id = r.id \
             AND o.seq > r.slow_mode_seq AND o.ts <= ",
        )
        .push_bind(now)
        .push(" - r.slow_mode * 1000 ORDER BY o.seq DESC LIMIT 1), r.slow_mode_seq)");
}

fn fact(row: &SqliteRow) -> Result<Facts, StoreError> {
    let room = match row.try_get::<Option<i64>, _>(1)? {
        Some(id) => Some(Room {
            id,
            last_seq: to_seq(row.try_get(2)?),
            last_ts: row.try_get(3)?,
            slow_mode: row.try_get(17)?,
            locked: row.try_get(18)?,
            archived: row.try_get(19)?,
        }),
        None => None,
    };
    let author = match row.try_get::<Option<i64>, _>(4)? {
        Some(id) => {
            let member = code::member(id, row.try_get(5)?, row.try_get(6)?, row.try_get(7)?)?;
            Some(Author { id, member })
        }
        None => None,
    };
    let known = match row.try_get::<Option<i64>, _>(8)? {
        Some(seq) => {
            let room: String = row.try_get(11)?;
            let room = room.parse().map_err(|e| StoreError::Corrupt(format!("room {room}: {e}")))?;
            let (hash, kind) = (row.try_get::<Option<Vec<u8>>, _>(10)?, row.try_get(23)?);
            let further = hash.is_none() && code::is_further(kind);
            Some(Known { room, seq: to_seq(seq), at: row.try_get(9)?, hash, further })
        }
        None => None,
    };
    #[cfg(feature = "plant")]
    let known = known.filter(|_| !crate::plant::planted(crate::plant::Bug::NoEventsOnce));
    let target = row.try_get::<Option<i64>, _>(12)?.is_some();
    let (present, muted, barred) = (row.try_get(14)?, row.try_get(15)?, code::barred(row.try_get(16)?));
    let (keeper, said) = (row.try_get(20)?, row.try_get(21)?);
    Ok(Facts { room, present, muted, keeper, said, barred, author, known, target })
}

/// Writes what was decided, as one script: its parameters are positional over all its statements.
async fn write(db: &mut SqliteConnection, now: Millis, plan: &Plan<'_>) -> Result<(), StoreError> {
    if plan.rows.is_empty() {
        return Ok(());
    }
    let mut script = QueryBuilder::<Sqlite>::new("");
    arrivals(&mut script, now, plan);
    script.push("INSERT INTO events (room_id, seq, kind, ts, author_id, client_key, request_hash, payload) ");
    script.push_values(&plan.rows, |mut row, event| {
        row.push_bind(event.room)
            .push_bind(from_seq(event.seq))
            .push_bind(kind::SENT)
            .push_bind(event.at)
            .push_bind(event.author)
            .push_bind(event.post.key.as_bytes().to_vec())
            .push_bind(event.post.hash.to_vec())
            .push_bind(event.post.payload.clone());
    });
    script.push(";");
    messages(&mut script, plan);
    readings(&mut script, plan);
    for room in plan.grown() {
        script.push("UPDATE rooms SET last_seq = ").push_bind(from_seq(room.last_seq));
        script.push(", last_ts = ").push_bind(room.last_ts).push(" WHERE id = ").push_bind(room.id).push(";");
    }
    script.build().execute(db).await?;
    Ok(())
}

/// The first write of a guest saves the guest.
fn arrivals(script: &mut QueryBuilder<Sqlite>, now: Millis, plan: &Plan<'_>) {
    if !plan.arrivals.is_empty() {
        script.push("INSERT INTO members (id, public_id, name, role, created, folded) ");
        script.push_values(&plan.arrivals, |mut row, author| {
            row.push_bind(author.id)
                .push_bind(author.member.id.as_str().to_owned())
                .push_bind(author.member.name.clone())
                .push_bind(code::from_role(author.member.role))
                .push_bind(now)
                .push_bind(chat::mention::fold(&author.member.name));
        });
        script.push(";");
    }
}

fn messages(script: &mut QueryBuilder<Sqlite>, plan: &Plan<'_>) {
    let mut said = plan.rows.iter().filter_map(|row| match &row.post.content {
        Content::Said { body, reply_to, rich_text } => Some((row, body, reply_to, rich_text)),
        _ => None,
    });
    let Some(first) = said.next() else { return };
    script.push("INSERT INTO messages (room_id, seq, author_id, body, ast, reply_to) ");
    script.push_values(std::iter::once(first).chain(said), |mut row, (event, body, reply_to, rich_text)| {
        let ast =
            serde_json::to_vec(rich_text).expect("invariant: a tree has no map keys that are not texts");
        row.push_bind(event.room)
            .push_bind(from_seq(event.seq))
            .push_bind(event.author)
            .push_bind(body.as_str().to_owned())
            .push_bind(ast)
            .push_bind(reply_to.map(from_seq));
    });
    script.push(";");
}

/// Who says something has read up to there.
fn readings(script: &mut QueryBuilder<Sqlite>, plan: &Plan<'_>) {
    script.push("INSERT INTO readings (room_id, member_id, read_seq) ");
    script.push_values(&plan.rows, |mut row, event| {
        row.push_bind(event.room).push_bind(event.author).push_bind(from_seq(event.seq));
    });
    script.push(" ON CONFLICT DO UPDATE SET read_seq = max(read_seq, excluded.read_seq);");
}
