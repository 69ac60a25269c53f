//! `--pages`: what of the operator's folder is shown, and what never (attack L113).

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::http;
use crate::program::Program;
use crate::server::{Folder, TestServer};

fn write(folder: &Path, name: &str, text: &str) {
    let file = folder.join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

/// The server's own working folder is served, with everything that may lie in it.
#[tokio::test]
async fn l113_the_working_folder_as_pages_shows_neither_data_nor_dotfiles_nor_what_links_lead_to() {
    let folder = Folder::new();
    let (here, outside) = (folder.path().join("here"), folder.path().join("outside"));
    write(&here, "index.html", "<h1>minha</h1>");
    write(&here, "docs/index.html", "docs");
    write(&here, ".well-known/security.txt", "contact");
    for hidden in [".env", ".git/config", ".well-known/.secret", "docs/.htpasswd"] {
        write(&here, hidden, "segredo");
    }
    write(&outside, "secret.txt", "segredo");
    write(&here, "real.txt", "visível");
    symlink(outside.join("secret.txt"), here.join("out.txt")).unwrap();
    symlink(&outside, here.join("outdir")).unwrap();
    symlink(here.join(".env"), here.join("env.txt")).unwrap();
    symlink("data", here.join("dados")).unwrap();
    symlink("real.txt", here.join("inside.txt")).unwrap();
    let config = |config: &mut server::Config| {
        config.pages = Some(here.clone());
        config.data = here.join("data");
    };
    let server = TestServer::with(config).await;
    http::post(&server, "/name", &[], "name=Ana").await;
    server::store::backup(&here.join("data"), &here.join("copy.db")).await.unwrap();
    for (path, text) in [
        ("/", "<h1>minha</h1>"),
        ("/index.html", "<h1>minha</h1>"),
        ("/docs/", "docs"),
        ("/.well-known/security.txt", "contact"),
        ("/inside.txt", "visível"),
    ] {
        let answer = http::get(&server, path, &[]).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, text), "{path}");
    }
    let moved = http::get(&server, "/docs", &[]).await;
    assert_eq!((moved.status, moved.location()), (308, "/docs/"));
    assert!(here.join("data/chat.db").exists());
    for path in [
        "/.env",
        "/%2eenv",
        "/.git/config",
        "/.well-known/.secret",
        "/docs/.htpasswd",
        "/docs/%2ehtpasswd",
        "/out.txt",
        "/outdir/secret.txt",
        "/env.txt",
        "/data/chat.db",
        "/data/chat.db-wal",
        "/data/",
        "/dados/chat.db",
        "/docs/../data/chat.db",
        "/%64ata/chat.db",
        "/data%2Fchat.db",
        "/copy.db",
        "/docs/..",
    ] {
        for method in ["GET", "HEAD"] {
            let answer = http::send(&server, method, path, &[], b"").await;
            assert_eq!(answer.status, 404, "{method} {path}");
            assert!(!answer.body.contains("segredo") && !answer.body.contains("SQLite"), "{path}");
        }
    }
}

#[tokio::test]
async fn l113_a_folder_that_is_the_data_folder_shows_only_what_is_not_the_servers() {
    let folder = Folder::new();
    write(folder.path(), "index.html", "minha");
    let program = Program::start_in(folder, &["--pages", ".", "--data", "."]).await;
    let get = async |path: &'static str| http::send_to(program.address, "GET", path, &[], b"").await;
    assert_eq!(get("/").await.body, "minha");
    assert!(program.folder().join("chat.db").exists());
    for path in ["/chat.db", "/chat.db-wal", "/chat.db-shm", "/chat.lock", "/control.sock", "/ballast"] {
        assert_eq!(get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn l113_no_file_stands_before_an_address_of_the_product() {
    let folder = Folder::new();
    let pages = folder.path().join("pages");
    let names = [
        "account",
        "sign-in",
        "sign-out",
        "settings",
        "moderation",
        "rooms",
        "name",
        "healthz",
        "readyz",
        "csp-report",
        "server.webmanifest",
        "i/abc",
        "claim/abc",
        "recover/abc",
        "r/lobby",
        "r/index.html",
        "socket.io/socket.io.js",
        "pkg/x.js",
        "settings/index.html",
    ];
    for name in names {
        if !pages.join(name).exists() && fs::create_dir_all(pages.join(name).parent().unwrap()).is_ok() {
            fs::write(pages.join(name), "não esta").ok();
        }
    }
    let server = TestServer::with(|config| config.pages = Some(pages)).await;
    for name in names {
        let doubled = format!(
            "/{}",
            name.replacen(|c: char| c.is_ascii_alphabetic(), "%72", usize::from(name.starts_with('r')))
        );
        for path in [format!("/{name}"), format!("/{name}/"), doubled] {
            let answer = http::get(&server, &path, &[]).await;
            assert!(!answer.body.contains("não esta"), "{path}");
        }
    }
}

#[tokio::test]
async fn l113_files_come_in_parts_and_as_fast_as_they_are_read() {
    const SIZE: usize = 300 * 1024 * 1024;
    let folder = Folder::new();
    let pages = folder.path().join("pages");
    write(&pages, "index.html", "minha");
    let large = fs::File::create(pages.join("video.mp4")).unwrap();
    large.set_len(SIZE as u64).unwrap();
    let mut program = Program::start_in(folder, &["--pages", "pages"]).await;
    let address = program.address;
    let part = http::send_to(address, "GET", "/video.mp4", &[("range", "bytes=10-19")], b"").await;
    assert_eq!((part.status, part.body.len()), (206, 10));
    assert_eq!(part.header("content-range"), Some(&*format!("bytes 10-19/{SIZE}")));
    assert_eq!(part.header("content-type"), Some("video/mp4"));
    let beyond =
        http::send_to(address, "GET", "/video.mp4", &[("range", &format!("bytes={SIZE}-"))], b"").await;
    assert_eq!(beyond.status, 416);
    let head = http::send_to(address, "HEAD", "/video.mp4", &[], b"").await;
    assert_eq!(head.header("content-length"), Some(&*SIZE.to_string()));
    let before = program.resident();
    let mut readers = Vec::new();
    for _ in 0..6 {
        let mut tcp = TcpStream::connect(address).await.unwrap();
        tcp.write_all(&http::request(&address, "GET", "/video.mp4", &[], b"")).await.unwrap();
        // The answer has begun.
        tcp.readable().await.unwrap();
        readers.push(tcp);
    }
    tokio::time::timeout(Duration::from_millis(500), std::future::pending::<()>()).await.unwrap_err();
    let grown = program.resident().saturating_sub(before);
    assert!(grown < 32 * 1024 * 1024, "{grown} bytes for six who read nothing");
    program.terminate();
}
