//! Who may open the server's files (attack L111).

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;

use crate::program::{self, Program};
use crate::server::Folder;
use crate::{http, within};

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Everything in a folder, with its mode.
fn modes(folder: &Path) -> Vec<(String, u32)> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let mut modes: Vec<_> =
        entries.map(|entry| (entry.file_name().into_string().unwrap(), mode(&entry.path()))).collect();
    modes.sort();
    modes
}

/// Something is written, so that every file is there that the server makes.
async fn write(program: &Program) {
    let origin = format!("http://{}", program.address);
    let headers = [("origin", origin.as_str()), ("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(http::send_to(program.address, "POST", "/name", &headers, b"name=Ana").await.status, 303);
}

#[tokio::test]
async fn l111_files_are_for_one_user_whatever_the_mask_and_the_folder_were() {
    for (mask, before) in [("000", Some(0o777)), ("022", Some(0o755)), ("000", None), ("177", Some(0o755))] {
        let folder = Folder::new();
        let data = folder.path().join("data");
        if let Some(before) = before {
            std::fs::create_dir(&data).unwrap();
            // As the version before left it.
            for name in ["chat.db", "chat.db.replaced-0"] {
                std::fs::write(data.join(name), "").unwrap();
                std::fs::set_permissions(data.join(name), PermissionsExt::from_mode(0o644)).unwrap();
            }
            std::fs::set_permissions(&data, PermissionsExt::from_mode(before)).unwrap();
        }
        let program = Program::masked(mask, folder, &[]).await;
        write(&program).await;
        let data = program.folder().join("data");
        let found = modes(&data);
        for name in ["chat.db", "chat.db-wal", "chat.db-shm", "chat.lock", "control.sock"] {
            assert!(found.iter().any(|(known, _)| known == name), "{name}: {found:?}");
        }
        assert!(found.iter().all(|(_, mode)| *mode == 0o600), "{mask}: {found:?}");
        assert_eq!(mode(&data), 0o700, "{mask}");
        let mut backup =
            program::through_shell(&format!("umask {mask}"), program.folder(), &["backup", "copy.db"]);
        assert_eq!(within("the end", backup.output()).await.unwrap().status.code(), Some(0));
        assert_eq!(mode(&program.folder().join("copy.db")), 0o600);
    }
}

#[tokio::test]
async fn l111_a_folder_with_other_files_is_left_as_it_is_and_that_is_said_once() {
    let folder = Folder::new();
    std::fs::write(folder.path().join("index.html"), "minha").unwrap();
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let mut program = Program::masked("000", folder, &["--data", "."]).await;
    write(&program).await;
    assert_eq!(mode(program.folder()), 0o755);
    let found = modes(program.folder());
    let ours = found.iter().filter(|(name, _)| name != "index.html");
    assert!(ours.clone().count() >= 5 && ours.clone().all(|(_, mode)| *mode == 0o600), "{found:?}");
    program.terminate();
    let words = program.output().await;
    assert_eq!(words.matches("others may look into the data folder").count(), 1, "{words}");
}

#[tokio::test]
async fn l111_an_administrator_who_restores_leaves_the_service_its_files() {
    const SERVICE: u32 = 54_321;
    let folder = Program::start(&[]).await.kill().await;
    let data = folder.path().join("data");
    let run = async |args: &[&str]| {
        let output = within("the end", program::command(folder.path(), args).output()).await.unwrap();
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    run(&["backup", "copy.db"]).await;
    std::fs::remove_file(data.join("chat.lock")).unwrap();
    for path in [&data, &data.join("chat.db")] {
        if chown(path, Some(SERVICE), Some(SERVICE)).is_err() {
            println!("skipped: only an administrator can give files away");
            return;
        }
    }
    run(&["restore", "copy.db"]).await;
    run(&["admin", "owner-link"]).await;
    for name in ["chat.db", "chat.db.replaced-0", "chat.lock"] {
        let metadata = std::fs::metadata(data.join(name)).unwrap();
        assert_eq!(
            (metadata.uid(), metadata.gid(), metadata.mode() & 0o777),
            (SERVICE, SERVICE, 0o600),
            "{name}"
        );
    }
    // In a folder without a database it is the folder's owner who will need it.
    std::fs::remove_file(data.join("chat.db")).unwrap();
    run(&["restore", "copy.db"]).await;
    assert_eq!(std::fs::metadata(data.join("chat.db")).unwrap().uid(), SERVICE);
}
