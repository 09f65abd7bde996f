//! Reading a kept result back. Owns the reasons why a file is none, each with the file's name; what a
//! result says is `paceline_analysis::benchmark`'.

use std::path::Path;

use anyhow::{Context, Result};
use paceline_analysis::benchmark::{Kept, Probe};

/// # Errors
/// Names the file and what is wrong with it.
pub fn read(path: &Path) -> Result<Kept> {
    let shown = path.display();
    let bytes = std::fs::read(path).with_context(|| format!("cannot read `{shown}`"))?;
    parse(&bytes).with_context(|| format!("`{shown}` is no result to compare"))
}

pub fn parse(bytes: &[u8]) -> Result<Kept> {
    serde_json::from_slice::<Probe>(bytes)?.check()?;
    Ok(serde_json::from_slice(bytes)?)
}
