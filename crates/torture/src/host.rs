//! The server under test: the release binary as a child process, killed, stopped and started again.

use std::fs::OpenOptions;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use chat::Millis;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::history::now;

/// Longest start, and longest end after a signal to end.
const PATIENCE: Duration = Duration::from_secs(20);

/// The server's process, when there is one.
pub struct Host {
    binary: PathBuf,
    folder: PathBuf,
    /// Options beside those of every run.
    pub options: Vec<String>,
    child: Option<Child>,
    /// Where it listens now; nothing while it is down.
    pub upstream: watch::Sender<Option<SocketAddr>>,
    /// When it was ready, each time.
    pub starts: Vec<Millis>,
    /// Most memory it was seen holding, bytes.
    pub memory: u64,
    paused: bool,
}

impl Host {
    /// A server that is not running, with its files in `folder`.
    pub fn new(binary: &Path, folder: &Path) -> Host {
        Host {
            binary: binary.to_owned(),
            folder: folder.to_owned(),
            options: Vec::new(),
            child: None,
            upstream: watch::Sender::new(None),
            starts: Vec::new(),
            memory: 0,
            paused: false,
        }
    }

    /// Where its database is.
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// A file through which the server's clock is set; milliseconds beside the true time.
    pub fn clock(&self) -> PathBuf {
        self.folder.join("clock")
    }

    /// Everything it has logged.
    pub fn log(&self) -> PathBuf {
        self.folder.join("server.log")
    }

    /// A command of the binary, with nothing of this machine's environment that it would listen to.
    fn command(&self) -> Command {
        let mut command = Command::new(&self.binary);
        for (name, _) in std::env::vars() {
            if name == "PORT" || name.starts_with("CHAT_") {
                command.env_remove(name);
            }
        }
        command.current_dir(&self.folder).stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    /// Starts it, and returns when it listens.
    pub async fn start(&mut self) -> Result<()> {
        let log = OpenOptions::new().create(true).append(true).open(self.log())?;
        let mut child = self
            .command()
            .args(["--port", "0", "--data", "data"])
            .args(&self.options)
            .env("CHAT_CLOCK_OFFSET_FILE", self.clock())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .with_context(|| self.binary.display().to_string())?;
        let mut stdout = BufReader::new(child.stdout.take().context("the server's output")?);
        let mut line = String::new();
        timeout(PATIENCE, stdout.read_line(&mut line)).await.context("the server does not start")??;
        let address = line.trim().trim_end_matches('/').rsplit("http://").next().unwrap_or_default();
        let address = address.parse().with_context(|| format!("the server said {line:?}; see its log"))?;
        // Nobody reads on, and a full pipe would hold it up.
        tokio::spawn(async move { stdout.read_to_end(&mut Vec::new()).await });
        self.child = Some(child);
        self.paused = false;
        self.starts.push(now());
        self.upstream.send_replace(Some(address));
        Ok(())
    }

    /// Runs a command of the binary to its end, as an operator would.
    pub async fn operate(&self, args: &[&str]) -> Result<()> {
        let output = self.command().args(args).args(["--data", "data"]).output().await?;
        if !output.status.success() {
            bail!("`{}`: {}", args.join(" "), String::from_utf8_lossy(&output.stderr));
        }
        Ok(())
    }

    /// Kills it, as a power cut does as far as a process can tell. When: just before the signal.
    pub async fn kill(&mut self) -> Result<Millis> {
        let mut child = self.child.take().context("the server is down")?;
        self.look(&child);
        let at = now();
        child.kill().await?;
        self.upstream.send_replace(None);
        Ok(at)
    }

    /// Asks it to end, and waits until it has.
    pub async fn terminate(&mut self) -> Result<()> {
        let mut child = self.child.take().context("the server is down")?;
        self.look(&child);
        signal(&child, "TERM")?;
        let ended = timeout(PATIENCE, child.wait()).await;
        self.upstream.send_replace(None);
        match ended {
            Ok(status) if status.as_ref().is_ok_and(|status| status.success()) => Ok(()),
            Ok(status) => bail!("asked to end, the server ended with {status:?}"),
            Err(_) => bail!("asked to end, the server goes on after {PATIENCE:?}"),
        }
    }

    /// Stops it where it stands, or lets it go on.
    pub fn pause(&mut self, paused: bool) -> Result<()> {
        if let Some(child) = self.child.as_ref().filter(|_| self.paused != paused) {
            signal(child, if paused { "STOP" } else { "CONT" })?;
            self.paused = paused;
        }
        Ok(())
    }

    /// It runs, and is not stopped.
    pub fn is_up(&self) -> bool {
        self.child.is_some() && !self.paused
    }

    /// Notes how much memory it holds, and fails if it has ended by itself.
    pub fn watch(&mut self) -> Result<()> {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        if let Some(status) = child.try_wait()? {
            self.upstream.send_replace(None);
            bail!("the server ended by itself: {status}");
        }
        self.look(&child);
        self.child = Some(child);
        Ok(())
    }

    fn look(&mut self, child: &Child) {
        let Some(id) = child.id() else { return };
        let Ok(status) = std::fs::read_to_string(format!("/proc/{id}/status")) else { return };
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").trim().parse::<u64>().ok());
        self.memory = self.memory.max(kilobytes.unwrap_or(0) * 1024);
    }
}

/// Sends a signal to a child that has not been waited for, so that the number is still its own.
pub fn signal(child: &Child, name: &str) -> Result<()> {
    let id = child.id().context("the process has ended")?.to_string();
    let status = std::process::Command::new("kill").args([&format!("-{name}"), &id]).status()?;
    if status.success() { Ok(()) } else { bail!("signal {name} to {id} failed") }
}
