//! The end of an account, by its person's own will.

use std::net::IpAddr;

use chat::{Key, RoomId};

use super::{AccountError, Accounts, check_length};
use crate::session::Author;
use crate::store::{Content, Goodbye, Posted, StoreError, Wish};

/// How somebody says that it is meant.
#[derive(Clone, Copy, Debug)]
pub struct Meant<'a> {
    /// Of who has one: today's password.
    pub password: Option<&'a str>,
    /// What the person has said is taken away; else it stays, without the name.
    pub removes: bool,
}

impl Accounts {
    /// Deletes the account of a person: nobody is that person from now on, and the name is free. What the person has
    /// said stays without a name, or is taken away by and by. The person's sockets are told by the publisher.
    ///
    /// # Errors
    /// `Wrong`, `Wait`, `TooLong`, `Busy`; `Refused`: `forbidden` (the owner), `unauthorized` (no session any more),
    /// `banned`.
    pub async fn delete(
        &self,
        author: &Author,
        session: [u8; 32],
        meant: Meant<'_>,
        key: Option<Key>,
        network: IpAddr,
    ) -> Result<(), AccountError> {
        let account = self.store.account_of(author.number).await?;
        if let Some(account) = &account {
            let password = meant.password.unwrap_or_default();
            check_length(password)?;
            self.check(account, password, network).await?;
        }
        let goodbye =
            Goodbye { session, password: account.map(|account| account.password), removes: meant.removes };
        let content = Content::AccountDeleted(goodbye);
        let wish = Wish { room: RoomId::lobby(), key, content };
        match self.store.post_from(None, author.member.clone(), wish).await?.1 {
            Posted::Stored { .. } => {
                self.store.go_on_removing();
                Ok(())
            }
            Posted::Refused(problem) => Err(AccountError::Refused(problem.code)),
        }
    }

    /// An account was deleted under this key: the form was sent twice, and the second time nobody is there any more.
    pub async fn is_deleted(&self, key: Key) -> Result<bool, StoreError> {
        self.store.is_goodbye(key).await
    }
}
