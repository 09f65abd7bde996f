//! The arrows between our crates. Owns the only list of those that may exist; refuses all others.
//! The workshop itself and test-only dependencies are exempt.

use anyhow::Result;

use super::House;

const ARROWS: &[(&str, &[&str])] = &[
    ("paceline-core", &[]),
    ("paceline-metrics", &[]),
    ("paceline-promql", &["paceline-metrics"]),
    ("paceline-analysis", &[]),
    ("paceline-api", &[]),
    ("paceline-client", &["paceline-api"]),
    ("paceline-store", &["paceline-core"]),
    (
        "paceline-server",
        &[
            "paceline-core",
            "paceline-store",
            "paceline-metrics",
            "paceline-promql",
            "paceline-analysis",
            "paceline-api",
        ],
    ),
    (
        "paceline-bench",
        &["paceline-client", "paceline-api", "paceline-analysis"],
    ),
    (
        "paceline",
        &[
            "paceline-server",
            "paceline-bench",
            "paceline-client",
            "paceline-api",
            "paceline-analysis",
        ],
    ),
];

/// What the rules of coordination may know of the outside world: no runtime, no disk, no protocol.
const CORE_MAY_KNOW: &[&str] = &["serde", "thiserror"];

const EXEMPT: &str = "xtask";

pub fn check(house: &House) -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    for member in &house.metadata.members {
        if member.name == EXEMPT {
            continue;
        }
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == member.name) else {
            complaints.push(format!(
                "`{}` is a new crate: give it its arrows in xtask/src/tidy/edges.rs and a record \
                 in docs/decisions",
                member.name
            ));
            continue;
        };
        for dependency in member
            .dependencies
            .iter()
            .filter(|dependency| !dependency.is_dev)
        {
            let name = dependency.name.as_str();
            if dependency.is_ours && !allowed.contains(&name) {
                complaints.push(format!("`{}` may not know `{name}`", member.name));
            }
            if member.name == "paceline-core" && !CORE_MAY_KNOW.contains(&name) {
                complaints.push(format!("`paceline-core` is pure and may not know `{name}`"));
            }
        }
    }
    Ok(complaints)
}
