//! Names kept with a password: keeping one, signing in and out, the sessions of a person, and the way back in.
//!
//! It knows neither HTTP nor SQL. Passwords are hashed at most two at a time, off the threads that serve; whoever is
//! unknown costs as much as whoever is known.

mod device;
mod goodbye;
mod hasher;
mod password;
mod tries;

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chat::name::MAX_NICKNAME_CHARS;
use chat::name::skeleton::{is_reserved, skeleton};
use chat::{MemberId, Millis, Nickname, RoomId};
use protocol::Refusal;

use crate::session::{Author, Secret, SecretKind, Sessions};
use crate::store::{
    AccountChange, AccountRow, Content, Keeping, NewSession, PasswordHash, Posted, Store, StoreError, Wish,
};

pub use device::device;
pub use goodbye::Meant;
pub use hasher::Figures;
use hasher::{Hasher, Turn};
pub use password::{MAX_PASSWORD_BYTES, MIN_PASSWORD_CHARS, is_same};
use password::{check_length, check_new};
use tries::Tries;

/// How long a way back in is open: an hour (docs/threats.md attack 21).
const RECOVERY_LIFE: Millis = 60 * 60 * 1_000;

/// Why nothing came of it.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// No account has this name and this password. Which of the two is wrong is not said.
    #[error("wrong name or password")]
    Wrong,
    /// Too many wrong ones; so many milliseconds until the next try.
    #[error("too many tries")]
    Wait(Millis),
    /// More than anybody types, of a password or a name: not looked at.
    #[error("the password or the name is too long")]
    TooLong,
    /// Too easy to guess.
    #[error("the password is too short")]
    TooShort,
    /// Too many people are waiting for the same thing.
    #[error("busy")]
    Busy,
    /// The rules, or somebody else's name.
    #[error("refused")]
    Refused(Refusal),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A session of a person, as that person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Which one; tells nothing that would open it.
    pub id: String,
    /// It is a client's token and no browser's cookie.
    pub token: bool,
    /// Browser and system by name; empty if there is no telling.
    pub device: String,
    /// When it began, Unix milliseconds.
    pub created: Millis,
    /// When it was used last, to the hour.
    pub used: Millis,
    /// It is the one that asks.
    pub this: bool,
}

/// The accounts of this server. Cloning it is cheap.
#[derive(Clone)]
pub struct Accounts {
    store: Store,
    hasher: Hasher,
    /// Whatever `--rate-limit` says: it is for load tests, and guessing passwords is none.
    tries: Arc<Mutex<Tries>>,
}

impl Accounts {
    /// The accounts kept in `store`.
    pub fn new(store: &Store) -> Accounts {
        Accounts { store: store.clone(), hasher: Hasher::new(), tries: Arc::default() }
    }

    /// The person keeps the name, or takes `name` and keeps that: from now on it opens with `password`, and the session
    /// `old` goes over into a new one, whose secret is returned. All of it is done, or nothing.
    ///
    /// # Errors
    /// `TooShort`, `TooLong`, `Busy`; `Refused`: `name_taken`, `forbidden` (has an account), `unauthorized`, `banned`.
    pub async fn keep(
        &self,
        author: &Author,
        old: [u8; 32],
        name: Option<Nickname>,
        password: &str,
        device: String,
    ) -> Result<Secret, AccountError> {
        check_new(password)?;
        let kept = name.as_ref().map_or(author.member.name.as_str(), Nickname::as_str);
        if name.as_ref().is_some_and(|name| is_reserved(name.as_str())) {
            return Err(AccountError::Refused(Refusal::NameTaken));
        }
        let login = fold_name(kept);
        // A first look, before the work of hashing: keeping decides.
        if self.has(author).await? {
            return Err(AccountError::Refused(Refusal::Forbidden));
        }
        if self.store.account(&login).await?.is_some() {
            return Err(AccountError::Refused(Refusal::NameTaken));
        }
        let password = self.hash(password).await?;
        let (secret, renewed) = self.fresh(device);
        let keeping = Keeping { name, login, password, session: old, renewed };
        let wish = Wish { room: RoomId::lobby(), key: None, content: Content::Kept(Box::new(keeping)) };
        match self.store.post_from(None, author.member.clone(), wish).await?.1 {
            Posted::Stored { .. } => Ok(secret),
            Posted::Refused(problem) => Err(AccountError::Refused(problem.code)),
        }
    }

