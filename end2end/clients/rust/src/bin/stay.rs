//! A client that comes back by itself, by `rust_socketio`. Prints a line at every greeting, says one thing after the
//! second one, prints the answer and ends.
//!
//! Usage: `stay URL TRANSPORT`, where TRANSPORT is `polling`, `websocket` or `upgrade`.

use std::sync::mpsc::channel;
use std::time::Duration;

use rust_socketio::{ClientBuilder, Payload, TransportType};
use serde_json::{Value, json};

const DEADLINE: Duration = Duration::from_secs(60);

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let (url, transport) = (args.next().ok_or("URL is missing")?, args.next().ok_or("TRANSPORT is missing")?);
    let (greeted, greetings) = channel();
    let (acked, answer) = channel();
    let client = ClientBuilder::new(url)
        .transport_type(match transport.as_str() {
            "polling" => TransportType::Polling,
            "websocket" => TransportType::Websocket,
            "upgrade" => TransportType::WebsocketUpgrade,
            other => return Err(format!("no such transport: {other}").into()),
        })
        .reconnect(true)
        .reconnect_delay(100, 1_000)
        .on("sent", move |payload, _| {
            // A greeting has one argument; what people say has two.
            if let Payload::Text(values) = payload
                && values.len() == 1
            {
                let _ = greeted.send(values);
            }
        })
        .connect()?;
    for _ in 0..2 {
        println!("{}", Value::Array(greetings.recv_timeout(DEADLINE)?));
    }
    let said = json!(format!("De volta em Rust, por {transport}"));
    client.emit_with_ack("message", Payload::from(said), DEADLINE, move |payload: Payload, _| {
        if let Payload::Text(values) = payload {
            let _ = acked.send(values);
        }
    })?;
    // The library hands over the list of an ack's arguments as if it were one argument.
    match answer.recv_timeout(DEADLINE)?.into_iter().next() {
        Some(Value::Array(arguments)) => println!("{}", arguments[0]),
        Some(one) => println!("{one}"),
        None => return Err("an ack without an argument".into()),
    }
    client.disconnect()?;
    Ok(())
}
