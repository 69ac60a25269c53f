//! The smallest conversation, by `rust_socketio`. Prints what it saw as one line of JSON.
//!
//! Usage: `talk URL TRANSPORT`, where TRANSPORT is `polling`, `websocket` or `upgrade`.

use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use rust_socketio::client::Client;
use rust_socketio::{ClientBuilder, Payload, TransportType};
use serde_json::{Value, json};

const DEADLINE: Duration = Duration::from_secs(10);

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let (url, transport) = (args.next().ok_or("URL is missing")?, args.next().ok_or("TRANSPORT is missing")?);
    let (client, heard) = connect(&url, &transport)?;

    let greeting = heard.recv_timeout(DEADLINE)?;
    let accepted = ask(&client, "message", json!(format!("Oi de Rust, por {transport}")))?;
    let echo = heard.recv_timeout(DEADLINE)?;
    let renamed = ask(&client, "rename", json!({ "name": "Ferris" }))?;
    let history = ask(&client, "history", json!({ "limit": 5 }))?;
    let refused = ask(&client, "message", json!({ "no": "text" }))?;

    let story = json!({
        "transport": transport, "greeting": greeting, "accepted": accepted, "echo": echo,
        "renamed": renamed, "history": history, "refused": refused,
    });
    println!("{story}");
    client.disconnect()?;
    Ok(())
}

fn connect(url: &str, transport: &str) -> Result<(Client, Receiver<Vec<Value>>)> {
    let (tell, heard) = channel();
    let transport = match transport {
        "polling" => TransportType::Polling,
        "websocket" => TransportType::Websocket,
        "upgrade" => TransportType::WebsocketUpgrade,
        other => return Err(format!("no such transport: {other}").into()),
    };
    let client = ClientBuilder::new(url)
        .transport_type(transport)
        .reconnect(false)
        .on("sent", move |payload, _| {
            // Nobody listens any more once the story is told.
            let _ = tell.send(values(payload));
        })
        .connect()?;
    Ok((client, heard))
}

/// Emits, and waits for the first argument of the ack.
fn ask(client: &Client, event: &str, argument: Value) -> Result<Value> {
    let (tell, answer) = channel();
    client.emit_with_ack(event, Payload::from(argument), DEADLINE, move |payload: Payload, _| {
        let _ = tell.send(values(payload));
    })?;
    // The library hands over the list of an ack's arguments as if it were one argument.
    match answer.recv_timeout(DEADLINE)?.into_iter().next() {
        Some(Value::Array(arguments)) => arguments.into_iter().next(),
        other => other,
    }
    .ok_or_else(|| "an ack without an argument".into())
}

fn values(payload: Payload) -> Vec<Value> {
    match payload {
        Payload::Text(values) => values,
        _ => Vec::new(),
    }
}