    /// A new session for whoever knows the password, in the place of the session `old` they came with. With it the
    /// hashes of the sessions that are over.
    ///
    /// # Errors
    /// `Wrong`, `Wait`, `TooLong`, `Busy`; `Refused`: `banned`.
    pub async fn sign_in(
        &self,
        name: &str,
        password: &str,
        network: IpAddr,
        old: Option<[u8; 32]>,
        device: String,
    ) -> Result<(Secret, Vec<[u8; 32]>), AccountError> {
        check_length(password)?;
        check_name(name)?;
        // Whoever has to wait anyway does not stand in the way of others, and costs nothing.
        self.with_tries(|tries, now| tries.wait_of(network, now))?;
        let login = fold_name(name);
        self.with_tries(|tries, now| tries.wait(&login, network, now))?;
        let turn = self.hasher.turn().await.ok_or(AccountError::Busy)?;
        self.with_tries(|tries, now| tries.begin(&login, network, now))?;
        let account = self.store.account(&login).await?;
        let stored = account.as_ref().map(|account| account.password.clone());
        let right = self.verify(turn, password, stored).await?;
        let Some(account) = account.filter(|_| right) else { return Err(AccountError::Wrong) };
        self.with_tries(|tries, _| {
            tries.right(&login, network);
            Ok(())
        })?;
        let (secret, session) = self.fresh(device);
        let change = AccountChange::SignIn {
            member: account.number,
            password: account.password,
            session,
            instead: old,
        };
        match self.store.change_account(change).await? {
            Ok(ended) => Ok((secret, ended)),
            Err(Refusal::Unauthorized) => Err(AccountError::Wrong),
            Err(refusal) => Err(AccountError::Refused(refusal)),
        }
    }

    /// Another password for somebody who knows today's. All sessions but `session` end; their hashes.
    ///
    /// # Errors
    /// `Wrong`, `Wait`, `TooShort`, `TooLong`, `Busy`; `Refused`: `forbidden` (no account), `banned`.
    pub async fn change_password(
        &self,
        author: &Author,
        session: [u8; 32],
        (today, new): (&str, &str),
        network: IpAddr,
    ) -> Result<Vec<[u8; 32]>, AccountError> {
        check_length(today)?;
        check_new(new)?;
        let account = self.store.account_of(author.number).await?;
        let account = account.ok_or(AccountError::Refused(Refusal::Forbidden))?;
        self.check(&account, today, network).await?;
        let to = self.hash(new).await?;
        self.change(AccountChange::SetPassword {
            member: author.number,
            from: account.password,
            to,
            session,
            at: self.store.steady(),
        })
        .await
    }

    /// Today's password of somebody who is here, as slowly as at sign-in.
    async fn check(&self, account: &AccountRow, today: &str, network: IpAddr) -> Result<(), AccountError> {
        let turn = self.hasher.turn().await.ok_or(AccountError::Busy)?;
        let login = fold_name(&account.member.name);
        self.with_tries(|tries, now| tries.begin(&login, network, now))?;
        if !self.verify(turn, today, Some(account.password.clone())).await? {
            return Err(AccountError::Wrong);
        }
        self.with_tries(|tries, _| {
            tries.right(&login, network);
            Ok(())
        })
    }

