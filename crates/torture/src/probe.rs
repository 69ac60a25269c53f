//! A whole server in this process, with real sockets on the loopback: what only the socket layer can do wrong.
//!
//! Each probe waits for the thing itself; that it takes long says nothing.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use protocol::{Message, MessageOptions, Request};
use server::config::Switch;
use server::{App, Config, Server};
use socketio_client::native;
use socketio_client::{AckError, Client, Notification, Options, Reason, Value};
use tokio::net::TcpListener;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::oneshot;

/// Longest wait for something that must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long, in milliseconds, an answer may take that a listening server gives at once.
const ANSWER_MS: u64 = 1_500;

/// Requests at once: no more than a connection's queue takes.
const ROUND: usize = 30;

/// Looks at the socket layer with every probe, in `folder`, which is made and removed. What is wrong comes back.
///
/// # Errors
/// If the server does not start, or does not do what every server does.
pub fn run(folder: &Path) -> Result<Option<String>> {
    let _ = std::fs::remove_dir_all(folder);
    // One thread, so that a bug planted in it is in the server too.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let found = runtime.block_on(probe(folder));
    runtime.shutdown_background();
    let _ = std::fs::remove_dir_all(folder);
    found
}

async fn probe(folder: &Path) -> Result<Option<String>> {
    let mut config = Config::new(folder);
    (config.port, config.rate_limit) = (0, Switch::Off);
    let listener = TcpListener::bind(config.address()).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let server = Server::new(config).await?;
    let app: App = server.app().clone();
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(server.run(listener, async {
        let _ = stopped.await;
    }));
    drop(app);

    let (client, mut heard) = native::open(Options::new(url));
    client.set_auth(serde_json::json!({ "v": protocol::VERSION }));
    if let Some(found) = first_words(&client).await? {
        return Ok(Some(found));
    }
    if let Some(found) = order(&client).await? {
        return Ok(Some(found));
    }
    drop(stop);
    let reason = disconnected(&mut heard).await?;
    tokio::time::timeout(PATIENCE, running).await.context("the server does not end")???;
    Ok((reason != Reason::TransportClose).then(|| format!("a server that ends is heard as \"{reason}\"")))
}

/// What is sent right after CONNECT is answered.
async fn first_words(client: &Client) -> Result<Option<String>> {
    let early = client.request_within(Message::EVENT, said("early"), ANSWER_MS);
    client.connect();
    match early.await {
        Ok(answer) => {
            ensure!(answer.first().is_some_and(|answer| answer.get("ok").is_some()), "refused: {answer:?}");
            Ok(None)
        }
        Err(AckError::Timeout) => Ok(Some("what is sent right after CONNECT is never answered".to_owned())),
        Err(error) => Err(error.into()),
    }
}

/// What one connection sends is stored in the order in which it was sent.
async fn order(client: &Client) -> Result<Option<String>> {
    for _ in 0..5 {
        let asked: Vec<_> =
            (0..ROUND).map(|number| client.request(Message::EVENT, said(&number.to_string()))).collect();
        let mut last = 0;
        for answer in asked {
            let answer = answer.await?;
            let seq = answer.first().and_then(|answer| answer.get("ok")?.get("seq")?.as_u64());
            let seq = seq.with_context(|| format!("refused: {answer:?}"))?;
            if seq < last {
                return Ok(Some(format!("what was sent later is {seq}, what was sent before it {last}")));
            }
            last = seq;
        }
    }
    Ok(None)
}

fn said(body: &str) -> Vec<Value> {
    let message = Message { body: body.to_owned(), options: MessageOptions::default() };
    match serde_json::to_value(message) {
        Ok(Value::Array(args)) => args,
        other => unreachable!("two arguments, not {other:?}"),
    }
}

async fn disconnected(heard: &mut UnboundedReceiver<Notification>) -> Result<Reason> {
    let reason = async {
        loop {
            match heard.recv().await {
                Some(Notification::Disconnected(reason)) => return Ok(reason),
                Some(_) => {}
                None => anyhow::bail!("the client has ended"),
            }
        }
    };
    tokio::time::timeout(PATIENCE, reason).await.context("the server does not close its connections")?
}
