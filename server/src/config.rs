//! What the operator decides: options, environment, `.env`. The only file that knows any of the three.
//!
//! Precedence: option, environment, `.env` of the working directory, default. Not here: what the values do.

use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use clap::{CommandFactory, FromArgMatches, Parser, ValueEnum};

mod dotenv;
mod handed;
mod network;
mod origin;
mod task;
mod tuning;

pub use dotenv::DotenvError;
pub use handed::{HandedError, handed_over};
pub use network::{Network, NetworkError};
pub use origin::{Origin, OriginError};
pub use task::{Admin, RoleName, Task};
pub use tuning::Tuning;

/// The greeting, if the operator has none.
pub const DEFAULT_WELCOME: &str = "Oi cliente!";

/// The port, if nobody says otherwise.
pub const DEFAULT_PORT: u16 = 5000;

const AFTER_HELP: &str = "\
Precedence: option, environment variable, .env in the working directory, default.

Who can reach it:
  this machine     chat-moderno
  a class (LAN)    chat-moderno --host 0.0.0.0 --insecure-http
  the internet     chat-moderno --public-url https://chat.example --trusted-proxy 127.0.0.1

Socket activation: a listening socket that the supervisor hands over (LISTEN_FDS, as systemd
does) is taken in the place of --host and --port; who connects during a restart waits there.

Exit codes: 0 ended as asked, 1 could not start or go on, 2 an option is wrong.";

/// Everything the server is told from outside.
#[derive(Clone, Debug, Parser)]
#[command(name = "chat-moderno", version, about = "A chat in one file: pages, messages and real time.", after_help = AFTER_HELP)]
pub struct Config {
    /// What to do instead of serving
    #[command(subcommand)]
    pub task: Option<Task>,

    /// Address to listen at; the default is reachable from this machine only
    #[arg(long, env = "CHAT_HOST", value_name = "ADDRESS", value_parser = host, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub host: IpAddr,

    /// Port to listen at; 0 takes a free one
    #[arg(long, env = "PORT", value_name = "PORT", default_value_t = DEFAULT_PORT)]
    pub port: u16,

    /// Folder of the database; made if missing
    #[arg(long, env = "CHAT_DATA", value_name = "DIR", default_value = "data", global = true)]
    pub data: PathBuf,

    /// Folder whose files are served at /, beside the chat at /r/lobby
    #[arg(long, env = "CHAT_PAGES", value_name = "DIR")]
    pub pages: Option<PathBuf>,

    /// First words of the server to every client
    #[arg(long, env = "CHAT_WELCOME", value_name = "TEXT", default_value = DEFAULT_WELCOME)]
    pub welcome: String,

    /// Limits on how often a person or an address may act
    #[arg(long, env = "CHAT_RATE_LIMIT", value_name = "WHEN", default_value = "on")]
    pub rate_limit: Switch,

    /// Address people type, if it is not the one the server listens at: https://chat.example
    #[arg(long, env = "CHAT_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<Origin>,

    /// Address or network (10.0.0.0/8) of a proxy whose X-Forwarded-For and X-Forwarded-Proto are believed; may be
    /// repeated
    #[arg(long, env = "CHAT_TRUSTED_PROXY", value_name = "ADDRESS", value_delimiter = ',')]
    pub trusted_proxy: Vec<Network>,

    /// Other sites whose pages may connect, without cookies; may be repeated
    #[arg(long, env = "CHAT_ALLOW_ORIGIN", value_name = "URL", value_delimiter = ',')]
    pub allow_origin: Vec<Origin>,

    /// Let people of other machines have a session without TLS: for a network you trust
    #[arg(long, env = "CHAT_INSECURE_HTTP", value_parser = clap::builder::FalseyValueParser::new())]
    pub insecure_http: bool,

    /// What is logged, as tracing filters: info, debug, server=debug,sqlx=info …
    #[arg(long, env = "CHAT_LOG", value_name = "FILTER", default_value = "info")]
    pub log: String,

    /// Set by `cargo leptos watch`, whose reload socket a page may then listen to
    #[arg(long, env = "LEPTOS_WATCH", hide = true, value_parser = clap::builder::FalseyValueParser::new())]
    pub watched: bool,

