//! The program `chat-moderno`: reads what the operator wants, starts the server, says in one sentence what is
//! wrong. All else is in the library.

mod operate;

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;

use server::config::{self, Config, ConfigError, Task};
use server::{Server, store, telemetry};
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
    match telemetry::filter(&config.log) {
        Ok(filter) => telemetry::start(filter),
        Err(error) => return fail(&format!("--log: {error}"), MISUSED),
    }
    // Before there are threads: it changes the environment.
    let handed = match config::handed_over() {
        Ok(handed) => handed,
        Err(error) => return fail(&error, MISUSED),
    };
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("cannot start threads: {error}"), FAILED),
    };
    match runtime.block_on(carry_out(config, handed)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => fail(&sentence, FAILED),
    }
}

fn fail(sentence: &dyn std::fmt::Display, code: u8) -> ExitCode {
    eprintln!("chat-moderno: {sentence}");
    ExitCode::from(code)
}

async fn carry_out(config: Config, handed: Option<std::net::TcpListener>) -> Result<(), String> {
    match &config.task {
        None => serve(config, handed).await,
        Some(Task::Backup { file }) => {
            let held = store::backup(&config.data, file).await.map_err(|error| error.to_string())?;
            println!("{} holds {} rooms and {} events", file.display(), held.rooms, held.events);
            Ok(())
        }
        Some(Task::Restore { file }) => {
            let done = store::restore(&config.data, file).await.map_err(|error| error.to_string())?;
            println!("Restored {} rooms and {} events.", done.inventory.rooms, done.inventory.events);
            if let Some(replaced) = done.replaced {
                println!(
                    "What was confirmed after the backup is not in it; the database it replaces is {}.",
                    replaced.display()
                );
            }
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
    say(&greeting);
    if let Some(claim) = server.claim() {
        say(&format!(
            "Whoever opens this first owns this server: {}/claim/{}",
            server.app().config.base(address),
            claim.as_str()
        ));
    }
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

/// Prints a line. Who starts a server and reads nothing of it gets a server all the same.
fn say(line: &str) {
    operate::print(line).ok();
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
