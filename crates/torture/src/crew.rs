//! The client processes: started from scripts, told what to do, killed and started again.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::client::{Order, Script, Status};
use crate::host::signal;

/// Longest wait for a process's answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A client process.
pub struct Member {
    /// What it is started from.
    pub script: Script,
    /// How to start it: the program and what stands before the script's path.
    program: (PathBuf, Vec<String>),
    number: usize,
    lives: u64,
    running: Option<Running>,
    /// It is stopped where it stands.
    pub stopped: bool,
}

struct Running {
    child: Child,
    stdin: ChildStdin,
    statuses: mpsc::Receiver<Vec<Status>>,
}

impl Member {
    /// Process `number`, not started yet.
    pub fn new(number: usize, program: (PathBuf, Vec<String>), script: Script) -> Member {
        Member { script, program, number, lives: 0, running: None, stopped: false }
    }

    /// Starts it, for the first time or again: its people are the same, their dice are not.
    pub fn start(&mut self) -> Result<()> {
        self.lives += 1;
        let script = Script { seed: self.script.seed.wrapping_add(self.lives), ..self.script.clone() };
        let file = self.script.folder.join(format!("script-{}.json", self.number));
        std::fs::write(&file, serde_json::to_vec(&script)?)?;
        let log = Path::new(&self.script.folder).join(format!("clients-{}.log", self.number));
        let log = std::fs::OpenOptions::new().create(true).append(true).open(log)?;
        let mut child = Command::new(&self.program.0)
            .args(&self.program.1)
            .arg(&file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| self.program.0.display().to_string())?;
        let stdin = child.stdin.take().context("the process's input")?;
        let mut lines = BufReader::new(child.stdout.take().context("the process's output")?).lines();
        let (sender, statuses) = mpsc::channel(4);
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                // A late answer of which nobody waits for is dropped with its receiver.
                if let Ok(status) = serde_json::from_str(&line)
                    && sender.send(status).await.is_err()
                {
                    return;
                }
            }
        });
        self.running = Some(Running { child, stdin, statuses });
        self.stopped = false;
        Ok(())
    }

    /// Kills it in the middle of whatever it does.
    pub async fn kill(&mut self) -> Result<()> {
        if let Some(mut running) = self.running.take() {
            running.child.kill().await?;
        }
        Ok(())
    }

    /// Stops it where it stands, or lets it go on.
    pub fn stop(&mut self, stopped: bool) -> Result<()> {
        if let Some(running) = &self.running {
            signal(&running.child, if stopped { "STOP" } else { "CONT" })?;
            self.stopped = stopped;
        }
        Ok(())
    }

    /// It runs and is not stopped.
    pub fn is_up(&self) -> bool {
        self.running.is_some() && !self.stopped
    }

    /// Tells it something.
    pub async fn tell(&mut self, order: &Order) -> Result<()> {
        let running = self.running.as_mut().context("the process is down")?;
        let mut line = serde_json::to_vec(order)?;
        line.push(b'\n');
        running.stdin.write_all(&line).await.context("a client process has ended by itself; see its log")
    }

    /// Asks how far its people are.
    pub async fn status(&mut self) -> Result<Vec<Status>> {
        self.tell(&Order::Status).await?;
        let running = self.running.as_mut().context("the process is down")?;
        let status =
            timeout(PATIENCE, running.statuses.recv()).await.context("a client process does not answer")?;
        status.context("a client process has ended by itself; see its log")
    }

    /// Tells it to write down everything and waits until it has ended.
    pub async fn end(&mut self) -> Result<()> {
        self.tell(&Order::End).await?;
        let mut running = self.running.take().context("the process is down")?;
        let status =
            timeout(PATIENCE * 6, running.child.wait()).await.context("a client process does not end")??;
        anyhow::ensure!(status.success(), "a client process ended with {status}; see its log");
        Ok(())
    }
}
