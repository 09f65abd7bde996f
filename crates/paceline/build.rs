//! The commit that this binary is built from. Owns asking git for it, once a build; refuses to fail
//! without git: an archive of the sources has no commit, and says so by having none.

use std::path::Path;
use std::process::Command;

/// Says so itself, for whoever builds from an archive.
const GIVEN: &str = "PACELINE_COMMIT";

fn main() {
    println!("cargo::rerun-if-env-changed={GIVEN}");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for changes in ["crates", "Cargo.toml", "Cargo.lock"] {
        println!("cargo::rerun-if-changed={}", root.join(changes).display());
    }
    // Moves with every commit and every checkout, in a linked work tree too.
    if let Some(log) = git(
        &root,
        &[
            "rev-parse",
            "--path-format=absolute",
            "--git-path",
            "logs/HEAD",
        ],
    ) {
        println!("cargo::rerun-if-changed={log}");
    }
    let given = std::env::var(GIVEN).ok();
    if let Some(commit) = given.or_else(|| commit(&root)) {
        println!("cargo::rustc-env={GIVEN}={commit}");
    }
}

fn commit(root: &Path) -> Option<String> {
    // The sources may lie in a folder that belongs to somebody else's repository.
    let top = git(root, &["rev-parse", "--show-toplevel"])?;
    let same = Path::new(&top).canonicalize().ok()? == root.canonicalize().ok()?;
    let commit = git(root, &["rev-parse", "--short", "HEAD"]).filter(|_| same)?;
    let changes = git(root, &["status", "--porcelain", "--untracked-files=no"])?;
    let mark = if changes.is_empty() { "" } else { "+changes" };
    Some(commit + mark)
}

fn git(root: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(arguments)
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
