//! Orders from the terminal. One database has one writer, so a running server is asked to carry them out, over a socket
//! in its data folder that only its own user can open: one line of JSON each way.

#[cfg(unix)]
mod control;

use chat::Role;
use protocol::view::Rank;
use protocol::{Ban, Refusal};
use serde::{Deserialize, Serialize};

#[cfg(unix)]
pub use control::{listen, send};

use crate::accounts::AccountError;
use crate::config::{Admin, Config};
use crate::session::Author;
use crate::store::{Store, StoreError, existing, shown};
use crate::token::Token;
use crate::{App, StartError};

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "order", rename_all = "camelCase")]
pub enum Order {
    /// A new owner link.
    OwnerLink,
    /// The clock is right although it has jumped.
    TrustClock,
    /// A way back in for who forgot the password.
    RecoveryLink {
        /// Name or id.
        who: String,
    },
    /// Another role for somebody.
    SetRole {
        /// Name or id.
        who: String,
        /// The word for the role.
        role: String,
    },
    /// Somebody may not be here, or may again.
    Ban {
        /// Name or id.
        who: String,
        /// May not.
        on: bool,
    },
}

/// What became of it: a line for the terminal, or one sentence that says why not.
pub type Outcome = Result<String, String>;

impl Order {
    /// The order of a command; `None` for one that only reads.
    pub fn of(command: &Admin) -> Option<Order> {
        Some(match command {
            Admin::ListUsers => return None,
            Admin::OwnerLink => Order::OwnerLink,
            Admin::TrustClock => Order::TrustClock,
            Admin::RecoveryLink { who } => Order::RecoveryLink { who: who.clone() },
            Admin::SetRole { who, role } => {
                Order::SetRole { who: who.clone(), role: Rank(Role::from(*role)).code().to_owned() }
            }
            Admin::Ban { who } => Order::Ban { who: who.clone(), on: true },
            Admin::Unban { who } => Order::Ban { who: who.clone(), on: false },
        })
    }

    /// Carries it out. `base` is what an address of this server begins with.
    pub async fn carry_out(self, app: &App, base: &str) -> Outcome {
        match self {
            Order::OwnerLink => owner_link(app, base).await,
            Order::TrustClock => trust_clock(app).await,
            Order::RecoveryLink { who } => recovery_link(app, &who, base).await,
            Order::SetRole { who, role } => set_role(app, &who, &role).await,
            Order::Ban { who, on } => ban(app, &who, on).await,
        }
    }
}

/// Opens the database that no server has open, carries `order` out, and closes it.
///
/// # Errors
/// The database cannot be opened; what becomes of the order is inside.
pub async fn alone(config: Config, order: Order) -> Result<Outcome, StartError> {
    existing(&config.data)?;
    let store = Store::open(&config.data).await.map_err(|error| match error {
        StoreError::InUse { folder } => StartError::Unreachable(folder),
        error => error.into(),
    })?;
    let base = match &config.public_url {
        Some(url) => url.to_string(),
        None => format!("http://localhost:{}", config.port),
    };
    let app = App::new(config, store);
    let outcome = order.carry_out(&app, &base).await;
    app.store.close().await;
    Ok(outcome)
}

async fn owner_link(app: &App, base: &str) -> Outcome {
    let token = Token::draw();
    if !app.store.offer_ownership(token.hash()).await.map_err(text)? {
        return Err(
            "this server has an owner; recovery-link lets the owner back in, with set-role you make \
                    somebody else the owner"
                .to_owned(),
        );
    }
    Ok(format!("{base}/claim/{}", token.as_str()))
}

async fn trust_clock(app: &App) -> Outcome {
    let jumped = app.store.trust_clock(true).await.map_err(text)?;
    let now = shown(app.store.now());
    Ok(if jumped {
        format!("it is {now}, and what ends by age does")
    } else {
        format!("it is {now}; nothing waits")
    })
}

/// Whoever has the machine may let anybody back in, the owner too.
async fn recovery_link(app: &App, who: &str, base: &str) -> Outcome {
    let Author { member, .. } = one(app, who).await?;
    match app.accounts.offer_recovery(None, &member.id).await {
        Ok(secret) => {
            tracing::info!(member = %member.id, "way back in from the terminal");
            Ok(format!("{base}/recover/{}", secret.as_str()))
        }
        Err(AccountError::Refused(Refusal::NotFound)) => {
            Err(format!("{} has no password to forget: a guest is known by the browser alone", member.name))
        }
        Err(AccountError::Refused(code)) => Err(refused(&member.name, code)),
        Err(error) => Err(error.to_string()),
    }
}

async fn set_role(app: &App, who: &str, role: &str) -> Outcome {
    let Some(Rank(role)) = Rank::from_code(role) else { return Err(format!("{role} is no role")) };
    let author = one(app, who).await?;
    let name = author.member.name.clone();
    app.rooms.be_appointed(&author, role).await.map_err(|problem| refused(&name, problem.code))?;
    tracing::info!(member = %author.member.id, ?role, "appointed from the terminal");
    Ok(format!("{name} is {} now", Rank(role).code()))
}

/// Told in the rooms as the owner's act: there the events need somebody who did it.
async fn ban(app: &App, who: &str, on: bool) -> Outcome {
    let them = one(app, who).await?;
    let owner = app.store.owner().await.map_err(text)?;
    let Some(owner) = owner else {
        return Err("this server has no owner to ban in the name of; see owner-link".to_owned());
    };
    let owner = Author { number: 0, member: owner, banned: false, network: None, lang: None };
    let name = them.member.name.clone();
    let request = Ban { member: them.member.id.clone(), on, key: None };
    app.ban(&owner, request).await.map_err(|problem| refused(&name, problem.code))?;
    tracing::info!(who = %them.member.id, on, "banned from the terminal");
    Ok(format!("{name} {} be on this server", if on { "may not" } else { "may again" }))
}

/// The one person of that id or name.
async fn one(app: &App, who: &str) -> Result<Author, String> {
    let mut found = app.store.called(who).await.map_err(text)?;
    match found.len() {
        0 => Err(format!("nobody is called {who}; see list-users")),
        1 => {
            let member = found.remove(0);
            Ok(Author { number: 0, member, banned: false, network: None, lang: None })
        }
        _ => {
            let ids: Vec<_> = found.iter().map(|member| member.id.as_str()).collect();
            Err(format!("several people are called {who}; say which by id: {}", ids.join(", ")))
        }
    }
}

fn text(error: StoreError) -> String {
    error.to_string()
}

fn refused(name: &str, code: Refusal) -> String {
    match code {
        Refusal::Forbidden => format!("that cannot be done to {name}"),
        Refusal::Banned => format!("{name} is banned; unban first"),
        code => format!("it was not done: {}", code.code()),
    }
}
