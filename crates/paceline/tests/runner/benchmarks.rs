//! `paceline bench` from outside: a very short suite is kept, compared and shown. Owns what becomes of
//! results and the exit codes; refuses to time: a test is no benchmark.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::call::list_all;
use crate::server::{BINARY, Server, paceline};

/// As short as it gets: one scenario without a ceiling.
const SCENARIO: &str = "agent_heartbeat_open";

fn bench(data: &Path, arguments: &[&str]) -> Output {
    let data = data.to_str().expect("a path in UTF-8");
    let mut all = vec!["bench"];
    all.extend(arguments);
    all.extend(["--data", data]);
    paceline(&all)
}

fn text(stream: &[u8]) -> String {
    String::from_utf8_lossy(stream).into_owned()
}

#[track_caller]
fn measured(data: &Path, runs: &str) -> Output {
    let output = bench(
        data,
        &[
            "--suite",
            SCENARIO,
            "--runs",
            runs,
            "--duration",
            "100ms",
            "--rate",
            "50",
            "--concurrency",
            "2",
        ],
    );
    assert!(output.status.success(), "{}", text(&output.stderr));
    output
}

fn kept(data: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(data.join("bench")).expect("a folder of results");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    paths
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).expect("a file")).expect("JSON")
}

/// A result with steady runs of the given median latency, made from a real one.
fn doctored(real: &Value, p50_ms: f64, path: &Path) {
    let mut result = real.clone();
    let row = &mut result["scenarios"][0];
    let run = row["runs"][0].clone();
    let steady = [0.998, 0.999, 1.0, 1.001, 1.002].map(|wobble| {
        let mut run = run.clone();
        run["p50_ms"] = json!(p50_ms * wobble);
        run["p99_ms"] = json!(2.0 * p50_ms * wobble);
        run
    });
    row["runs"] = json!(steady);
    std::fs::write(path, result.to_string()).expect("a written file");
}

#[test]
fn a_result_is_kept_with_its_conditions_and_compared() {
    let home = TempDir::new().expect("a temporary directory");
    let said = text(&measured(home.path(), "1").stderr);
    let paths = kept(home.path());
    assert_eq!(paths.len(), 1, "{said}");
    assert!(said.contains(&paths[0].display().to_string()), "{said}");
    let result = read(&paths[0]);
    assert_eq!(result["format"], 2);
    assert_eq!(result["suite"], SCENARIO);
    assert_eq!(result["partial"], false);
    for field in ["cpu", "cores", "memory_bytes", "kernel", "filesystem"] {
        assert!(!result["machine"][field].is_null(), "{field}: {result}");
    }
    assert_eq!(result["conditions"]["fleet_size"], 2);
    let runs = result["scenarios"][0]["runs"].as_array().expect("runs");
    assert!(
        0 < runs[0]["operations"].as_u64().expect("a count"),
        "{result}"
    );

    let (once, twice) = (
        home.path().join("once.json"),
        home.path().join("twice.json"),
    );
    doctored(&result, 1.0, &once);
    doctored(&result, 2.0, &twice);
    let compare = |before: &Path, after: &Path| {
        let [before, after] = [before, after].map(|path| path.to_str().expect("UTF-8").to_owned());
        bench(home.path(), &["compare", &before, &after])
    };
    let same = compare(&once, &once);
    assert_eq!(same.status.code(), Some(0), "{}", text(&same.stderr));
    assert!(text(&same.stdout).contains("no difference"));
    let slower = compare(&once, &twice);
    assert_eq!(slower.status.code(), Some(3), "{}", text(&slower.stdout));
    assert!(text(&slower.stdout).contains("SLOWER"));
    assert_eq!(compare(&twice, &once).status.code(), Some(0));

    let history = bench(home.path(), &["history", "--operation", SCENARIO]);
    assert!(
        text(&history.stdout).contains(SCENARIO),
        "{}",
        text(&history.stderr)
    );
}

#[test]
fn what_cannot_be_compared_is_named() {
    let home = TempDir::new().expect("a temporary directory");
    let check = |arguments: &[&str], code: i32, said: &str| {
        let output = bench(home.path(), arguments);
        let error = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {error}");
        assert!(error.contains(said) && error.contains("hint: "), "{error}");
    };
    check(&["compare", "previous", "last"], 1, "nothing is kept");
    let broken = home.path().join("broken.json");
    std::fs::write(&broken, "{\"format\": 2").expect("a written file");
    let broken = broken.to_str().expect("UTF-8");
    check(&["compare", broken, broken], 1, "broken.json");
    check(&["--suite", "tsaks"], 2, "lifecycle");
    check(
        &["--duration", "0", "--suite", SCENARIO],
        1,
        "the duration is 0",
    );
    check(
        &["--runs", "0", "--suite", SCENARIO],
        1,
        "the number of runs is 0",
    );
    check(&["--age", "1k", "--suite", "none"], 1, "one age alone");
}

/// The kernel's limit on the size of a file, as for the server (`full_disk.rs`); the load goes to a
/// server without it.
#[test]
fn a_full_disk_costs_the_file_and_not_the_result() {
    let home = TempDir::new().expect("a temporary directory");
    let server = Server::start();
    let output = Command::new("sh")
        .args([
            "-c",
            "trap '' XFSZ; ulimit -S -f 1; exec \"$@\"",
            "sh",
            BINARY,
        ])
        .args([
            "bench",
            "--suite",
            SCENARIO,
            "--runs",
            "1",
            "--duration",
            "50ms",
        ])
        .args(["--url", &server.url, "--data"])
        .arg(home.path())
        .output()
        .expect("the binary runs");
    let error = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains("cannot keep the result in"), "{error}");
    assert!(error.contains("--no-save"), "{error}");
    assert!(text(&output.stdout).contains(SCENARIO), "{error}");
    assert_eq!(kept(home.path()), Vec::<PathBuf>::new());
}

#[test]
fn an_interrupted_benchmark_keeps_what_it_has_and_says_that_it_is_partial() {
    let home = TempDir::new().expect("a temporary directory");
    let server = Server::start();
    let bench = Command::new(BINARY)
        .args([
            "bench",
            "--suite",
            SCENARIO,
            "--runs",
            "1",
            "--duration",
            "1h",
        ])
        .args(["--url", &server.url, "--data"])
        .arg(home.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    // Its first agents are there, so it listens for Ctrl-C by now.
    let mut caller = server.over_http();
    while list_all(&mut caller, "agent_status", &json!({})).is_empty() {}
    let id = bench.id().to_string();
    let sent = Command::new("kill").args(["-INT", &id]).status();
    assert!(sent.is_ok_and(|status| status.success()));
    let output = bench.wait_with_output().expect("it ends");
    let error = text(&output.stderr);
    assert!(text(&output.stdout).contains("PARTIAL"), "{error}");
    let paths = kept(home.path());
    assert_eq!(paths.len(), 1, "{error}");
    assert_eq!(read(&paths[0])["partial"], true);
}

#[test]
fn nothing_is_kept_where_nobody_wants_it() {
    let home = TempDir::new().expect("a temporary directory");
    let arguments = [
        "--suite",
        SCENARIO,
        "--runs",
        "1",
        "--duration",
        "50ms",
        "--no-save",
    ];
    let output = bench(home.path(), &arguments);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(!home.path().join("bench").exists());
}
