//! The recipes of README.md in the proxies they are for, with 200 people at once. `cargo xtask test` installs what is
//! missing; where that cannot be, the test says that it is left out.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use protocol::Hello;
use serde_json::json;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;

use crate::client::TestClient;
use crate::http;
use crate::server::{Folder, TestServer};
use crate::{eventually, within};

const PEOPLE: usize = 200;

/// A proxy and its recipe, as a program reads it.
struct Recipe {
    program: &'static str,
    /// The language of the block in README.md.
    language: &'static str,
    /// The whole configuration, of the recipe and the folder.
    configuration: fn(&str, &Path) -> String,
    /// What stands in README.md for the place where it listens, and what is to stand there.
    listens: (&'static str, fn(SocketAddr) -> String),
    arguments: fn(&Path) -> Vec<String>,
}

const NGINX: Recipe = Recipe {
    program: "nginx",
    language: "nginx",
    configuration: |recipe, folder| {
        let folder = folder.display();
        // Where it writes, and as many connections as the README asks for; TLS ends nowhere on this machine.
        let plain: String = recipe
            .lines()
            .filter(|line| !line.trim().starts_with("ssl_"))
            .map(|line| format!("{line}\n"))
            .collect();
        format!(
            "daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; worker_rlimit_nofile 8192;
             events {{ worker_connections 4096; }}
             http {{ access_log off; client_body_temp_path {folder}/a; proxy_temp_path {folder}/b;
                     fastcgi_temp_path {folder}/c; uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
                     {plain} }}"
        )
    },
    listens: ("listen 443 ssl;", |address| format!("listen {address};")),
    arguments: |file| {
        let file = file.display().to_string();
        let folder = Path::new(&file).parent().unwrap().display().to_string();
        vec!["-e".into(), format!("{folder}/start.log"), "-p".into(), folder, "-c".into(), file]
    },
};

const CADDY: Recipe = Recipe {
    program: "caddy",
    language: "caddy",
    configuration: |recipe, _| format!("{{\n  admin off\n  auto_https off\n}}\n{recipe}"),
    listens: ("chat.example {", |address| format!("http://{address} {{")),
    arguments: |file| {
        ["run", "--adapter", "caddyfile", "--config"]
            .map(str::to_owned)
            .into_iter()
            .chain([file.display().to_string()])
            .collect()
    },
};

const HAPROXY: Recipe = Recipe {
    program: "haproxy",
    language: "haproxy",
    configuration: |recipe, _| format!("global\n  maxconn 4000\n{recipe}"),
    listens: ("bind :443 ssl crt /etc/haproxy/chat.pem", |address| format!("bind {address}")),
    arguments: |file| vec!["-db".into(), "-f".into(), file.display().to_string()],
};

/// The block of README.md in `language`.
fn recipe(language: &str) -> String {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md")).unwrap();
    let block = readme.split(&format!("```{language}\n")).nth(1).expect("a block in README.md");
    block.split("```").next().unwrap().to_owned()
}

fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    folders.map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// A free port of this machine; between now and then nobody else takes it.
async fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

/// Hands every connection on to `server`, and counts them.
async fn count(server: SocketAddr) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, counted) = (listener.local_addr().unwrap(), Arc::<AtomicUsize>::default());
    let counts = counted.clone();
    tokio::spawn(async move {
        while let Ok((mut from, _)) = listener.accept().await {
            counts.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                let mut to = TcpStream::connect(server).await?;
                copy_bidirectional(&mut from, &mut to).await
            });
        }
    });
    (address, counted)
}

/// Starts the proxy before `chat`; with it where it listens. Ends when it is dropped.
async fn start(recipe_of: &Recipe, program: &Path, folder: &Folder, chat: SocketAddr) -> (Child, SocketAddr) {
    let address = free().await;
    let (written, listens) = recipe_of.listens;
    let recipe = recipe(recipe_of.language);
    assert!(recipe.contains(written) && recipe.contains("127.0.0.1:5000"), "{recipe}");
    let recipe = recipe.replace(written, &listens(address)).replace("127.0.0.1:5000", &chat.to_string());
    let file = folder.path().join("configuration");
    std::fs::write(&file, (recipe_of.configuration)(&recipe, folder.path())).unwrap();
    let log = std::fs::File::create(folder.path().join("log")).unwrap();
    let child = Command::new(program)
        .args((recipe_of.arguments)(&file))
        .env("HOME", folder.path())
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    eventually("the proxy to listen", || std::net::TcpStream::connect(address).is_ok()).await;
    (child, address)
}

async fn two_hundred_people_at_once(recipe: Recipe) {
    let Some(program) = find(recipe.program) else {
        eprintln!("SKIPPED: {} is not on this machine; `cargo xtask test` installs it", recipe.program);
        return;
    };
    let server = TestServer::with(|config| {
        config.trusted_proxy = vec!["127.0.0.1".parse().unwrap()];
    })
    .await;
    let (chat, connections) = count(server.address).await;
    let folder = Folder::new();
    let (mut child, proxy) = start(&recipe, &program, &folder, chat).await;

    // Connections are kept: one visitor's requests go over few.
    for _ in 0..30 {
        assert_eq!(http::send_to(proxy, "GET", "/healthz", &[], b"").await.status, 200);
    }
    let kept = connections.load(Ordering::SeqCst);
    assert!(kept < 15, "{kept} connections for 30 requests one after the other");

    // All at once: the page, two things beside it, a name, a socket and a word.
    let origin = format!("http://{proxy}");
    let beside = Arc::new(Semaphore::new(PEOPLE));
    let people = (0..PEOPLE).map(|n| {
        let (origin, beside) = (origin.clone(), beside.clone());
        async move {
            let _one_of_them = beside.acquire().await.unwrap();
            assert_eq!(http::send_to(proxy, "GET", "/r/lobby", &[], b"").await.status, 200);
            let files =
                join_all((0..2).map(|_| http::send_to(proxy, "GET", "/server.webmanifest", &[], b""))).await;
            assert!(files.iter().all(|file| file.status == 200), "{files:?}");
            let form = format!("name=Colega+{n}");
            let headers =
                [("origin", origin.as_str()), ("content-type", "application/x-www-form-urlencoded")];
            let named = http::send_to(proxy, "POST", "/name", &headers, form.as_bytes()).await;
            assert_eq!((named.status, named.location()), (303, "/r/lobby"), "{n}");
            let headers = [("cookie", named.cookie()), ("origin", origin.clone())];
            let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let mut client = TestClient::open_url(origin.clone(), json!({"v": 1}), &headers);
            let hello = client.notice::<Hello>().await;
            assert_eq!(hello.you.name, format!("Colega {n}"));
            client.say(&format!("oi {n}")).await.unwrap();
            client
        }
    });
    let inside = within("200 people", join_all(people)).await;
    assert_eq!(server.app.bindings.count(), PEOPLE);
    drop(inside);
    child.kill().await.unwrap();
}

#[tokio::test]
async fn l104_two_hundred_people_come_through_nginx_at_once() {
    two_hundred_people_at_once(NGINX).await;
}

#[tokio::test]
async fn l104_two_hundred_people_come_through_caddy_at_once() {
    two_hundred_people_at_once(CADDY).await;
}

#[tokio::test]
async fn l104_two_hundred_people_come_through_haproxy_at_once() {
    two_hundred_people_at_once(HAPROXY).await;
}
