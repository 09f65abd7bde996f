//! A record for each direct dependency. Owns the comparison of the table in
//! `docs/decisions/0001-dependencies.md` with what the manifests ask for; refuses to write it,
//! because the reasons are the point.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};

use super::House;
use super::metadata::Metadata;

const DOCUMENT: &str = "docs/decisions/0001-dependencies.md";

pub fn check(house: &House) -> Result<Vec<String>> {
    let source = house.sources.iter().find(|source| source.path == DOCUMENT);
    let records = records(
        &source
            .with_context(|| format!("there is no {DOCUMENT}"))?
            .text,
    );
    let wanted = direct_dependencies(&house.metadata);
    let mut complaints = Vec::new();
    for (name, versions) in &wanted {
        let Some(record) = records.get(name.as_str()) else {
            complaints.push(format!("`{name}` has no row in {DOCUMENT}"));
            continue;
        };
        if !versions.contains(record.version) {
            complaints.push(format!(
                "`{name}` is {versions:?}, {DOCUMENT} says {}",
                record.version
            ));
        }
        if !has_licence(&house.metadata, name, record.licence) {
            complaints.push(format!("`{name}` is not under {}", record.licence));
        }
        if record.reason.len() < 20 {
            complaints.push(format!("`{name}` is recorded without a reason"));
        }
    }
    let gone = records.keys().filter(|name| !wanted.contains_key(**name));
    complaints.extend(gone.map(|name| format!("`{name}` has a row but no crate asks for it")));
    Ok(complaints)
}

fn direct_dependencies(metadata: &Metadata) -> BTreeMap<String, BTreeSet<&str>> {
    let mut wanted: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let all = metadata
        .members
        .iter()
        .flat_map(|member| &member.dependencies);
    for dependency in all.filter(|dependency| !dependency.is_ours) {
        let versions = wanted.entry(dependency.name.clone()).or_default();
        versions.insert(&dependency.version);
    }
    wanted
}

/// Some version in the lock file is under this licence, word for word.
fn has_licence(metadata: &Metadata, name: &str, licence: &str) -> bool {
    let packages = metadata.licences.get(name).into_iter().flatten();
    packages.into_iter().any(|locked| locked == licence)
}

struct Record<'a> {
    version: &'a str,
    licence: &'a str,
    reason: &'a str,
}

/// Rows are `| name | version | licence | why, and what lost |`, the name in backticks.
fn records(text: &str) -> BTreeMap<&str, Record<'_>> {
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `"));
    let records = rows.filter_map(|row| {
        let (name, row) = row.split_once('`')?;
        let mut cells = row.split('|').map(str::trim).skip(1);
        let record = Record {
            version: cells.next()?,
            licence: cells.next()?,
            reason: cells.next()?,
        };
        Some((name, record))
    });
    records.collect()
}
