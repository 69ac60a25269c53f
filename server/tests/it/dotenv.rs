//! The file `.env` in the working folder, as operators write it.

use crate::program::{self, Program};
use crate::server::Folder;
use crate::{within, ws};

#[tokio::test]
async fn lines_of_other_programs_and_values_without_quotes_stop_nothing() {
    let folder = Folder::new();
    let text = "\u{feff}CHAT_WELCOME=Oi cliente! R$5, it's \"ok\"\nA-B=1\nX=it's\nY=\"\nPORT=\nCHAT_PAGES=\nCHAT_DATA=aqui # dados\n";
    std::fs::write(folder.path().join(".env"), text).unwrap();
    let program = Program::start_in(folder, &[]).await;
    let mut ws = ws::Ws::open_address(program.address, ws::OPEN, &[]).await.unwrap();
    ws.send("40").await;
    let greeting = ws.until("42").await;
    assert!(greeting.contains(r#"Oi cliente! R$5, it's \"ok\""#), "{greeting}");
    assert!(program.folder().join("aqui/chat.db").exists());
}

#[tokio::test]
async fn an_empty_variable_is_unset_and_help_is_given_whatever_is_wrong() {
    let folder = Folder::new();
    let mut empty = program::command(folder.path(), &["admin", "list-users"]);
    for variable in
        ["PORT", "CHAT_HOST", "CHAT_PAGES", "CHAT_PUBLIC_URL", "CHAT_TRUSTED_PROXY", "CHAT_RATE_LIMIT"]
    {
        empty.env(variable, "");
    }
    let (code, words) = program::failure_of(empty).await;
    assert!(code == Some(1) && words.contains("there is no database here"), "{code:?} {words}");
    for text in ["PORT=abc\n", "PORT=\"1\n", "CHAT_PUBLIC_URL=nada\nCHAT_LOG='\n"] {
        std::fs::write(folder.path().join(".env"), text).unwrap();
        for args in [&["--help"][..], &["-h"], &["--version"], &["backup", "--help"]] {
            let output = within("the end", program::command(folder.path(), args).output()).await.unwrap();
            assert_eq!(
                output.status.code(),
                Some(0),
                "{text:?} {args:?}: {}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
        let (code, _) = program::failure_of(program::command(folder.path(), &[])).await;
        assert_eq!(code, Some(2), "{text:?}");
    }
}
