//! The listening socket that the supervisor opened and handed over (systemd's socket activation): while one server
//! ends and the next one starts, who connects waits in the socket's queue instead of being refused.

use std::io;
use std::net::TcpListener;

use listenfd::ListenFd;
use socket2::SockRef;

/// Why a socket that was handed over cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum HandedError {
    /// Whoever connects to the others would wait for ever.
    #[error("LISTEN_FDS: {0} sockets were handed over, one can be served")]
    Many(usize),
    /// No socket of the right kind is there.
    #[error("LISTEN_FDS: what was handed over cannot be used: {0}")]
    Unusable(#[from] io::Error),
}

/// The socket handed over to this process, if there is one. To be asked once, before there are threads: it takes the
/// variables out of the environment, so that no child believes they are meant for it.
///
/// # Errors
/// One sentence for the operator.
pub fn handed_over() -> Result<Option<TcpListener>, HandedError> {
    let mut handed = ListenFd::from_env();
    if handed.len() > 1 {
        return Err(HandedError::Many(handed.len()));
    }
    let Some(listener) = handed.take_tcp_listener(0)? else { return Ok(None) };
    if cfg!(target_os = "linux") && !SockRef::from(&listener).is_listener()? {
        return Err(HandedError::Unusable(io::Error::other("it does not listen")));
    }
    listener.set_nonblocking(true)?;
    Ok(Some(listener))
}
