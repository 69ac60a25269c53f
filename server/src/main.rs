//! The program `chat-moderno`: reads what the operator wants, starts the server, says in one sentence what is
//! wrong. All else is in the library.

mod operate;

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;

use server::config::{self, Config, ConfigError, Task};
use server::{Server, descriptors, store, telemetry};
use tokio::net::TcpListener;
use tokio::signal;

/// It could not start, or could not go on.
const FAILED: u8 = 1;
/// An option, a variable or a line of `.env` is wrong.
const MISUSED: u8 = 2;

fn main() -> ExitCode {
    let config = match Config::load(std::env::args_os(), Path::new("")) {
        Ok(config) => config,
        Err(ConfigError::Options(error)) => {
            // Printing fails only where nobody could read it.
            error.print().ok();
            return if error.use_stderr() { ExitCode::from(MISUSED) } else { ExitCode::SUCCESS };
        }
        Err(error) => return fail(&error, MISUSED),
    };
    let log = match telemetry::filter(&config.log) {
        Ok(filter) => telemetry::start(filter),
        Err(error) => return fail(&format!("--log: {error}"), MISUSED),
    };
    let log = match log {
        Ok(log) => log,
        Err(error) => return fail(&format!("cannot start threads: {error}"), FAILED),
    };
    // Before there are threads: it changes the environment.
    let handed = match config::handed_over() {
        Ok(handed) => handed,
        Err(error) => return fail(&error, MISUSED),
    };
    let mut config = config;
    if config.task.is_none() {
        descriptors::prepare(&mut config);
    }
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("cannot start threads: {error}"), FAILED),
    };
    let code = match runtime.block_on(carry_out(config, handed)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            log.put(last_words(&sentence).into_bytes());
            ExitCode::from(FAILED)
        }
    };
    log.flush();
    code
}

/// Says what is wrong. That nobody can be told changes nothing.
fn fail(sentence: &dyn std::fmt::Display, code: u8) -> ExitCode {
    io::stderr().write_all(last_words(sentence).as_bytes()).ok();
    ExitCode::from(code)
}

fn last_words(sentence: &dyn std::fmt::Display) -> String {
    format!("chat-moderno: {sentence}\n")
}

async fn carry_out(config: Config, handed: Option<std::net::TcpListener>) -> Result<(), String> {
    match &config.task {
        None => serve(config, handed).await,
        Some(Task::Backup { file }) => {
            let held = store::backup(&config.data, file).await.map_err(|error| error.to_string())?;
            say(vec![format!("{} holds {} rooms and {} events", file.display(), held.rooms, held.events)]);
            Ok(())
        }
        Some(Task::Restore { file }) => {
            let done = store::restore(&config.data, file).await.map_err(|error| error.to_string())?;
            let held = done.inventory;
            let mut lines = vec![format!("Restored {} rooms and {} events.", held.rooms, held.events)];
            if let Some(replaced) = done.replaced {
                lines.push(format!(
                    "What was confirmed after the backup is not in it; the database it replaces is {}.",
                    replaced.display()
                ));
            }
            say(lines);
            Ok(())
        }
        Some(Task::Export { room }) => operate::export(&config.data, room).await,
        Some(Task::Admin(admin)) => operate::admin(&config, admin).await,
    }
}

async fn serve(config: Config, handed: Option<std::net::TcpListener>) -> Result<(), String> {
    // The port first: a second start by mistake must not touch the database of the first.
    let listener = match handed {
        Some(listener) => TcpListener::from_std(listener),
        None => TcpListener::bind(config.address()).await,
    };
    let listener = listener.map_err(|error| bind_failed(&config, &error))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let interrupted = interrupted().map_err(|error| format!("cannot wait for signals: {error}"))?;
    let greeting = greeting(&config, address);
    let (data, new) = (config.data.clone(), !store::exists(&config.data));
    let server = Server::new(config).await.map_err(|error| error.to_string())?;
    if new {
        store::keep_room_back(&data);
    }
    let mut lines = vec![greeting];
    if let Some(claim) = server.claim() {
        lines.push(format!(
            "Whoever opens this first owns this server: {}/claim/{}",
            server.app().config.base(address),
            claim.as_str()
        ));
    }
    // A pipe that nobody reads may be full, and a terminal stopped.
    std::thread::spawn(move || say(lines));
    server.run(listener, interrupted).await.map_err(|error| error.to_string())
}

fn bind_failed(config: &Config, error: &io::Error) -> String {
    let (port, host) = (config.port, config.host);
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!("port {port} is taken: end the program that uses it or choose another with --port")
        }
        io::ErrorKind::PermissionDenied => {
            format!("port {port} is not allowed to this user: choose one above 1023 with --port")
        }
        io::ErrorKind::AddrNotAvailable => {
            format!("{host} is no address of this machine: choose another with --host")
        }
        _ => format!("cannot listen at {host}, port {port}: {error}"),
    }
}

/// Prints lines. What was done is done all the same where nobody reads of it.
fn say(lines: Vec<String>) {
    for line in lines {
        operate::print(&line).ok();
    }
}

/// What the operator reads first: where to point a browser, and what will not work.
fn greeting(config: &Config, address: SocketAddr) -> String {
    let port = address.port();
    let mut text = match &config.public_url {
        Some(url) => format!("Chat Moderno listens at {address} for {url}/"),
        None if address.ip().is_unspecified() => {
            format!(
                "Chat Moderno listens at http://localhost:{port}/ and at port {port} of every address of this machine"
            )
        }
        None => format!("Chat Moderno listens at http://{address}/"),
    };
    if config.pages.is_some() {
        text.push_str("\nYour pages are at /, the chat at /r/lobby");
    }
    let protected =
        config.public_url.as_ref().is_some_and(|url| url.is_secure()) || !config.trusted_proxy.is_empty();
    if !address.ip().is_loopback() && !protected && !config.insecure_http {
        text.push_str("\nPeople of other machines get no session without TLS; on a network you trust, add --insecure-http");
    }
    text
}

/// Resolves at Ctrl-C and, where there is such a thing, at SIGTERM.
fn interrupted() -> io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let mut terminated = signal::unix::signal(signal::unix::SignalKind::terminate())?;
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = signal::ctrl_c() => {}
            _ = terminated.recv() => {}
        }
        #[cfg(not(unix))]
        signal::ctrl_c().await.ok();
        tracing::info!("ending");
    })
}
