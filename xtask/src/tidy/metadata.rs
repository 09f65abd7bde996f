//! The workspace as cargo sees it. Owns the few fields of `cargo metadata` that the rules read;
//! refuses to parse a manifest itself.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::shell;

pub struct Metadata {
    pub members: Vec<Member>,
    /// The licence of each locked version of every package from a registry.
    pub licences: BTreeMap<String, Vec<String>>,
}

pub struct Member {
    pub name: String,
    pub dependencies: Vec<Dependency>,
}

pub struct Dependency {
    pub name: String,
    /// As the manifest asks for it, without the caret.
    pub version: String,
    pub is_ours: bool,
    pub is_dev: bool,
}

impl Metadata {
    pub fn load() -> Result<Self> {
        let mut cargo = shell::cargo();
        cargo.args(["metadata", "--format-version", "1", "--locked"]);
        let json: Value = serde_json::from_str(&shell::quiet(&mut cargo)?)?;
        let packages = json["packages"]
            .as_array()
            .context("no packages in `cargo metadata`")?;
        let ours = |package: &&Value| package["source"].is_null();
        let mut licences: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for package in packages.iter().filter(|package| !ours(package)) {
            let known = licences.entry(text(package, "name")).or_default();
            known.push(text(package, "license"));
        }
        let members = packages.iter().filter(ours).map(member).collect();
        Ok(Self { members, licences })
    }
}

fn member(package: &Value) -> Member {
    let dependencies = package["dependencies"].as_array();
    Member {
        name: text(package, "name"),
        dependencies: dependencies.into_iter().flatten().map(dependency).collect(),
    }
}

fn dependency(dependency: &Value) -> Dependency {
    Dependency {
        name: text(dependency, "name"),
        version: text(dependency, "req").trim_start_matches('^').to_owned(),
        is_ours: dependency["path"].is_string(),
        is_dev: dependency["kind"] == "dev",
    }
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_default().to_owned()
}
