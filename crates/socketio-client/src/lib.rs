//! A Socket.IO v5 client over Engine.IO v4 that does no IO by itself.
//!
//! The core is [`step`]: a [`Session`] takes an [`Input`] and the time, and returns [`Output`]s for
//! somebody else to carry out. It owns no clock, socket, timer or callback, so everything it does can be
//! tested with a fake clock. Two drivers carry the outputs out and offer the same [`Client`] handle:
//! `web` in a browser (`wasm32`) and `native` on tokio (feature `native`).
//!
//! Scope: WebSocket and HTTP long-polling without an upgrade, text only, the namespace `/`. No binary, no compression.
//!
#![doc = include_str!("../README.md")]

mod acks;
pub mod backoff;
mod buffer;
#[cfg_attr(
    not(any(feature = "native", target_arch = "wasm32")),
    expect(
        dead_code,
        reason = "programs that only name the type, as server-side rendering does, have no driver"
    )
)]
mod client;
pub mod engine;
mod error;
mod io;
mod options;
pub mod packet;
mod session;
mod url;

#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
pub mod native;
#[cfg(target_arch = "wasm32")]
pub mod web;

pub use client::{Client, Reply};
pub use error::{AckError, EmitError, Reason};
pub use io::{AckToken, Generation, Input, Millis, Notification, Output};
pub use options::{Options, Transports};
pub use packet::encoded_len;
pub use serde_json::Value;
pub use session::{Session, step};
