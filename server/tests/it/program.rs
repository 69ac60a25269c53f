//! The program itself: its options, its last words, its log, and what survives its death.

use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Command as StdCommand, Stdio};

use protocol::History;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};

use crate::server::{Folder, TestServer};
use crate::{within, ws};

/// A running program.
pub(crate) struct Program {
    pub(crate) address: SocketAddr,
    child: Child,
    stdout: BufReader<ChildStdout>,
    stderr: BufReader<ChildStderr>,
    folder: Folder,
}

const BINARY: &str = env!("CARGO_BIN_EXE_chat-moderno");

pub(crate) fn command(folder: &Path, args: &[&str]) -> Command {
    prepared(Command::new(BINARY), folder, args)
}

/// The program as a shell starts it that has said `words` before.
pub(crate) fn through_shell(words: &str, folder: &Path, args: &[&str]) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{words}; exec \"$0\" \"$@\""), BINARY]);
    prepared(shell, folder, args)
}

/// The program with `socket` where a supervisor puts it.
pub(crate) fn handed(socket: OwnedFd, variables: &str, folder: &Path, args: &[&str]) -> Command {
    // Standard input is inherited without unsafe code, and the shell moves it to where it belongs.
    let words = format!("exec 3<&0 </dev/null; export LISTEN_PID=$$ {variables}");
    let mut command = through_shell(&words, folder, args);
    command.stdin(socket);
    command
}

fn prepared(mut command: Command, folder: &Path, args: &[&str]) -> Command {
    command.args(args).current_dir(folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    for variable in
        std::env::vars().map(|(name, _)| name).filter(|name| name == "PORT" || name.starts_with("CHAT_"))
    {
        command.env_remove(variable);
    }
    command.kill_on_drop(true);
    command
}

impl Program {
    pub(crate) async fn start(args: &[&str]) -> Program {
        Program::start_in(Folder::new(), args).await
    }

    /// The next line of its standard output.
    pub(crate) async fn line(&mut self) -> String {
        let mut line = String::new();
        within("a line", self.stdout.read_line(&mut line)).await.unwrap();
        line.trim_end().to_owned()
    }

    /// Where it runs.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) async fn start_in(folder: Folder, args: &[&str]) -> Program {
        let args = [&["--port", "0"], args].concat();
        let command = command(folder.path(), &args);
        Program::spawn(command, folder).await
    }

    /// One that may have so many files open.
    pub(crate) async fn with_descriptors(most: u32) -> Program {
        Program::after(&format!("ulimit -n {most}")).await
    }

    /// One that a shell starts after it has said `words`.
    pub(crate) async fn after(words: &str) -> Program {
        let folder = Folder::new();
        let command = through_shell(words, folder.path(), &["--port", "0"]);
        Program::spawn(command, folder).await
    }

    /// One whose files get no more than this mask leaves.
    pub(crate) async fn masked(mask: &str, folder: Folder, args: &[&str]) -> Program {
        let args = [&["--port", "0"], args].concat();
        let command = through_shell(&format!("umask {mask}"), folder.path(), &args);
        Program::spawn(command, folder).await
    }

    /// How many files it has open.
    #[cfg(target_os = "linux")]
    pub(crate) fn descriptors(&self) -> u64 {
        let folder = format!("/proc/{}/fd", self.child.id().expect("running"));
        std::fs::read_dir(folder).unwrap().count() as u64
    }

    /// How many files it may have open.
    #[cfg(target_os = "linux")]
    pub(crate) fn most_descriptors(&self) -> u64 {
        let limits = format!("/proc/{}/limits", self.child.id().expect("running"));
        let limits = std::fs::read_to_string(limits).unwrap();
        let line = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
        line.split_whitespace().nth(3).unwrap().parse().unwrap()
    }

    /// From now on it may have so many files open.
    #[cfg(target_os = "linux")]
    pub(crate) fn limit_descriptors(&self, most: u64) {
        use rustix::process::{Pid, Resource, Rlimit, prlimit};
        let child = Pid::from_raw(self.child.id().expect("running").cast_signed());
        let limit = Rlimit { current: Some(most), maximum: Some(most) };
        prlimit(child, Resource::Nofile, limit).unwrap();
    }

    /// One that is handed the socket to listen at, as systemd does.
    pub(crate) async fn handed(listener: &std::net::TcpListener, folder: Folder, args: &[&str]) -> Program {
        Program::handed_with(listener, "", folder, args).await
    }

    /// The same, with further variables.
    pub(crate) async fn handed_with(
        listener: &std::net::TcpListener,
        variables: &str,
        folder: Folder,
        args: &[&str],
    ) -> Program {
        let socket = listener.try_clone().unwrap().into();
        let command = handed(socket, &format!("LISTEN_FDS=1 {variables}"), folder.path(), args);
        Program::spawn(command, folder).await
    }

    async fn spawn(mut command: Command, folder: Folder) -> Program {
        let mut child = command.spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        within("the first line", stdout.read_line(&mut line)).await.unwrap();
        let address = line.trim().trim_end_matches('/').rsplit("http://").next().unwrap().parse();
        Program { address: address.unwrap_or_else(|_| panic!("{line:?}")), child, stdout, stderr, folder }
    }

    /// Ends it as a supervisor does.
    pub(crate) fn terminate(&mut self) {
        let id = self.child.id().expect("running").to_string();
        assert!(StdCommand::new("kill").args(["-TERM", &id]).status().unwrap().success());
    }

    /// Its memory now, in bytes.
    #[cfg(target_os = "linux")]
    pub(crate) fn resident(&self) -> usize {
        let id = self.child.id().expect("running");
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
    }

    /// Ends it as a power cut does, as far as a process can tell.
    pub(crate) async fn kill(mut self) -> Folder {
        within("death", self.child.kill()).await.unwrap();
        self.folder
    }

    /// Waits until its log says `words`.
    pub(crate) async fn until_logged(&mut self, words: &str) {
        let mut line = String::new();
        while !line.contains(words) {
            line.clear();
            let read = within(words, self.stderr.read_line(&mut line)).await.unwrap();
            assert!(read > 0, "it ended before it said {words:?}");
        }
    }

    /// All it still says until it ends, with its status.
    async fn end(mut self) -> (Option<i32>, String) {
        self.ended().await
    }

    /// The same, with the folder it leaves behind.
    pub(crate) async fn ended_in(mut self) -> (Option<i32>, String, Folder) {
        let (code, words) = self.ended().await;
        (code, words, self.folder)
    }

    async fn ended(&mut self) -> (Option<i32>, String) {
        let mut text = String::new();
        within("its last words", async {
            self.stderr.read_to_string(&mut text).await.unwrap();
            self.stdout.read_to_string(&mut text).await.unwrap();
        })
        .await;
        (within("its end", self.child.wait()).await.unwrap().code(), text)
    }

    pub(crate) async fn output(self) -> String {
        self.end().await.1
    }
}

