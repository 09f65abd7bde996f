//! `cargo xtask tidy`: the reviewer that never tires. Owns the list of house rules, one file each;
//! refuses anything that rustfmt, clippy or the compiler already says.

mod architecture;
mod budgets;
mod decisions;
mod edges;
mod functions;
mod headers;
mod metadata;
mod phrases;
mod sources;

use anyhow::Result;

use metadata::Metadata;
use sources::Source;

/// What a rule looks at.
struct House {
    metadata: Metadata,
    sources: Vec<Source>,
}

type Rule = fn(&House) -> Result<Vec<String>>;

const RULES: &[(&str, Rule)] = &[
    ("crate arrows", edges::check),
    ("file headers", headers::check),
    ("budgets", budgets::check),
    ("phrases", phrases::check),
    ("ARCHITECTURE.md", architecture::check),
    ("dependency records", decisions::check),
];

pub fn run() -> Result<bool> {
    let house = House {
        metadata: Metadata::load()?,
        sources: sources::load()?,
    };
    let mut complaints = 0;
    for (name, rule) in RULES {
        for complaint in rule(&house)? {
            println!("tidy: {name}: {complaint}");
            complaints += 1;
        }
    }
    if complaints == 0 {
        println!("tidy: {} rules hold", RULES.len());
    }
    Ok(complaints == 0)
}
