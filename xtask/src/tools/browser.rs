//! A Chromium and its WebDriver, for the tests that need a real browser.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::apt;
use crate::shell::{find, note, step};

const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const MAC_BROWSERS: [&str; 2] = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// The browser, installed where it is missing. `CHROMIUM` names another one.
pub(crate) fn chromium() -> Result<PathBuf> {
    found_or_installed("CHROMIUM", "Chromium", "chromium", find_chromium)
}

/// The browser's WebDriver, installed where it is missing. `CHROMEDRIVER` names another one.
pub(crate) fn chromedriver() -> Result<PathBuf> {
    found_or_installed("CHROMEDRIVER", "ChromeDriver", "chromium-driver", || find("chromedriver"))
}

fn found_or_installed(
    variable: &str,
    name: &str,
    package: &str,
    look: impl Fn() -> Option<PathBuf>,
) -> Result<PathBuf> {
    if let Some(path) = env::var_os(variable) {
        return Ok(path.into());
    }
    if let Some(path) = look() {
        return Ok(path);
    }
    step(&format!("Installing {name}"), || apt::install(&[package]))
        .with_context(|| format!("{name} is missing (or name it in {variable})"))?;
    let path = look().with_context(|| {
        format!("{name} is still missing after its installation: name its path in {variable}")
    })?;
    note(&format!("{name} stands at {}", path.display()));
    Ok(path)
}

fn find_chromium() -> Option<PathBuf> {
    let on_path = BROWSERS.iter().find_map(|name| find(name));
    on_path.or_else(|| MAC_BROWSERS.iter().map(PathBuf::from).find(|path| path.is_file()))
}