/// What a start that fails says and returns.
async fn failure(folder: &Path, args: &[&str]) -> (Option<i32>, String) {
    failure_of(command(folder, args)).await
}

pub(crate) async fn failure_of(mut command: Command) -> (Option<i32>, String) {
    let output = within("the end", command.output()).await.unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

fn sentences(text: &str) -> usize {
    text.trim_end().lines().count()
}

#[tokio::test]
async fn help_names_every_option_with_its_variable() {
    let folder = Folder::new();
    let output = command(folder.path(), &["--help"]).output().await.unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0));
    for word in [
        "--host",
        "CHAT_HOST",
        "--port",
        "PORT",
        "5000",
        "--data",
        "CHAT_DATA",
        "--pages",
        "CHAT_PAGES",
        "--welcome",
        "CHAT_WELCOME",
        "Oi cliente!",
        "--rate-limit",
        "CHAT_RATE_LIMIT",
        "--public-url",
        "CHAT_PUBLIC_URL",
        "--trusted-proxy",
        "CHAT_TRUSTED_PROXY",
        "--insecure-http",
        "CHAT_INSECURE_HTTP",
        "--log",
        "CHAT_LOG",
        ".env",
        "LISTEN_FDS",
        "Exit codes",
    ] {
        assert!(help.contains(word), "{word}:\n{help}");
    }
}

#[tokio::test]
async fn a_wrong_option_ends_with_2_and_a_sentence() {
    let folder = Folder::new();
    std::fs::write(folder.path().join("file"), "").unwrap();
    for args in [
        &["--port", "x"][..],
        &["--nope"],
        &["--rate-limit", "maybe"],
        &["--public-url", "chat.example"],
        &["--log", "chat=loud"],
        &["--pages", "nowhere"],
        &["--pages", "file"],
    ] {
        let (code, words) = failure(folder.path(), args).await;
        assert_eq!(code, Some(2), "{args:?}: {words}");
        assert!(words.contains(args[0]), "{words}");
    }
    std::fs::write(folder.path().join(".env"), "PORT=5000\nCHAT_WELCOME=\"Oi\n").unwrap();
    let help = command(folder.path(), &["--help"]).output().await.unwrap();
    assert_eq!(help.status.code(), Some(0), "help is always given");
    let (code, words) = failure(folder.path(), &[]).await;
    assert_eq!((code, sentences(&words)), (Some(2), 1), "{words}");
    assert!(words.contains("line 2 of .env"), "{words}");
}

