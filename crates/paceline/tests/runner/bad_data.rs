//! Data directories that cannot be trusted: from a newer version, or damaged. Owns that they are
//! refused loudly and left exactly as they are.

use std::path::Path;

use crate::call::enqueue;
use crate::server::{Server, paceline};

/// The coordination store in a data directory.
const STORE: &str = "paceline.db";

/// A directory with some tasks in it, cleanly closed, and the bytes of its store.
fn closed_store(home: &Path) -> Vec<u8> {
    let mut server = Server::on(home, &[]);
    let mut caller = server.over_http();
    for number in 0..200 {
        enqueue(&mut caller, &format!("kept {number}"));
    }
    server.stop();
    with_sqlite(home, "PRAGMA wal_checkpoint(TRUNCATE)");
    std::fs::read(home.join(STORE)).expect("the store")
}

/// What an operator can do to a closed store with common tools.
fn with_sqlite(home: &Path, pragma: &str) {
    let db = rusqlite::Connection::open(home.join(STORE)).expect("the store opens");
    let mut statement = db.prepare(pragma).expect("a pragma");
    let mut rows = statement.query([]).expect("the pragma runs");
    while rows.next().expect("its rows").is_some() {}
}

#[track_caller]
fn check_refused_untouched(home: &Path, damaged: &[u8], names: &str) {
    std::fs::write(home.join(STORE), damaged).expect("the damage");
    let data = home.to_str().expect("a path in UTF-8");
    let refused = paceline(&["serve", "--listen", "127.0.0.1:0", "--data", data]);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1), "{said}");
    assert!(
        said.contains("error: ") && said.contains("\nhint: "),
        "{said}"
    );
    assert!(
        said.contains(STORE) && said.contains(names),
        "`{names}` is not named: {said}"
    );
    let after = std::fs::read(home.join(STORE)).expect("the store");
    assert!(after == damaged, "the refused store was changed");
}

#[test]
fn a_data_directory_of_a_newer_version_is_refused_and_left_alone() {
    let home = tempfile::tempdir().expect("a temporary directory");
    closed_store(home.path());
    with_sqlite(home.path(), "PRAGMA user_version = 9999");
    with_sqlite(home.path(), "PRAGMA wal_checkpoint(TRUNCATE)");
    let newer = std::fs::read(home.path().join(STORE)).expect("the store");
    check_refused_untouched(home.path(), &newer, "newer");
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let home = tempfile::tempdir().expect("a temporary directory");
    closed_store(home.path());
    check_refused_untouched(
        home.path(),
        &b"this is no database\n".repeat(1_000),
        "damaged",
    );
}

#[test]
fn a_database_with_pages_overwritten_is_refused_and_left_alone() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let mut torn = closed_store(home.path());
    let half = torn.len() / 2;
    torn[4_096..half].fill(0xA5);
    check_refused_untouched(home.path(), &torn, "damaged");
}
