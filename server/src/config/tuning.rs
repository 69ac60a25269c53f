//! Limits and time-outs of docs/threats.md section 5 and docs/PROTOCOL.md, "Limits". No option sets them: they are
//! fields so that a test can cross each one quickly.

use std::time::Duration;

/// Values no operator needs to know.
#[derive(Clone, Debug)]
pub struct Tuning {
    /// Longest wait for a request's head, also between two requests of one connection.
    pub header_read: Duration,
    /// Longest time for a request that has a body.
    pub body_read: Duration,
    /// A write that does not move for so long ends its connection.
    pub write_stall: Duration,
    /// Bytes a second that a client reads at least after that time, while something waits for it.
    pub least_rate: u32,
    /// How long a client that is listened to no longer may take to leave.
    pub farewell: Duration,
    /// The kernel's own version of it: `TCP_USER_TIMEOUT`.
    pub tcp_user_timeout: Duration,
    /// From the Engine.IO handshake to Socket.IO's CONNECT.
    pub connect: Duration,
    /// From the start of an upgrade to its end.
    pub upgrade: Duration,
    /// Between two pings.
    pub ping_interval: Duration,
    /// From a ping to its pong.
    pub ping_timeout: Duration,
    /// From the wish to end to the end, whatever hangs.
    pub closing: Duration,
    /// From `ended` to the cut, for who has not gone by itself.
    pub ending: Duration,
    /// Between two looks for sessions that ended under a live socket.
    pub session_check: Duration,
    /// Between two self-checks of the writer, and the longest wait for one's answer.
    pub self_check: Duration,
    /// Between two `heads` of a room.
    pub heads_every: Duration,
    /// A room without an event for so long sends none.
    pub heads_while: Duration,
    /// Between two looks after what is told and not kept: who is here, how far people have read.
    pub quiet_every: Duration,
    /// At most one reaction to full queues in so long, per room.
    pub overflow_every: Duration,
    /// TCP connections in all.
    pub connections: usize,
    /// TCP connections per address; of IPv6 per /64.
    pub connections_per_address: usize,
    /// New TCP connections per second and address.
    pub new_connections_per_second: u32,
    /// So many at once.
    pub new_connections_burst: u32,
    /// Sockets per person.
    pub sockets_per_person: usize,
    /// Packets waiting for one slow reader.
    pub outbox: usize,
    /// Bytes of answers waiting for one slow reader before its next request is taken in hand.
    pub unread: usize,
    /// Requests of one connection waiting for their turn; then no more are read.
    pub inbox: usize,
    /// Their bytes.
    pub inbox_bytes: usize,
    /// How long a message waits that comes too often; what would wait longer is refused.
    pub patience: Duration,
    /// Bytes of one connection's messages that wait so.
    pub patience_bytes: usize,
    /// Events per minute and connection.
    pub events_per_minute: u32,
    /// So many times over that and the connection is ended.
    pub events_kill_factor: u32,
    /// `sync` requests per second and connection.
    pub syncs_per_second: u32,
    /// So many at once.
    pub syncs_burst: u32,
    /// Sends per second, per person and room.
    pub sends_per_second: u32,
    /// So many at once.
    pub sends_burst: u32,
    /// Sends per minute and person.
    pub sends_per_minute: u32,
    /// Sends per minute and address, of guests; above that each still has a share.
    pub guest_sends_per_minute: u32,
    /// Messages that guests report per minute and address; above that each still has a share.
    pub guest_complaints_per_minute: u32,
    /// Rooms that guests make per minute and address; above that each still has a share.
    pub guest_rooms_per_minute: u32,
    /// Between two rooms that a person makes.
    pub rooms_every: Duration,
    /// So many at once.
    pub rooms_burst: u32,
    /// Between two new guests from one address.
    pub newcomers_every: Duration,
    /// So many at once: a school begins its lesson.
    pub newcomers_burst: u32,
    /// Reports of refused content per minute and address.
    pub reports_per_minute: u32,
    /// Between two messages that a person reports.
    pub complaints_every: Duration,
    /// So many at once.
    pub complaints_burst: u32,
}

impl Tuning {
    /// How often a client that is held back counts as having answered a ping, which it cannot do meanwhile.
    pub(crate) fn vouch(&self) -> Duration {
        self.ping_interval.min(self.ping_timeout) / 2
    }
}

impl Default for Tuning {
    fn default() -> Tuning {
        let seconds = Duration::from_secs;
        Tuning {
            header_read: seconds(10),
            body_read: seconds(10),
            write_stall: seconds(20),
            least_rate: 8 * 1024,
            farewell: seconds(1),
            tcp_user_timeout: seconds(30),
            connect: seconds(5),
            upgrade: seconds(10),
            ping_interval: seconds(15),
            ping_timeout: seconds(10),
            closing: seconds(5),
            ending: Duration::from_millis(500),
            session_check: seconds(30),
            self_check: seconds(30),
            heads_every: seconds(10),
            heads_while: seconds(60),
            quiet_every: Duration::from_millis(100),
            overflow_every: seconds(1),
            connections: 10_000,
            connections_per_address: 512,
            new_connections_per_second: 50,
            new_connections_burst: 200,
            sockets_per_person: 20,
            outbox: 256,
            unread: 256 * 1024,
            inbox: 32,
            inbox_bytes: 64 * 1024,
            patience: seconds(10),
            patience_bytes: 64 * 1024,
            events_per_minute: 120,
            events_kill_factor: 10,
            syncs_per_second: 2,
            syncs_burst: 20,
            sends_per_second: 1,
            sends_burst: 5,
            sends_per_minute: 60,
            guest_sends_per_minute: 600,
            guest_complaints_per_minute: 60,
            guest_rooms_per_minute: 60,
            rooms_every: seconds(30),
            rooms_burst: 10,
            newcomers_every: seconds(10),
            newcomers_burst: 200,
            reports_per_minute: 10,
            complaints_every: seconds(10),
            complaints_burst: 5,
        }
    }
}
