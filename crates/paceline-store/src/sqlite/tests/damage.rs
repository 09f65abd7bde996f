//! Files that must be refused, each with a sentence that names it.

use std::io::{Seek, SeekFrom, Write};

use super::{Place, inspect};
use crate::StoreError;
use crate::conformance::plain;

async fn filled() -> Place {
    let place = Place::new();
    let world = place.world();
    for number in 0..200 {
        world.enqueue(plain(&format!("t{number}"))).await;
    }
    world.store.close().await;
    place
}

fn overwrite(place: &Place, at: u64, bytes: &[u8]) {
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .open(place.path())
        .unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(bytes).unwrap();
}

/// The error's sentence, once it is known to be `Corrupt` and to name the file.
fn corrupt(place: &Place) -> String {
    match place.try_open().err() {
        Some(StoreError::Corrupt { path, detail }) => {
            assert_eq!(path, place.path().display().to_string());
            detail
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let place = filled().await;
    overwrite(&place, 0, b"something entirely else");
    assert_eq!(
        corrupt(&place),
        "it does not begin as a SQLite database does"
    );
}

#[tokio::test]
async fn a_cut_file_is_refused() {
    let place = filled().await;
    let file = std::fs::OpenOptions::new()
        .write(true)
        .open(place.path())
        .unwrap();
    let length = file.metadata().unwrap().len();
    file.set_len(length - 4_096).unwrap();
    assert!(corrupt(&place).contains("pages are announced"));
    file.set_len(length - 4_097).unwrap();
    assert!(corrupt(&place).contains("no whole number"));
    file.set_len(50).unwrap();
    assert!(corrupt(&place).contains("header cannot be read"));
}

#[tokio::test]
async fn a_scrambled_page_is_found_by_inspection() {
    let place = filled().await;
    assert!(inspect(place.path()).unwrap().is_sound());
    overwrite(&place, 4_096 * 30, &[0xff; 4_096]);
    assert!(!inspect(place.path()).unwrap().damage.is_empty());
}

#[tokio::test]
async fn a_newer_file_is_refused_and_left_alone() {
    let place = filled().await;
    let db = rusqlite::Connection::open(place.path()).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    drop(db);
    let newer = StoreError::Newer {
        path: place.path().display().to_string(),
        found: 99,
        known: super::open::SCHEMA_VERSION,
    };
    assert_eq!(place.try_open().err(), Some(newer.clone()));
    assert_eq!(inspect(place.path()).err(), Some(newer));
}

#[test]
fn another_programs_database_is_refused() {
    let place = Place::new();
    let db = rusqlite::Connection::open(place.path()).unwrap();
    db.execute_batch("CREATE TABLE recipes (name TEXT)")
        .unwrap();
    drop(db);
    assert_eq!(corrupt(&place), "it is another program's database");
}

#[tokio::test]
async fn missing_tables_are_refused() {
    let place = filled().await;
    let db = rusqlite::Connection::open(place.path()).unwrap();
    db.execute_batch("DROP TABLE reads").unwrap();
    drop(db);
    assert!(corrupt(&place).contains("its tables are not those of version"));
}

#[test]
fn two_servers_never_open_one_directory() {
    let place = Place::new();
    let first = place.open();
    let second = place.try_open().err();
    let expected = format!("`{}` is in use by another server", place.path().display());
    assert_eq!(second, Some(StoreError::Failed(expected)));
    drop(first);
}