    /// Port of that socket
    #[arg(long, env = "LEPTOS_RELOAD_PORT", hide = true, default_value_t = 5001)]
    pub reload_port: u16,

    /// The bug to plant (`chat::plant`).
    #[cfg(feature = "plant")]
    #[arg(long, env = "CHAT_PLANT", value_name = "BUG", hide = true)]
    pub plant: Option<String>,

    /// For tests: a file that says how many milliseconds the server's clock is set beside the machine's, or, after
    /// `passed `, how many have passed beyond those of the machine. Read at every look at the clock; missing or anything
    /// else is none.
    #[arg(long, env = "CHAT_CLOCK_OFFSET_FILE", value_name = "FILE", hide = true)]
    pub clock_offset_file: Option<PathBuf>,

    /// Values no operator needs to know; tests make them small.
    #[arg(skip)]
    pub tuning: Tuning,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    /// It applies.
    On,
    /// It does not.
    Off,
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A wrong option or variable, or a question that is answered by printing: `--help`, `--version`.
    #[error(transparent)]
    Options(#[from] clap::Error),
    /// `.env` is there and cannot be used.
    #[error(transparent)]
    Dotenv(#[from] DotenvError),
    /// There is nothing to serve from.
    #[error("--pages: {} is not a folder", .0.display())]
    Pages(PathBuf),
}

impl Config {
    /// The defaults, with the database in `data`. Looks at no environment: for tests and tools.
    pub fn new(data: impl Into<PathBuf>) -> Config {
        Config {
            task: None,
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: DEFAULT_PORT,
            data: data.into(),
            pages: None,
            welcome: DEFAULT_WELCOME.to_owned(),
            rate_limit: Switch::On,
            public_url: None,
            trusted_proxy: Vec::new(),
            allow_origin: Vec::new(),
            insecure_http: false,
            log: "info".to_owned(),
            watched: false,
            reload_port: 5001,
            #[cfg(feature = "plant")]
            plant: None,
            clock_offset_file: None,
            tuning: Tuning::default(),
        }
    }

    /// Reads options, the environment and the file `.env` of `folder`.
    pub fn load(args: impl IntoIterator<Item = OsString>, folder: &Path) -> Result<Config, ConfigError> {
        let args: Vec<OsString> = args.into_iter().collect();
        let variables = variables();
        let ours = |name: &str| variables.iter().any(|(_, variable)| variable == name);
        let file = match dotenv::read(&folder.join(".env"), ours) {
            Ok(file) => file,
            // Whoever asks for help gets it.
            Err(error) => match Config::command().try_get_matches_from(args) {
                Err(asked) if !asked.use_stderr() => return Err(asked.into()),
                _ => return Err(error.into()),
            },
        };
        let mut command = Config::command();
        for (id, variable) in variables {
            // What is there and empty is as good as not there.
            if std::env::var_os(&variable).is_some_and(|value| value.is_empty()) {
                command = command.mut_arg(&id, |arg| arg.env(None::<&'static str>));
            }
            let value = file.iter().rev().find(|(name, _)| *name == variable);
            if let Some((_, value)) = value.filter(|(_, value)| !value.is_empty()) {
                // A default is what clap takes when neither the option nor the environment speaks.
                let value = value.clone();
                command = command.mut_arg(id, |arg| arg.default_value(value));
            }
        }
        let matches = command.try_get_matches_from_mut(args)?;
        let config = Config::from_arg_matches(&matches)?;
        match config.pages {
            Some(pages) if !pages.is_dir() => Err(ConfigError::Pages(pages)),
            _ => Ok(config),
        }
    }

    /// Where to listen.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::new(self.host, self.port)
    }

    /// What an address of this server begins with, for the person who started it at `address`.
    pub fn base(&self, address: SocketAddr) -> String {
        match &self.public_url {
            Some(url) => url.to_string(),
            None if address.ip().is_unspecified() => format!("http://localhost:{}", address.port()),
            None => format!("http://{address}"),
        }
    }

    /// `ip` is a proxy that is believed.
    pub fn trusts(&self, ip: IpAddr) -> bool {
        self.trusted_proxy.iter().any(|network| network.contains(ip))
    }

    /// Limits on how often somebody acts apply.
    pub fn limits_rates(&self) -> bool {
        self.rate_limit == Switch::On
    }
}

/// An address of this machine, or the name that every machine has for itself.
fn host(text: &str) -> Result<IpAddr, &'static str> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    if bare.eq_ignore_ascii_case("localhost") {
        return Ok(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    bare.parse().map_err(|_| "an address of this machine (0.0.0.0, 192.168.0.7, ::1) or localhost")
}

/// Every option that a variable can set, with that variable.
fn variables() -> Vec<(String, String)> {
    Config::command()
        .get_arguments()
        .filter_map(|arg| Some((arg.get_id().to_string(), arg.get_env()?.to_str()?.to_owned())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(args: &[&str], dotenv: &str) -> Result<Config, ConfigError> {
        let folder = std::env::temp_dir().join(format!("chat-config-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join(".env"), dotenv).unwrap();
        let all = std::iter::once("chat-moderno").chain(args.iter().copied()).map(OsString::from);
        let config = Config::load(all, &folder);
        std::fs::remove_dir_all(&folder).unwrap();
        config
    }

    #[test]
    fn a_file_speaks_where_nobody_else_does() {
        let config = load(&[], "PORT=6001\nCHAT_WELCOME='Olá, mundo'\nCHAT_INSECURE_HTTP=1\n").unwrap();
        assert_eq!((config.port, config.welcome.as_str(), config.insecure_http), (6001, "Olá, mundo", true));
    }

    #[test]
    fn an_option_wins_over_the_file() {
        assert_eq!(load(&["--port", "6002"], "PORT=6001").unwrap().port, 6002);
    }

    #[test]
    fn a_list_is_split_at_commas() {
        let config = load(&[], "CHAT_TRUSTED_PROXY=127.0.0.1,::1").unwrap();
        assert_eq!(config.trusted_proxy.len(), 2);
    }

    #[test]
    fn proxies_are_addresses_and_networks_as_many_as_there_are() {
        let args = ["--trusted-proxy", "10.0.0.0/8, 127.0.0.1", "--trusted-proxy", "fd00::/8"];
        let config = load(&args, "").unwrap();
        let trusts = |ip: &str| config.trusts(ip.parse().unwrap());
        assert!(trusts("10.1.2.3") && trusts("127.0.0.1") && trusts("::ffff:127.0.0.1") && trusts("fd00::7"));
        assert!(!trusts("127.0.0.2") && !trusts("11.0.0.1") && !trusts("::1"));
        for bad in ["proxy.example", "10.0.0.0/33", ""] {
            assert!(load(&["--trusted-proxy", bad], "").is_err(), "{bad:?}");
        }
    }

    #[test]
    fn the_host_is_an_address_or_this_machine_by_its_name() {
        let host = |text: &str| load(&["--host", text], "").map(|config| config.address().to_string());
        assert_eq!(host("localhost").unwrap(), "127.0.0.1:5000");
        assert_eq!(host("LOCALHOST").unwrap(), "127.0.0.1:5000");
        assert_eq!(host("::1").unwrap(), "[::1]:5000");
        assert_eq!(host("[::1]").unwrap(), "[::1]:5000");
        assert_eq!(host("0.0.0.0").unwrap(), "0.0.0.0:5000");
        assert!(host("chat.example").is_err() && host("").is_err() && host("127.0.0.1:80").is_err());
        assert_eq!(load(&[], "CHAT_HOST=localhost").unwrap().host, IpAddr::V4(Ipv4Addr::LOCALHOST));
    }

    #[test]
    fn a_wrong_value_is_refused_wherever_it_stands() {
        assert!(load(&["--port", "x"], "").is_err());
        assert!(load(&[], "PORT=99999").is_err());
        assert!(load(&["--public-url", "chat.example"], "").is_err());
    }

    #[test]
    fn the_defaults_are_the_same_without_a_command_line() {
        let parsed = load(&[], "").unwrap();
        assert_eq!(format!("{parsed:?}"), format!("{:?}", Config::new("data")));
    }
}
