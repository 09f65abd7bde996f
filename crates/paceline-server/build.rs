//! Builds the dashboard and lists its files for embedding. Owns when `npm` runs; refuses to fail a build for want of
//! it: without npm, or with `PACELINE_WEB=off`, the list is empty and the server shows a plain page instead.

use std::collections::hash_map::DefaultHasher;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::hash::{Hash as _, Hasher as _};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the dashboard is made of, in `web/`.
const SOURCES: &[&str] = &[
    "build",
    "index.html",
    "package-lock.json",
    "package.json",
    "public",
    "src",
    "tsconfig.json",
    "vite.config.ts",
];

fn main() -> io::Result<()> {
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    println!("cargo::rerun-if-env-changed=PACELINE_WEB");
    println!("cargo::rerun-if-changed=build.rs");
    for source in SOURCES {
        println!("cargo::rerun-if-changed={}", web.join(source).display());
    }
    let folder = out.join("web");
    let files = match build(&web, &folder)? {
        Built::Yes => list(&folder)?,
        Built::No(why) => {
            println!("cargo::warning=the dashboard is not embedded: {why}");
            Vec::new()
        }
        Built::Off => Vec::new(),
    };
    fs::write(out.join("dashboard_files.rs"), embedding(&folder, &files))
}

enum Built {
    Yes,
    No(&'static str),
    /// As asked for.
    Off,
}

fn build(web: &Path, folder: &Path) -> io::Result<Built> {
    if env::var_os("PACELINE_WEB").is_some_and(|value| value == "off") {
        return Ok(Built::Off);
    }
    if !web.join("package.json").exists() {
        return Ok(Built::No("there is no folder `web`"));
    }
    // Cargo goes by times, which a change of branch moves without a change of content.
    let state = fingerprint(web)?;
    let stamp = folder.with_extension("stamp");
    if folder.exists() && fs::read_to_string(&stamp).is_ok_and(|known| known == state) {
        return Ok(Built::Yes);
    }
    if npm(web, &["--version"]).output().is_err() {
        return Ok(Built::No("`npm` is not installed"));
    }
    if !install(web)? {
        return Ok(Built::No("`npm ci` failed in `web`"));
    }
    let mut vite = npm(web, &["run", "build", "--", "--emptyOutDir", "--outDir"]);
    let output = vite.arg(folder).output()?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(io::Error::other(format!(
            "`npm run build` failed in `web`: {text}"
        )));
    }
    fs::write(stamp, state)?;
    Ok(Built::Yes)
}

/// Nothing where the installed packages are those of the lock file: the network is not touched.
fn install(web: &Path) -> io::Result<bool> {
    let lock = fs::read(web.join("package-lock.json"))?;
    let marker = web.join("node_modules/.lock-of-this-install.json");
    if fs::read(&marker).is_ok_and(|known| known == lock) {
        return Ok(true);
    }
    let flags = ["ci", "--prefer-offline", "--no-audit", "--no-fund"];
    let done = npm(web, &flags).output()?.status.success();
    if done {
        fs::write(marker, lock)?;
    }
    Ok(done)
}

fn npm(web: &Path, arguments: &[&str]) -> Command {
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.current_dir(web).args(arguments);
    npm
}

fn fingerprint(web: &Path) -> io::Result<String> {
    let mut hasher = DefaultHasher::new();
    for source in SOURCES {
        let mut files = Vec::new();
        walk(&web.join(source), &mut files)?;
        files.sort();
        for file in files {
            file.hash(&mut hasher);
            fs::read(&file)?.hash(&mut hasher);
        }
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn walk(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            walk(&entry?.path(), files)?;
        }
    } else if path.exists() {
        files.push(path.to_owned());
    }
    Ok(())
}

/// Every built file but the compressed copies, which stand beside their originals.
fn list(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    walk(folder, &mut files)?;
    files.retain(|file| file.extension().is_none_or(|extension| extension != "gz"));
    files.sort();
    Ok(files)
}

fn embedding(folder: &Path, files: &[PathBuf]) -> String {
    let mut code = String::from(
        "/// Path, bytes, compressed bytes.\npub static FILES: &[(&str, &[u8], &[u8])] = &[\n",
    );
    for file in files {
        let path = file
            .strip_prefix(folder)
            .unwrap_or(file)
            .to_string_lossy()
            .replace('\\', "/");
        let plain = file.display().to_string();
        // Writing to a String cannot fail.
        let _ = writeln!(
            code,
            "    ({path:?}, include_bytes!({plain:?}), include_bytes!({:?})),",
            format!("{plain}.gz"),
        );
    }
    code.push_str("];\n");
    code
}
