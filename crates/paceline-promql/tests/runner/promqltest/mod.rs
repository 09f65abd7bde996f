//! Prometheus's own test scripts, run against this crate. Owns the count of what passes and the
//! check of what is excepted.

mod compare;
mod exceptions;
mod notation;
mod script;
mod store;

use std::fs;
use std::path::{Path, PathBuf};

use exceptions::Exceptions;
use script::{Command, Eval};
use store::Store;

#[test]
fn prometheus_scripts_pass_but_for_the_listed_statements() {
    let mut exceptions = Exceptions::read(&folder().join("excepted.txt"));
    let mut problems = Vec::new();
    let (mut passed, mut excepted) = (0, 0);
    for path in scripts() {
        let file = path
            .file_name()
            .expect("a file")
            .to_string_lossy()
            .into_owned();
        let text = fs::read_to_string(&path).expect("readable");
        let mut store = Store::default();
        for command in script::read(&text) {
            let eval = match command {
                Command::Clear => {
                    store = Store::default();
                    continue;
                }
                Command::Load(load) => {
                    store.load(&load);
                    continue;
                }
                Command::Eval(eval) => eval,
            };
            let result = compare::run(&eval, &store);
            match exceptions.take(&file, eval.line) {
                None => match result {
                    Ok(()) => passed += 1,
                    Err(problem) => problems.push(describe(&file, &eval, &problem)),
                },
                Some(reason) => {
                    excepted += 1;
                    if result.is_ok() {
                        problems.push(describe(&file, &eval, "passes, but is excepted"));
                    } else if !exceptions::is_visible(&reason, &eval, &store) {
                        problems.push(describe(
                            &file,
                            &eval,
                            &format!("`{reason}` is not visible"),
                        ));
                    }
                }
            }
        }
    }
    problems.extend(exceptions.unused());
    println!("{passed} evals pass, {excepted} are excepted");
    assert!(
        problems.is_empty(),
        "{} problems, {passed} evals pass:\n{}",
        problems.len(),
        problems.join("\n")
    );
}

fn describe(file: &str, eval: &Eval, problem: &str) -> String {
    format!("{file}:{} {} => {problem}", eval.line, eval.query)
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/promqltest")
}

fn scripts() -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder())
        .expect("a folder")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|end| end == "test"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    paths
}
