//! The kinds of work and how a fleet is divided among them. Owns how long each kind takes and who
//! does it; refuses to know single agents.

use std::time::Duration;

/// A kind of task, and of the agents that do it.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    pub name: &'static str,
    pub task: Duration,
    /// Tools in the order in which this work reaches for them.
    pub tools: &'static [&'static str],
}

pub const PLAN: Kind = Kind {
    name: "plan",
    task: Duration::from_millis(3_000),
    tools: &["Read", "Grep", "WebFetch"],
};
pub const CODE: Kind = Kind {
    name: "code",
    task: Duration::from_millis(6_000),
    tools: &["Read", "Grep", "Read", "Edit", "Bash"],
};
pub const TEST: Kind = Kind {
    name: "test",
    task: Duration::from_millis(5_000),
    tools: &["Read", "Edit", "Bash"],
};
pub const DOCS: Kind = Kind {
    name: "docs",
    task: Duration::from_millis(3_000),
    tools: &["Read", "WebFetch", "Edit"],
};
pub const REVIEW: Kind = Kind {
    name: "review",
    task: Duration::from_millis(2_500),
    tools: &["Grep", "Read", "Read"],
};
/// Seldom wanted, so that somebody is idle.
pub const RELEASE: Kind = Kind {
    name: "release",
    task: Duration::from_millis(6_000),
    tools: &["Bash", "Bash", "WebFetch"],
};

pub const ALL: &[Kind] = &[PLAN, CODE, TEST, DOCS, REVIEW, RELEASE];

/// As many of each kind as the planner's projects keep about equally busy.
const SHARES: &[&Kind] = &[
    &CODE, &TEST, &PLAN, &CODE, &REVIEW, &CODE, &DOCS, &TEST, &CODE, &PLAN, &PLAN, &TEST, &CODE,
    &CODE, &REVIEW, &CODE, &DOCS, &TEST, &CODE, &RELEASE,
];
/// A smaller fleet has no room for specialists.
const SPECIALISTS_FROM: u64 = SHARES.len() as u64;

/// What agent `number` of so many is there for.
pub fn kind_of(number: u64) -> &'static Kind {
    SHARES[number as usize % SHARES.len()]
}

/// Its own kind, or everything in a small fleet.
pub fn takes(number: u64, agents: u64) -> Vec<String> {
    let everybody = agents < SPECIALISTS_FROM;
    let own = kind_of(number);
    let taken = ALL.iter().filter(|kind| everybody || *kind == own);
    taken.map(|kind| kind.name.to_owned()).collect()
}

pub fn by_name(name: &str) -> Option<&'static Kind> {
    ALL.iter().find(|kind| kind.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_somebody_however_small_the_fleet_is() {
        for agents in [1, 2, 19, 20, 50, 2_000] {
            for kind in ALL {
                let taken = (0..agents).any(|number| {
                    let takes = takes(number, agents);
                    takes.iter().any(|name| name == kind.name)
                });
                assert!(taken, "`{}` among {agents}", kind.name);
            }
        }
    }

    #[test]
    fn specialists_take_their_own_kind_only() {
        assert_eq!(takes(0, 50), ["code"]);
        assert_eq!(takes(19, 50), ["release"]);
    }
}