#[tokio::test]
async fn a_taken_port_ends_with_1_and_a_sentence_and_touches_nothing() {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let folder = Folder::new();
    let (code, words) = failure(folder.path(), &["--port", &port]).await;
    assert_eq!((code, sentences(&words)), (Some(1), 1), "{words}");
    assert!(words.contains(&format!("port {port} is taken")), "{words}");
    assert!(!folder.path().join("data").exists());
}

#[tokio::test]
async fn a_data_folder_that_cannot_be_written_ends_with_1_and_a_sentence() {
    let folder = Folder::new();
    std::fs::write(folder.path().join("file"), "").unwrap();
    let (code, words) = failure(folder.path(), &["--port", "0", "--data", "file"]).await;
    assert_eq!((code, sentences(&words)), (Some(1), 1), "{words}");
    assert!(words.contains("file"), "{words}");
}

#[tokio::test]
async fn dotenv_speaks_where_neither_option_nor_environment_does() {
    let folder = Folder::new();
    std::fs::write(folder.path().join(".env"), "PORT=1\nCHAT_WELCOME=\"Do arquivo\"\nCHAT_DATA=aqui\n")
        .unwrap();
    // `--port 0` wins over the file's 1.
    let program = Program::start_in(folder, &[]).await;
    let mut ws = ws::Ws::open_address(program.address, ws::OPEN, &[]).await.unwrap();
    ws.send("40").await;
    assert!(ws.until("42").await.contains("Do arquivo"));
    let folder = program.kill().await;
    assert!(folder.path().join("aqui/chat.db").exists());
    let mut command = command(folder.path(), &["--port", "0"]);
    let mut child = command.env("CHAT_DATA", "ali").spawn().unwrap();
    let mut line = String::new();
    within("the first line", BufReader::new(child.stdout.take().unwrap()).read_line(&mut line))
        .await
        .unwrap();
    child.kill().await.unwrap();
    assert!(folder.path().join("ali/chat.db").exists(), "the environment wins over the file");
}

#[tokio::test]
async fn a_supervisors_signal_ends_it_with_sockets_open() {
    let mut program = Program::start(&[]).await;
    let mut ws = ws::Ws::open_address(program.address, ws::OPEN, &[]).await.unwrap();
    ws.send("40").await;
    ws.until("42").await;
    program.terminate();
    let (code, words) = program.end().await;
    assert_eq!(code, Some(0), "{words}");
    ws.until_closed().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_new_data_folder_keeps_room_back_for_a_full_disk_until_somebody_needs_it() {
    let folder = Program::start(&[]).await.kill().await;
    let ballast = folder.path().join("data/ballast");
    assert_eq!(std::fs::metadata(&ballast).unwrap().len(), 64 * 1024 * 1024);
    std::fs::remove_file(&ballast).unwrap();
    let _again = Program::start_in(folder, &[]).await;
    assert!(!ballast.exists());
}

#[tokio::test]
async fn a_kill_loses_nothing_that_was_acked() {
    let mut folder = Folder::new();
    let mut acked = Vec::new();
    for round in 0..3 {
        let program = Program::start_in(folder, &["--rate-limit", "off"]).await;
        let mut ws = ws::Ws::open_address(program.address, ws::OPEN, &[]).await.unwrap();
        ws.send("40").await;
        ws.until("42").await;
        for n in 0..20 {
            ws.send(&format!(
                "42{n}{}",
                json!([<protocol::Message as protocol::Request>::EVENT, format!("{round} {n}")])
            ))
            .await;
        }
        // Some are acked, the others are on their way when it dies.
        for _ in 0..10 {
            let ack = ws.until("43").await;
            let (id, answer) = ack[2..].split_once('[').unwrap();
            assert!(answer.starts_with(r#"{"ok""#), "{answer}");
            acked.push(format!("{round} {id}"));
        }
        folder = program.kill().await;
    }
    let data = folder.path().join("data");
    let server = TestServer::with(|config| config.data = data).await;
    let page =
        server.app.rooms.history(None, History { limit: Some(100), ..History::default() }).await.unwrap();
    let kept: Vec<_> = page.messages.iter().map(|message| message.body.clone()).collect();
    for body in &acked {
        assert!(kept.contains(body), "{body} was acked and is lost: {kept:?}");
    }
    let seqs: Vec<_> = page.messages.iter().map(|message| message.seq).collect();
    assert_eq!(seqs, (1..=page.head).collect::<Vec<_>>(), "no gaps");
    server.stop().await;
}
