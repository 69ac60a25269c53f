//! What the program does for who runs a server, beside serving: lists, exports, orders.

use std::io::{self, Write as _};
use std::path::Path;

use chat::RoomId;
use protocol::RoomEvent;
use protocol::view::Rank;
use server::admin::{self, Order};
use server::config::{Admin, Config};
use server::store::{Archive, Listed};

/// Prints a line.
pub(crate) fn print(line: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{line}")
}

/// False once whoever reads a list has enough of it. One that cannot be written is not whole, which has to be said.
fn goes_on(printed: io::Result<()>) -> Result<bool, String> {
    match printed {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(format!("it could not all be printed: {error}")),
    }
}

/// Prints a room's log: of each event its name and its arguments, as its people heard it, in a JSON array.
pub(crate) async fn export(data: &Path, room: &RoomId) -> Result<(), String> {
    let archive = Archive::open(data).await.map_err(|error| error.to_string())?;
    let mut after = 0;
    loop {
        let events = archive.events(room, after).await.map_err(|error| error.to_string())?;
        let events = events.ok_or_else(|| format!("there is no room {room}"))?;
        let Some(last) = events.last() else { return Ok(()) };
        after = last.seq;
        for event in events {
            // An event that this version does not know cannot be passed on.
            let Ok(line) = serde_json::to_string(&RoomEvent(event)) else { continue };
            if !goes_on(print(&line))? {
                return Ok(());
            }
        }
    }
}

/// Looks after people.
pub(crate) async fn admin(config: &Config, command: &Admin) -> Result<(), String> {
    let Some(order) = Order::of(command) else { return list(&config.data).await };
    #[cfg(unix)]
    let running = admin::send(&config.data, &order).await;
    #[cfg(not(unix))]
    let running = None;
    let outcome = match running {
        Some(outcome) => outcome,
        None => admin::alone(config.clone(), order).await.map_err(|error| error.to_string())?,
    };
    // Nobody may be reading; it is done all the same.
    outcome.map(|line| drop(print(&line)))
}

async fn list(data: &Path) -> Result<(), String> {
    let archive = Archive::open(data).await.map_err(|error| error.to_string())?;
    for Listed { member, banned, since } in archive.people().await.map_err(|error| error.to_string())? {
        let since = jiff::Timestamp::from_millisecond(since).unwrap_or_default();
        let (id, role) = (&member.id, Rank(member.role).code());
        let state = if banned { "banned" } else { "-" };
        if !goes_on(print(&format!("{id}\t{role}\t{state}\t{since}\t{}", member.name)))? {
            break;
        }
    }
    Ok(())
}