    /// The password is the one that `stored` was made of, in whichever form it was typed then. Whether there is one takes
    /// no other time.
    async fn verify(
        &self,
        turn: Turn,
        typed: &str,
        stored: Option<PasswordHash>,
    ) -> Result<bool, AccountError> {
        let mut first = Some(turn);
        for form in password::forms(typed) {
            let turn = match first.take() {
                Some(turn) => turn,
                None => self.hasher.turn().await.ok_or(AccountError::Busy)?,
            };
            if turn.verify(form, stored.clone()).await {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What is kept of a new password.
    async fn hash(&self, password: &str) -> Result<PasswordHash, AccountError> {
        let turn = self.hasher.turn().await.ok_or(AccountError::Busy)?;
        Ok(turn.hash(password::composed(password)).await)
    }

    /// Ends the session; its hash, if it was one.
    pub async fn sign_out(&self, session: [u8; 32]) -> Result<Vec<[u8; 32]>, AccountError> {
        self.change(AccountChange::SignOut { session }).await
    }

    /// Ends one of the person's sessions, by its [`Listed::id`]; its hash, if it was one.
    pub async fn revoke(&self, author: &Author, id: &str) -> Result<Vec<[u8; 32]>, AccountError> {
        let start = u64::from_str_radix(id, 16).map_err(|_| AccountError::Refused(Refusal::BadRequest))?;
        self.change(AccountChange::Revoke { member: author.number, start: start.to_be_bytes() }).await
    }

    /// The person's sessions, the one used last first; `this` is the one that asks.
    pub async fn sessions(&self, author: &Author, this: [u8; 32]) -> Result<Vec<Listed>, StoreError> {
        let now = self.store.steady();
        let lines = self.store.sessions_of(author.number).await?.into_iter();
        let live = lines.filter(|line| !SecretKind::is_over(line, now));
        Ok(live
            .map(|line| Listed {
                id: id(&line.hash),
                token: line.kind == SecretKind::Token.code(),
                this: line.hash == this,
                device: line.device,
                created: line.created,
                used: line.used,
            })
            .collect())
    }

    /// The person has an account.
    pub async fn has(&self, author: &Author) -> Result<bool, StoreError> {
        Ok(self.store.account_of(author.number).await?.is_some())
    }

    /// A one-time way back in for `who`, made by `by`, or by who runs the machine; its secret. It is the only one, for an
    /// hour.
    ///
    /// # Errors
    /// `Refused`: `forbidden`, `not_found` (nobody, or nobody with an account).
    pub async fn offer_recovery(&self, by: Option<&Author>, who: &MemberId) -> Result<Secret, AccountError> {
        let secret = Secret::short();
        let hash = Sessions::hash_of(secret.as_str());
        let (by, who) = (by.map(|by| by.member.id.clone()), who.clone());
        self.change(AccountChange::OfferRecovery { by, who, hash, at: self.store.steady() }).await?;
        Ok(secret)
    }

    /// The name of whom `secret` lets back in.
    pub async fn recoverable(&self, secret: &str) -> Result<Option<String>, StoreError> {
        self.store.recovery(&Sessions::hash_of(secret), self.store.since(RECOVERY_LIFE)).await
    }

    /// Another password for whoever has the secret, once. All sessions of the person end; their hashes.
    ///
    /// # Errors
    /// `TooShort`, `TooLong`, `Busy`; `Refused`: `not_found` (unknown, used or too old).
    pub async fn recover(&self, secret: &str, password: &str) -> Result<Vec<[u8; 32]>, AccountError> {
        check_new(password)?;
        // A guess costs no hash; that the link still opens is decided when it is used.
        if self.recoverable(secret).await?.is_none() {
            return Err(AccountError::Refused(Refusal::NotFound));
        }
        let password = self.hash(password).await?;
        let (hash, at) = (Sessions::hash_of(secret), self.store.steady());
        let since = self.store.since(RECOVERY_LIFE);
        self.change(AccountChange::Recover { hash, since, password, at }).await
    }

    /// Forgets old wrong tries; to be called every minute.
    pub fn forget(&self) {
        lock(&self.tries).forget(self.store.running());
    }

    /// How many passwords were hashed, and how many at once.
    pub fn figures(&self) -> Figures {
        self.hasher.figures()
    }

    async fn change(&self, change: AccountChange) -> Result<Vec<[u8; 32]>, AccountError> {
        self.store.change_account(change).await?.map_err(AccountError::Refused)
    }

    fn fresh(&self, device: String) -> (Secret, NewSession) {
        let secret = Secret::fresh();
        let (hash, at) = (Sessions::hash_of(secret.as_str()), self.store.steady());
        (secret, NewSession { kind: SecretKind::Cookie.code(), hash, at, device })
    }

    fn with_tries(
        &self,
        ask: impl FnOnce(&mut Tries, Millis) -> Result<(), Millis>,
    ) -> Result<(), AccountError> {
        ask(&mut lock(&self.tries), self.store.running()).map_err(AccountError::Wait)
    }
}

fn lock(tries: &Mutex<Tries>) -> MutexGuard<'_, Tries> {
    tries.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The name as it is compared at sign-in: however it is typed, it is the same name.
pub fn fold_name(name: &str) -> String {
    skeleton(name.trim())
}

/// The first eight bytes of a session's hash: they name it to its owner and open nothing.
fn id(hash: &[u8; 32]) -> String {
    hash[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A text that is no name is not looked at: comparing names costs more than counting letters.
fn check_name(name: &str) -> Result<(), AccountError> {
    if name.trim().chars().nth(MAX_NICKNAME_CHARS).is_some() { Err(AccountError::TooLong) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_typed_in_any_way_is_the_same_name() {
        for typed in ["Ana-Luísa", " ana-luísa ", "ANA-LUI\u{301}SA", "Ａｎａ-Luísa"] {
            assert_eq!(fold_name(typed), fold_name("Ana-Luísa"), "{typed}");
        }
        assert_ne!(fold_name("Ana"), fold_name("Aná"));
    }

    #[tokio::test]
    async fn a_password_hashed_as_it_was_typed_goes_on_to_open() {
        let folder = crate::store::tests::Folder::new();
        let store = Store::open_with(folder.path(), crate::store::tests::clock().0).await.unwrap();
        let accounts = Accounts::new(&store);
        let turn = || async { accounts.hasher.turn().await.unwrap() };
        let (one, two) = ("s\u{e3}o jo\u{e3}o", "sa\u{303}o joa\u{303}o");
        for before in [one, two] {
            let stored = turn().await.hash(before.to_owned()).await;
            for typed in [one, two] {
                assert!(accounts.verify(turn().await, typed, Some(stored.clone())).await.unwrap());
            }
            assert!(!accounts.verify(turn().await, "sao joao", Some(stored)).await.unwrap());
        }
        let done = accounts.figures().done;
        accounts.verify(turn().await, two, None).await.unwrap();
        let unknown = accounts.figures().done - done;
        let stored = turn().await.hash("outra senha".to_owned()).await;
        let done = accounts.figures().done;
        accounts.verify(turn().await, two, Some(stored)).await.unwrap();
        assert_eq!(
            accounts.figures().done - done,
            unknown,
            "whether there is such an account takes no other time"
        );
    }

    #[test]
    fn a_name_is_measured_before_it_is_compared() {
        assert!(check_name(&format!(" {} ", "é".repeat(40))).is_ok());
        assert!(matches!(check_name(&"a".repeat(41)), Err(AccountError::TooLong)));
        assert!(matches!(check_name(&"\u{fdfa}".repeat(20_000)), Err(AccountError::TooLong)));
    }
}
