//! System packages, on Debian and its relatives, for those who may install them.

use anyhow::{Result, bail};

use crate::shell::{command, find, output, run};

/// Installs `packages`, or says in one sentence who can.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    let (Some(_), Some(prefix)) = (find("apt-get"), administrator()) else {
        bail!("`{list}` must be installed by hand: run `sudo apt-get install {list}`, or your system's way");
    };
    let way_out = format!("install `{list}` your system's way and try again");
    run(as_administrator(prefix).args(["apt-get", "update"]), &way_out)?;
    run(
        as_administrator(prefix)
            .args(["apt-get", "install", "--yes", "--no-install-recommends"])
            .args(packages),
        &way_out,
    )
}

/// The words before a command that make it root's: none for root, `sudo` where it asks no password.
fn administrator() -> Option<&'static [&'static str]> {
    if output(command("id").arg("-u")).as_deref() == Some("0") {
        return Some(&["env"]);
    }
    output(command("sudo").args(["-n", "true"])).map(|_| &["sudo", "-n", "env"] as &[_])
}

fn as_administrator(prefix: &[&str]) -> std::process::Command {
    let mut command = command(prefix[0]);
    command.args(&prefix[1..]).arg("DEBIAN_FRONTEND=noninteractive");
    command
}
