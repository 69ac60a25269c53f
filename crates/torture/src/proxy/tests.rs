//! The proxy between a listener and a stream of the test's own.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;

/// A link, and the ends of one connection over it.
struct Line {
    link: Link,
    client: TcpStream,
    server: TcpStream,
    _upstream: watch::Sender<Option<SocketAddr>>,
}

async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), future).await.unwrap_or_else(|_| panic!("{what}: too late"))
}

async fn line() -> Line {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let upstream = watch::Sender::new(Some(listener.local_addr().unwrap()));
    let link = Link::open(upstream.subscribe()).await.unwrap();
    let client = TcpStream::connect(link.address).await.unwrap();
    let (server, _) = within("the connection", listener.accept()).await.unwrap();
    Line { link, client, server, _upstream: upstream }
}

#[tokio::test]
async fn bytes_arrive_as_they_were_sent_in_any_weather_that_lets_them_pass() {
    let Line { link, mut client, mut server, .. } = line().await;
    link.set(Weather {
        latency: Duration::from_millis(2),
        slice: Some(7),
        rate: Some(1 << 20),
        ..Weather::FAIR
    });
    let sent: Vec<u8> = (0..3_000_u32).map(|n| (n % 251) as u8).collect();
    let mut heard = vec![0; sent.len()];
    let (wrote, read) =
        tokio::join!(client.write_all(&sent), within("the bytes", server.read_exact(&mut heard)));
    wrote.unwrap();
    read.unwrap();
    assert_eq!(heard, sent);
}

#[tokio::test]
async fn a_direction_that_is_stalled_keeps_its_bytes_until_it_flows() {
    let Line { link, mut client, mut server, .. } = line().await;
    link.set(Weather { down: false, ..Weather::FAIR });
    server.write_all(b"down").await.unwrap();
    client.write_all(b"up").await.unwrap();
    let mut up = [0; 2];
    within("the other direction", server.read_exact(&mut up)).await.unwrap();
    assert_eq!(client.try_read(&mut [0; 4]).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    link.set(Weather::FAIR);
    let mut down = [0; 4];
    within("the end of the stall", client.read_exact(&mut down)).await.unwrap();
    assert_eq!(&down, b"down");
}

#[tokio::test]
async fn a_reset_and_an_orderly_end_look_different() {
    let Line { link, mut client, .. } = line().await;
    link.cut(Cut::Reset);
    let error = within("the reset", client.read_u8()).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);

    let Line { link, mut client, .. } = line().await;
    link.cut(Cut::Finish);
    let error = within("the end", client.read_u8()).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::UnexpectedEof);
    assert_eq!((link.cut_so_far(), link.open_now()), (1, 0));
}

#[tokio::test]
async fn without_a_server_a_connection_is_reset() {
    let upstream = watch::Sender::new(None);
    let link = Link::open(upstream.subscribe()).await.unwrap();
    let mut client = TcpStream::connect(link.address).await.unwrap();
    assert!(within("the reset", client.read_u8()).await.is_err());
}

#[tokio::test]
async fn where_upgrades_are_stopped_other_requests_pass() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let upstream = watch::Sender::new(Some(listener.local_addr().unwrap()));
    let link = Link::open(upstream.subscribe()).await.unwrap();
    link.set(Weather { upgrades: false, ..Weather::FAIR });
    let mut client = TcpStream::connect(link.address).await.unwrap();
    client.write_all(b"GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n").await.unwrap();
    assert!(within("the reset", client.read_u8()).await.is_err());
    let mut client = TcpStream::connect(link.address).await.unwrap();
    client.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let (mut server, _) = within("the connection", listener.accept()).await.unwrap();
    assert_eq!(within("the request", server.read_u8()).await.unwrap(), b'G');
}
