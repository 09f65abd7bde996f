//! File headers. Owns the rule that every Rust file opens with what it owns and what it refuses;
//! refuses to judge how well it is said.

use anyhow::Result;

use super::House;

pub fn check(house: &House) -> Result<Vec<String>> {
    let rust = house.sources.iter().filter(|source| source.is_rust());
    let bare = rust.filter(|source| !source.text.starts_with("//! "));
    Ok(bare
        .map(|source| {
            format!(
                "{}: open it with `//!`: what it owns and what it refuses",
                source.path
            )
        })
        .collect())
}
