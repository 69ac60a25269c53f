//! Who is asking: cookies and tokens, and the person behind them.
//!
//! A secret leaves the server once, when it is made; the database holds its SHA-256. What a header looks like is
//! the caller's matter.

use std::collections::HashSet;
use std::fmt;

use app::i18n::Lang;
use chat::name::skeleton::{VISITOR, is_reserved};
use chat::{Member, MemberId, Millis, Nickname, Role};
use protocol::Refusal;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::store::{AccountChange, NewSession, SessionLine, SessionRow, Stop, Store, StoreError};

const HOUR: Millis = 60 * 60 * 1_000;
const DAY: Millis = 24 * HOUR;

/// How exact the last use is kept: a write for every request would cost a sync each.
const COARSE: Millis = HOUR;

/// A person who may write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// The person's row; 0 until the first write of a [`Sessions::passing`] guest.
    pub number: i64,
    /// The person as others see one, as of when this value was made.
    pub member: Member,
    /// The person may not be on this server.
    pub banned: bool,
    /// Where a [`Sessions::passing`] guest is, as a keyed hash: from a banned address nobody new is saved.
    pub network: Option<[u8; 32]>,
    /// The language the person chose for every page; without one it is each browser's.
    pub lang: Option<Lang>,
}

/// What a secret opens, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretKind {
    /// A browser's session: 14 days without use, and 90 days in all of somebody who has a password to come back with.
    /// Whoever has none loses with the cookie who they are, so that one lasts as long as it is used.
    Cookie,
    /// `hello.token`: 30 days without use (docs/PROTOCOL.md, "Connecting").
    Token,
}

impl SecretKind {
    /// `sessions.kind`.
    pub(crate) fn code(self) -> i64 {
        match self {
            SecretKind::Cookie => 1,
            SecretKind::Token => 2,
        }
    }

    /// How long it lasts without use.
    fn idle(self) -> Millis {
        match self {
            SecretKind::Cookie => 14 * DAY,
            SecretKind::Token => 30 * DAY,
        }
    }

    /// How long it lasts in all, of somebody with a password.
    fn absolute(self) -> Option<Millis> {
        match self {
            SecretKind::Cookie => Some(90 * DAY),
            SecretKind::Token => None,
        }
    }

    /// The kind of that code; an unknown one is the shortest.
    fn of(code: i64) -> SecretKind {
        if code == SecretKind::Token.code() { SecretKind::Token } else { SecretKind::Cookie }
    }

    /// The session is over at `now`.
    pub(crate) fn is_over(line: &SessionLine, now: Millis) -> bool {
        line.used <= SecretKind::of(line.kind).over(now).0 || SecretKind::is_spent(line, now)
    }

    /// The session is over at `now`, however much it is used.
    fn is_spent(line: &SessionLine, now: Millis) -> bool {
        line.kept && line.created <= SecretKind::of(line.kind).over(now).1
    }

    /// The times of last use and of beginning from which on, backwards, a session is over at `now`.
    fn over(self, now: Millis) -> (Millis, Millis) {
        (now - self.idle(), self.absolute().map_or(Millis::MIN, |life| now - life))
    }
}

/// When the secret that somebody has is given once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Again {
    /// When it was not given for an hour.
    WhenDue,
    /// Now.
    Always,
}

