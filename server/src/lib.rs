//! The server as a library: a value a test can build, on a port of its choice, as often as it likes.
//!
//! `main` only reads the options and starts it. What happens to a request is in [`router`], to an event in
//! [`socket`], to a message in [`rooms`] and [`store`].

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

pub mod accounts;
pub mod admin;
pub mod assets;
pub mod config;
pub mod descriptors;
pub mod forms;
pub mod guard;
pub mod headers;
pub mod health;
pub mod limits;
pub mod listener;
#[cfg(feature = "plant")]
pub mod plant;
pub mod render;
pub mod rooms;
pub mod router;
mod server;
pub mod session;
pub mod settings;
pub mod socket;
pub mod stage;
pub mod store;
pub mod telemetry;
pub mod token;

pub use config::Config;
pub use server::{RunError, Server, StartError};

use accounts::Accounts;
use chat::MemberId;
use headers::Reports;
use limits::Limits;
use protocol::{Ban, Problem, Stored};
use rooms::Rooms;
use session::{Author, Sessions};
use settings::CurrentSettings;
use socket::binding::Bindings;
use socket::{Endings, People, Presences, Subscriptions, Whispers};
use stage::Stage;
use store::{Network, Store, StoreError};

/// What every handler can reach. Cloning it is cheap.
#[derive(Clone)]
pub struct App {
    /// What the operator decided.
    pub config: Arc<Config>,
    /// The database.
    pub store: Store,
    /// Who is asking.
    pub sessions: Sessions,
    /// Names kept with a password.
    pub accounts: Accounts,
    /// What those who run the server have decided.
    pub settings: CurrentSettings,
    /// What people do in rooms.
    pub rooms: Rooms,
    /// How often they may.
    pub limits: Limits,
    /// The live sockets, and which session each is bound to.
    pub bindings: Bindings,
    /// How many sockets each person has.
    pub people: People,
    /// The way into rooms, for sockets.
    pub subscriptions: Subscriptions,
    /// The end of sessions, for their sockets.
    pub endings: Endings,
    /// Who is here.
    pub presences: Presences,
    /// The way to those who hear what is not kept.
    pub whispers: Whispers,
    /// What the content policy refused in browsers.
    pub reports: Reports,
    /// Serving, or on the way out.
    pub stage: Stage,
    /// The port it listens at, once it does.
    listens: Arc<OnceLock<u16>>,
}

impl App {
    /// The parts of a server, over an open `store`.
    fn new(config: Config, store: Store) -> App {
        let config = Arc::new(config);
        let bindings = Bindings::default();
        App {
            sessions: Sessions::new(&store),
            accounts: Accounts::new(&store),
            settings: CurrentSettings::new(&store, chat::Settings::new(config.welcome.clone())),
            rooms: Rooms::new(&store),
            limits: Limits::new(&config),
            people: People::default(),
            subscriptions: Subscriptions::default(),
            endings: Endings::new(&bindings),
            presences: Presences::default(),
            whispers: Whispers::default(),
            reports: Reports::default(),
            stage: Stage::default(),
            bindings,
            listens: Arc::default(),
            store,
            config,
        }
    }

    /// The port of the address that people type.
    fn port(&self) -> u16 {
        let listens = || self.listens.get().copied().unwrap_or(self.config.port);
        self.config.public_url.as_ref().map_or_else(listens, config::Origin::port)
    }

    /// The networks that somebody is connected from now.
    fn networks_of(&self, member: &MemberId) -> Vec<Network> {
        self.bindings.addresses_of(member).into_iter().filter_map(|ip| self.store.network(ip)).collect()
    }

    /// Lets somebody not be on this server, or again; with them where they are connected from now.
    async fn ban(&self, author: &Author, request: Ban) -> Result<Stored, Problem> {
        let live = self.networks_of(&request.member);
        self.rooms.ban_live(author, request, live).await
    }

    /// Notes where somebody comes from, if they are saved: a ban shuts it.
    async fn note(&self, author: &Author, ip: IpAddr) -> Result<(), StoreError> {
        match self.store.network(ip) {
            Some(network) if author.number > 0 => self.store.seen(author.number, network).await,
            _ => Ok(()),
        }
    }
}
