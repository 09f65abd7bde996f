//! The text files of the repository. Owns which of them the rules look at; refuses build products
//! and other people's code.

use std::path::Path;

use anyhow::{Context as _, Result};

use crate::shell;

const EXTENSIONS: &[&str] = &[
    "css", "html", "js", "json", "md", "mjs", "py", "rs", "sh", "sql", "toml", "ts", "tsx", "txt",
    "yml", "yaml",
];
const FOREIGN: &[&str] = &["target", "node_modules", "dist", ".git"];

pub struct Source {
    /// From the root, with `/`.
    pub path: String,
    pub text: String,
}

impl Source {
    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Integration tests, by cargo's convention.
    pub fn is_test(&self) -> bool {
        self.path.contains("/tests/") || self.path.ends_with("/tests.rs")
    }

    /// Everything before the module of unit tests.
    pub fn without_tests(&self) -> &str {
        let end = self.text.find("\n#[cfg(test)]\nmod ");
        end.map_or(&self.text, |end| &self.text[..end])
    }
}

pub fn load() -> Result<Vec<Source>> {
    let root = shell::root();
    let mut sources = Vec::new();
    walk(&root, &root, &mut sources)?;
    sources.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(sources)
}

fn walk(root: &Path, folder: &Path, sources: &mut Vec<Source>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            if !FOREIGN.contains(&name.as_str()) {
                walk(root, &path, sources)?;
            }
        } else if is_ours(&path, &name) {
            let text = std::fs::read_to_string(&path)
                .with_context(|| format!("read `{}`", path.display()))?;
            let path = path
                .strip_prefix(root)?
                .to_string_lossy()
                .replace('\\', "/");
            sources.push(Source { path, text });
        }
    }
    Ok(())
}

/// Lock files are written by tools; `.ci/run` has no extension.
fn is_ours(path: &Path, name: &str) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    let known = extension.is_some_and(|extension| EXTENSIONS.contains(&extension));
    (known || path.ends_with(".ci/run")) && name != "package-lock.json"
}
