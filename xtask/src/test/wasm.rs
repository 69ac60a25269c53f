//! The client's tests in a real browser, against the reference server of its protocol.

use std::fs;
use std::io::{self, BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::thread;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::shell::{Tally, cargo, command, path_with, run as run_command};
use crate::tools::wasm_target::{self, WASM};
use crate::tools::{browser, crates};
use crate::workspace::Workspace;

/// Runs the browser tests of `socketio-client`.
pub(crate) fn run(workspace: &Workspace, filter: &[String], tally: &mut Tally) -> Result<()> {
    wasm_target::install(workspace)?;
    let driver = browser::chromedriver()?;
    let capabilities = capabilities(workspace)?;
    let tools = crates::install(workspace, &crates::WASM_BINDGEN)?;
    tally.step("Testing the client in a headless browser", || {
        let peer = Peer::start(workspace)?;
        run_command(
            cargo(&workspace.root)
                .args(["test", "--package", "socketio-client", "--target", WASM, "--tests", "--no-fail-fast"])
                .env("PATH", path_with(&[tools])?)
                .env("CHROMEDRIVER", driver)
                .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities)
                .env("SOCKETIO_TEST_URL", &peer.url)
                .arg("--")
                .args(filter),
            "the messages above name each failed test",
        )
    });
    Ok(())
}

/// The browser's options, for the browser this machine has.
fn capabilities(workspace: &Workspace) -> Result<PathBuf> {
    let chromium = browser::chromium()?;
    let options = json!({ "goog:chromeOptions": {
        "binary": chromium,
        "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                 "--no-first-run", "--disable-background-networking"],
    }});
    let path = workspace.notes().join("webdriver.json");
    fs::create_dir_all(workspace.notes())?;
    fs::write(&path, options.to_string()).with_context(|| format!("{} cannot be written", path.display()))?;
    Ok(path)
}

/// The reference server, npm's `socket.io`, for as long as the value lives.
struct Peer {
    process: Child,
    url: String,
}

impl Peer {
    /// Starts the script and waits for the line in which it tells its address.
    fn start(workspace: &Workspace) -> Result<Self> {
        let script = workspace.root.join("crates/socketio-client/tests/node/server.mjs");
        let mut process = command("node")
            .arg(&script)
            .current_dir(&workspace.root)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("node did not start: install Node.js 20 or newer and try again")?;
        let mut stdout = BufReader::new(process.stdout.take().expect("invariant: piped above"));
        let mut line = String::new();
        let url = stdout.read_line(&mut line).ok().and_then(|_| address(&line));
        // It goes on telling who comes and goes; a closed pipe would end it.
        thread::spawn(move || io::copy(&mut stdout, &mut io::sink()));
        // Made before the address is judged, so that the process ends on either way out.
        let peer = Self { process, url: url.clone().unwrap_or_default() };
        url.map(|_| peer).with_context(|| {
            format!("{} told no address: run it with `node` to see why", workspace.short(&script))
        })
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // Its end of input is the script's sign to leave; a script that is stuck is ended.
        drop(self.process.stdin.take());
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The address in the script's line: `{"url": "http://…"}` or `{"port": 12345}`.
fn address(line: &str) -> Option<String> {
    let told: Value = serde_json::from_str(line.trim()).ok()?;
    let url = told.get("url").and_then(Value::as_str).map(str::to_owned);
    url.or_else(|| told.get("port").and_then(Value::as_u64).map(|port| format!("http://127.0.0.1:{port}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_from_a_url_or_a_port() {
        assert_eq!(address("{\"url\":\"ws://127.0.0.1:9\"}\n").as_deref(), Some("ws://127.0.0.1:9"));
        assert_eq!(address("{\"port\":8123}").as_deref(), Some("http://127.0.0.1:8123"));
    }

    #[test]
    fn a_line_without_an_address_is_none() {
        assert_eq!(address(""), None);
        assert_eq!(address("listening"), None);
        assert_eq!(address("{\"port\":\"?\"}"), None);
    }
}
