//! What the installed packages say of themselves: version and licence. Owns reading it, and the
//! refusal of what may not be benchmarked; refuses to take either from anywhere but the package
//! as it was installed.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use super::peer::Product;
use crate::shell;

/// A distribution in a Python environment.
pub fn python(environment: &Path, package: &str) -> Result<Product> {
    let metadata = metadata(environment, package)?;
    let text = std::fs::read_to_string(metadata.join("METADATA"))?;
    let licence = field(&text, "License-Expression").or_else(|| field(&text, "License"));
    Ok(Product {
        version: field(&text, "Version")
            .with_context(|| format!("`{package}` states no version"))?
            .to_owned(),
        licence: licence.unwrap_or("not stated").to_owned(),
        source: format!("PyPI `{package}`"),
    })
}

/// The one fork of MCP Agent Mail that is under the plain MIT licence. The original's licence
/// forbids benchmarking it, so anything that is not certainly the fork is refused.
pub fn agent_mail(environment: &Path) -> Result<Product> {
    let product = python(environment, "mcp-agent-mail")?;
    let metadata = metadata(environment, "mcp-agent-mail")?;
    let stated = std::fs::read_to_string(metadata.join("METADATA"))?;
    let licence = std::fs::read_to_string(metadata.join("licenses/LICENSE"))
        .context("the package has no licence file, so it is not run")?;
    is_the_mit_fork(&stated, &licence)?;
    Ok(product)
}

fn is_the_mit_fork(stated: &str, licence: &str) -> Result<()> {
    let version = field(stated, "Version").unwrap_or("unknown");
    ensure!(
        version == "0.1.0",
        "version {version} of mcp-agent-mail is not the one that may be benchmarked (0.1.0)"
    );
    ensure!(
        field(stated, "License") == Some("MIT"),
        "the installed mcp-agent-mail does not state the MIT licence, so it is not run"
    );
    let licence = licence.split_whitespace().collect::<Vec<_>>().join(" ");
    ensure!(
        licence.starts_with("MIT License Copyright")
            && licence.ends_with("OTHER DEALINGS IN THE SOFTWARE."),
        "the installed mcp-agent-mail carries more than the MIT licence, so it is not run"
    );
    Ok(())
}

pub fn npm(modules: &Path, package: &str) -> Result<Product> {
    let folder = modules.join(package);
    let text = std::fs::read_to_string(folder.join("package.json"))
        .with_context(|| format!("read the manifest of `{package}`"))?;
    let manifest: Value = serde_json::from_str(&text)?;
    let stated = manifest["license"].as_str().unwrap_or("not stated");
    let has_file = ["LICENSE", "LICENSE.md", "LICENSE.txt"]
        .iter()
        .any(|file| folder.join(file).exists());
    let licence = if stated.contains("LICENSE") && !has_file {
        format!("`{stated}`, a file that the package does not contain")
    } else {
        stated.to_owned()
    };
    Ok(Product {
        version: manifest["version"].as_str().unwrap_or("unknown").to_owned(),
        licence,
        source: format!("npm `{package}`"),
    })
}

/// A Debian package; the licence of all files that its copyright file does not except.
pub fn debian(package: &str) -> Result<Product> {
    let mut query = Command::new("dpkg-query");
    let version = shell::quiet(query.args(["-W", "-f", "${Version}", package]))?;
    let file = format!("/usr/share/doc/{package}/copyright");
    let text = std::fs::read_to_string(&file).with_context(|| format!("read `{file}`"))?;
    Ok(Product {
        version,
        licence: whole_licence(&text).unwrap_or("not stated").to_owned(),
        source: format!("Debian `{package}`"),
    })
}

fn whole_licence(copyright: &str) -> Option<&str> {
    let (_, all) = copyright.split_once("Files: *")?;
    field(all, "License")
}

fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = text.lines();
    let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))?;
    Some(value.trim())
}

fn metadata(environment: &Path, package: &str) -> Result<PathBuf> {
    let start = format!("{}-", package.replace('-', "_"));
    for python in std::fs::read_dir(environment.join("lib"))? {
        for entry in std::fs::read_dir(python?.path().join("site-packages"))? {
            let entry = entry?.path();
            let name = entry.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with(&start) && name.ends_with(".dist-info") {
                return Ok(entry);
            }
        }
    }
    bail!("`{package}` is not installed");
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATED: &str = "Metadata-Version: 2.4\nName: mcp-agent-mail\nVersion: 0.1.0\n\
                          License: MIT\nLicense-File: LICENSE\n";
    const MIT: &str = "MIT License\n\nCopyright (c) 2024 somebody\n\nPermission is granted …\n\
                       THE USE OR OTHER DEALINGS IN THE\nSOFTWARE.\n";

    #[test]
    fn only_the_mit_fork_is_let_through() {
        let check = |stated: &str, licence: &str, is_fine: bool| {
            assert_eq!(
                is_the_mit_fork(stated, licence).is_ok(),
                is_fine,
                "{stated}"
            );
        };
        check(STATED, MIT, true);
        check(&STATED.replace("0.1.0", "0.2.1"), MIT, false);
        check(
            &STATED.replace("License: MIT", "License: Other"),
            MIT,
            false,
        );
        check(&STATED.replace("License: MIT\n", ""), MIT, false);
        check(STATED, &format!("{MIT}\nRider: no benchmarks"), false);
        check(STATED, "", false);
    }

    #[test]
    fn the_licence_of_a_debian_package_is_that_of_all_its_files() {
        let text = "Files: debian/*\nLicense: GPL\n\nFiles: *\nCopyright: a\nLicense: MIT\n";
        assert_eq!(whole_licence(text), Some("MIT"));
        assert_eq!(whole_licence("prose"), None);
    }
}
