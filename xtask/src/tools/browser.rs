//! Browsers for the tests that need real ones: Chromium and its WebDriver, and two other engines.

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

/// Another engine than Chromium's: programs and the system packages that bring them.
pub(crate) struct Engine {
    name: &'static str,
    /// The variable that names each program, and where Debian puts it.
    programs: &'static [(&'static str, &'static str)],
    packages: &'static [&'static str],
}

/// The engines beside Chromium's. The variables are those of the stories (`end2end/fixtures/engine.ts`).
pub(crate) const OTHERS: [Engine; 2] = [
    Engine { name: "Firefox", programs: &[("FIREFOX", "/usr/bin/firefox-esr")], packages: &["firefox-esr"] },
    Engine {
        name: "WebKitGTK",
        programs: &[
            ("WEBKIT", "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser"),
            ("WEBKIT_DRIVER", "/usr/bin/WebKitWebDriver"),
            ("XVFB", "/usr/bin/Xvfb"),
        ],
        packages: &["webkit2gtk-driver", "xvfb"],
    },
];

/// Installs what is missing of an engine; where that cannot be, its stories are left out, and this says so.
pub(crate) fn install(engine: &Engine) {
    let missing = |(variable, path): &&(&str, &str)| {
        !env::var_os(variable).map_or_else(|| PathBuf::from(path), PathBuf::from).is_file()
    };
    if engine.programs.iter().find(missing).is_none() {
        return;
    }
    let done = step(&format!("Installing {}", engine.name), || apt::install(engine.packages));
    if let Some((variable, path)) = engine.programs.iter().find(missing) {
        let why = done.err().map_or_else(String::new, |why| format!(" ({why})"));
        let name = engine.name;
        note(&format!(
            "SKIPPED: the stories in {name}: {path} is missing, and {variable} names no other{why}"
        ));
    }
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
