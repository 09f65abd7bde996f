//! Servers that must not start. Owns what each says instead, on its error stream: one sentence,
//! one hint; and its exit code.

use std::process::Output;

use crate::server::{Server, paceline};

#[track_caller]
fn check_refusal(output: &Output, code: i32, names: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(
        said.contains("error: ") && said.contains("\nhint: "),
        "{said}"
    );
    assert!(said.contains(names), "`{names}` is not named: {said}");
}

#[test]
fn a_port_in_use_is_named() {
    let server = Server::start();
    let other = tempfile::tempdir().expect("a temporary directory");
    let taken = server.url.strip_prefix("http://").expect("an address");
    let data = other.path().to_str().expect("a path in UTF-8");
    let refused = paceline(&["serve", "--listen", taken, "--data", data]);
    check_refusal(&refused, 1, taken);
}

#[test]
fn a_data_directory_in_use_is_named() {
    let server = Server::start();
    let data = server.data().to_str().expect("a path in UTF-8");
    let refused = paceline(&["serve", "--listen", "127.0.0.1:0", "--data", data]);
    check_refusal(&refused, 1, data);
    assert_eq!(
        server.connect().get("/readyz").expect("an answer").status,
        200
    );
}

#[test]
fn an_address_beyond_this_machine_needs_tokens_and_tls() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let data = home.path().to_str().expect("a path in UTF-8");
    let open = ["serve", "--listen", "0.0.0.0:0", "--data", data];
    check_refusal(&paceline(&open), 1, "0.0.0.0");
    let half = [
        "serve",
        "--listen",
        "0.0.0.0:0",
        "--data",
        data,
        "--require-tokens",
    ];
    check_refusal(&paceline(&half), 1, "TLS");
}

#[test]
fn a_data_directory_that_is_a_file_is_named() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let file = home.path().join("file");
    std::fs::write(&file, "not a directory").expect("a file");
    let data = file.to_str().expect("a path in UTF-8");
    let refused = paceline(&["serve", "--listen", "127.0.0.1:0", "--data", data]);
    check_refusal(&refused, 1, data);
}

#[test]
fn flags_that_make_no_sense_are_bad_usage() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let data = home.path().to_str().expect("a path in UTF-8");
    for listen in ["nowhere", "127.0.0.1:70000", "127.0.0.1"] {
        let refused = paceline(&["serve", "--listen", listen, "--data", data]);
        check_refusal(&refused, 2, listen);
    }
    assert_eq!(
        paceline(&["serve", "--no-such-flag"]).status.code(),
        Some(2)
    );
    assert_eq!(paceline(&["no-such-command"]).status.code(), Some(2));
}