/// 32 random bytes in base64url. Whoever has them is the person.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub(crate) fn fresh() -> Secret {
        Secret(base64url(&rand::random::<[u8; 32]>()))
    }

    /// 128 bits: of a link that opens once, and not for long.
    pub(crate) fn short() -> Secret {
        Secret(base64url(&rand::random::<[u8; 16]>()))
    }

    /// The text that travels: 43 characters of `A-Z a-z 0-9 - _`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `text` could have been given to somebody by a server of this kind.
    pub(crate) fn is_formed(text: &str) -> bool {
        text.len() == 43 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A session that is not over, and whose it is.
pub(crate) struct Known {
    pub(crate) author: Author,
    /// What names it, whatever its secret is.
    pub(crate) session: [u8; 32],
    turn: Option<[u8; 32]>,
    /// When the secret was given last.
    given: Millis,
}

/// The sessions of this server. Cloning it is cheap.
#[derive(Clone)]
pub struct Sessions {
    store: Store,
}

impl Sessions {
    /// The sessions kept in `store`.
    pub fn new(store: &Store) -> Sessions {
        Sessions { store: store.clone() }
    }

    /// The person behind `secret`; `None` if it is unknown, of the other kind, or has expired.
    pub async fn resolve(&self, kind: SecretKind, secret: &str) -> Result<Option<Author>, StoreError> {
        Ok(self.known(kind, secret).await?.map(|known| known.author))
    }

    /// The same with the session. A secret that was given in the place of another is the only one from the first time
    /// that it is shown.
    pub(crate) async fn known(&self, kind: SecretKind, secret: &str) -> Result<Option<Known>, StoreError> {
        let hash = hash(secret);
        let Some(SessionRow { line, given, number, member, banned, lang, turn, turned }) =
            self.store.session(kind.code(), &hash).await?
        else {
            return Ok(None);
        };
        let now = self.store.steady();
        if SecretKind::is_over(&line, now) {
            return Ok(None);
        }
        let session = line.hash;
        self.touch(&line, now);
        if turned {
            // Nothing is refused there.
            let _ = self.store.change_account(AccountChange::Turn { session, next: hash }).await?;
        }
        let author = Author { number, member, banned, network: None, lang };
        Ok(Some(Known { author, session, turn: turn.filter(|_| !turned), given: given.max(line.created) }))
    }

    /// Notes that the session is in use. A time that the clock has never reached again is put right.
    fn touch(&self, line: &SessionLine, now: Millis) {
        if (now - line.used).abs() >= COARSE {
            self.store.touch(line.hash, now);
        }
    }

    /// The secret that is to be given with the next answer, if one is. If the person has another role, it takes the
    /// place of this one: whoever asks with the same secret gets the same one, and until it is shown the old one holds,
    /// so that two tabs get along and no answer may be lost. Else it is the same again, whose life the browser counts
    /// from when it was given.
    pub(crate) async fn succeed(&self, secret: &str, again: Again) -> Result<Option<Secret>, StoreError> {
        let Some(Known { session, turn, given, .. }) = self.known(SecretKind::Cookie, secret).await? else {
            return Ok(None);
        };
        let now = self.store.steady();
        if turn.is_none() && again == Again::WhenDue && (now - given).abs() < COARSE {
            return Ok(None);
        }
        self.store.given(session, now);
        let Some(turn) = turn else { return Ok(Some(Secret(secret.to_owned()))) };
        let digest = Sha256::new_with_prefix(turn).chain_update(secret).finalize();
        let next = Secret(base64url(&digest));
        let give = AccountChange::Give { session, turn, next: hash(next.as_str()) };
        // Nothing is refused there.
        let _ = self.store.change_account(give).await?;
        Ok(Some(next))
    }

    /// A new person, called `name` or "Visitante 1234", and the secret that is theirs. Refused is a name that somebody
    /// has, or that nobody may choose.
    pub(crate) async fn begin(
        &self,
        kind: SecretKind,
        name: Option<Nickname>,
    ) -> Result<(Author, Secret), Stop> {
        self.begin_on(kind, name, String::new()).await
    }

    /// The same, with the name of what the session is on.
    pub async fn begin_on(
        &self,
        kind: SecretKind,
        name: Option<Nickname>,
        device: String,
    ) -> Result<(Author, Secret), Stop> {
        if let Some(name) = name {
            if is_reserved(name.as_str()) {
                return Err(Refusal::NameTaken.into());
            }
            return self.begin_as(kind, name.into(), device).await;
        }
        loop {
            match self.begin_as(kind, self.visitor_name().await?, device.clone()).await {
                // Somebody drew it at the same moment.
                Err(Stop::Refused(Refusal::NameTaken)) => {}
                begun => return begun,
            }
        }
    }

    async fn begin_as(
        &self,
        kind: SecretKind,
        name: String,
        device: String,
    ) -> Result<(Author, Secret), Stop> {
        let mut member = guest(name);
        let (secret, session) = self.draw(kind, device);
        let number = self.store.begin(member.clone(), session).await?;
        member.hue = crate::store::hue(number);
        Ok((Author { number, member, banned: false, network: None, lang: None }, secret))
    }

    /// The sessions among `hashes`, which live sockets have shown, that are over all the same. The others are in use.
    pub async fn over(&self, mut hashes: Vec<[u8; 32]>) -> Result<Vec<[u8; 32]>, StoreError> {
        let now = self.store.steady();
        let mut known = self.store.known_sessions(&hashes).await?;
        known.retain(|line| !SecretKind::is_spent(line, now));
        known.iter().for_each(|line| self.touch(line, now));
        let live: HashSet<_> = known.into_iter().map(|line| line.hash).collect();
        hashes.retain(|hash| !live.contains(hash));
        Ok(hashes)
    }

    /// What the database and the sockets know a secret by.
    pub(crate) fn hash_of(secret: &str) -> [u8; 32] {
        hash(secret)
    }

    /// Somebody called `name` who is saved with the first write.
    pub(crate) fn newcomer(&self, name: Nickname) -> Author {
        Author { number: 0, member: guest(name.into()), banned: false, network: None, lang: None }
    }

    /// A new secret, and the session that another write is to save with it.
    pub(crate) fn draw(&self, kind: SecretKind, device: String) -> (Secret, NewSession) {
        let secret = Secret::fresh();
        let (hash, at) = (hash(secret.as_str()), self.store.steady());
        let session = NewSession { kind: kind.code(), hash, at, device };
        (secret, session)
    }

    /// A guest of one connection, saved with the first write. The name may be somebody else's: it is not looked up.
    pub fn passing(&self) -> Author {
        Author { number: 0, member: guest(draw_name()), banned: false, network: None, lang: None }
    }

    /// Removes what has expired, and says how many; to be called at boot and every hour. While the clock is in doubt
    /// that is nothing.
    pub async fn sweep(&self) -> Result<u64, StoreError> {
        if !self.store.may_age().await? {
            return Ok(0);
        }
        self.store.settle().await?;
        let mut swept = 0;
        for kind in [SecretKind::Cookie, SecretKind::Token] {
            let (used, created) = kind.over(self.store.steady());
            swept += self.store.sweep(kind.code(), used, created).await?;
        }
        Ok(swept)
    }

    /// One of four drawn names that nobody has; on a server so full that all are taken, one with a longer number.
    async fn visitor_name(&self) -> Result<String, StoreError> {
        let names = std::array::from_fn(|_| draw_name());
        let free = self.store.free_name(&names).await?;
        Ok(free.unwrap_or_else(|| format!("{VISITOR} {}", rand::random_range(10_000..=999_999_999))))
    }
}

/// The name of somebody who gave none. It is data like every name, not a sentence of the screen.
fn draw_name() -> String {
    format!("{VISITOR} {}", rand::random_range(1_000..=9_999))
}

fn guest(name: String) -> Member {
    let id = MemberId::try_from(Uuid::new_v4().to_string()).expect("invariant: a UUID is an identifier");
    Member { id, name, role: Role::Guest, hue: 0 }
}

/// What the database keeps of a secret. A plain hash is enough for 256 random bits: nothing can be guessed.
pub(crate) fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// RFC 4648 section 5, without padding.
pub(crate) fn base64url(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group =
            chunk.iter().fold(0_u32, |group, byte| group << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for index in 0..=chunk.len() {
            text.push(char::from(ALPHABET[(group >> (18 - 6 * index) & 63) as usize]));
        }
    }
    text
}

#[cfg(test)]
mod tests;
