//! Running programs and telling about it: one line per step, the program's own output in between.

use std::env;
use std::ffi::OsStr;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// Says what begins, does it, and says how long it took.
pub(crate) fn step<T>(title: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    say("▸", "1", title);
    let start = Instant::now();
    let outcome = work();
    match &outcome {
        Ok(_) => say("✓", "32", &format!("{title} ({})", elapsed(start.elapsed()))),
        Err(_) => say("✗", "31", &format!("{title} ({})", elapsed(start.elapsed()))),
    }
    outcome
}

/// Steps that do not stop each other: a person wants to see everything that is wrong at once.
#[derive(Default)]
pub(crate) struct Tally {
    failed: Vec<String>,
}

impl Tally {
    /// Does a step; a failure is told at once and kept for the end.
    pub(crate) fn step(&mut self, title: &str, work: impl FnOnce() -> Result<()>) {
        if let Err(error) = step(title, work) {
            eprintln!("error: {error:#}\n");
            self.failed.push(title.to_owned());
        }
    }

    /// Fails if a step failed, naming each.
    pub(crate) fn finish(self) -> Result<()> {
        if self.failed.is_empty() {
            return Ok(());
        }
        bail!("failed: {}; each one says above what is wrong", self.failed.join(", "))
    }
}

/// A line about something left out or worth knowing.
pub(crate) fn note(text: &str) {
    say("·", "33", text);
}

fn say(mark: &str, colour: &str, text: &str) {
    if std::io::stderr().is_terminal() {
        eprintln!("\x1b[{colour}m{mark} {text}\x1b[0m");
    } else {
        eprintln!("{mark} {text}");
    }
}

/// `0.4 s`, `12 s`, `3 min 05 s`.
fn elapsed(time: Duration) -> String {
    match time.as_secs() {
        0..10 => format!("{:.1} s", time.as_secs_f32()),
        10..60 => format!("{} s", time.as_secs()),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

/// A command free of what `cargo run` tells *this* program about itself: build scripts that watch
/// `CARGO_MANIFEST_DIR` or `CARGO_PKG_*` would otherwise run again after every plain `cargo` call.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(describes_this_package) {
            command.env_remove(name);
        }
    }
    command
}

fn describes_this_package(variable: &str) -> bool {
    variable.starts_with("CARGO_PKG_") || variable.starts_with("CARGO_MANIFEST_")
}

/// Cargo, standing in `folder`.
pub(crate) fn cargo(folder: &Path) -> Command {
    let mut command = command(crate::workspace::cargo());
    command.current_dir(folder);
    command
}

/// Runs to the end with its output on the terminal; `way_out` follows the failure.
pub(crate) fn run(command: &mut Command, way_out: &str) -> Result<()> {
    let line = display(command);
    let status = command.status().with_context(|| format!("`{line}` did not start: {way_out}"))?;
    if !status.success() {
        bail!("`{line}` failed: {way_out}");
    }
    Ok(())
}

/// Runs quietly and gives back what it printed, or nothing where it failed or does not exist.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Becomes `command`, so that signals and the exit code are its own.
#[cfg(unix)]
pub(crate) fn become_program(command: &mut Command, way_out: &str) -> Result<()> {
    use std::os::unix::process::CommandExt;
    let line = display(command);
    Err(command.exec()).with_context(|| format!("`{line}` did not start: {way_out}"))
}

#[cfg(not(unix))]
pub(crate) fn become_program(command: &mut Command, way_out: &str) -> Result<()> {
    run(command, way_out)
}

fn display(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    let line = words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ");
    if line.chars().count() > 120 {
        format!("{}…", line.chars().take(119).collect::<String>())
    } else {
        line
    }
}

/// Where `program` stands on the PATH.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let name = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(&name)).find(|path| path.is_file())
}

/// The PATH with `folders` before it.
pub(crate) fn path_with(folders: &[PathBuf]) -> Result<std::ffi::OsString> {
    let old = env::var_os("PATH").unwrap_or_default();
    let all = folders.iter().cloned().chain(env::split_paths(&old));
    env::join_paths(all).context("a folder on the PATH holds the separator of the PATH: rename it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_told_the_way_people_read_it() {
        assert_eq!(elapsed(Duration::from_millis(430)), "0.4 s");
        assert_eq!(elapsed(Duration::from_secs(12)), "12 s");
        assert_eq!(elapsed(Duration::from_secs(185)), "3 min 05 s");
    }

    #[test]
    fn only_what_cargo_says_about_this_package_is_kept_from_children() {
        assert!(describes_this_package("CARGO_MANIFEST_DIR"));
        assert!(describes_this_package("CARGO_PKG_NAME"));
        assert!(!describes_this_package("CARGO_INCREMENTAL"));
        assert!(!describes_this_package("PATH"));
    }

    #[test]
    fn a_failure_names_the_command_and_the_way_out() {
        let error = run(&mut Command::new("no-such-program-of-ours"), "install it").unwrap_err();
        assert!(error.to_string().contains("no-such-program-of-ours"), "{error}");
        assert!(error.to_string().contains("install it"), "{error}");
    }

    #[test]
    fn a_tally_does_every_step_and_names_the_failed_ones() {
        let mut tally = Tally::default();
        let mut done = 0;
        tally.step("one", || bail!("broken"));
        tally.step("two", || {
            done += 1;
            Ok(())
        });
        assert_eq!(done, 1);
        let error = tally.finish().unwrap_err().to_string();
        assert!(error.contains("one") && !error.contains("two"), "{error}");
    }

    #[test]
    fn a_long_command_is_shown_shortened() {
        let mut command = Command::new("/usr/bin/tool");
        command.arg("x".repeat(400));
        let shown = display(&command);
        assert!(shown.starts_with("tool xxx") && shown.ends_with('…'));
        assert_eq!(shown.chars().count(), 120);
    }
}
