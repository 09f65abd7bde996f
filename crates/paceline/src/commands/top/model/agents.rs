//! Agents in the order in which they are looked at. Owns filter and order; refuses to change them.

use std::cmp::Ordering;

use super::fleet::{AgentRow, Fleet};
use super::screen::Screen;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AgentSort {
    #[default]
    Busiest,
    Completed,
    Failed,
    Errors,
    /// The worst first.
    Health,
    Name,
}

impl AgentSort {
    pub const ALL: &[Self] = &[
        Self::Busiest,
        Self::Completed,
        Self::Failed,
        Self::Errors,
        Self::Health,
        Self::Name,
    ];

    pub const fn words(self) -> &'static str {
        match self {
            Self::Busiest => "busiest first",
            Self::Completed => "most completed first",
            Self::Failed => "most failed first",
            Self::Errors => "most errors first",
            Self::Health => "least healthy first",
            Self::Name => "by name",
        }
    }

    /// Ties are settled by name, so that rows do not jump.
    fn order(self, one: &AgentRow, other: &AgentRow) -> Ordering {
        let by = match self {
            Self::Busiest => busy(other).total_cmp(&busy(one)).then_with(|| {
                (other.running, other.operations).cmp(&(one.running, one.operations))
            }),
            Self::Completed => other.completed.cmp(&one.completed),
            Self::Failed => other.failed.cmp(&one.failed),
            Self::Errors => other.errors.cmp(&one.errors),
            Self::Health => other.health.cmp(&one.health),
            Self::Name => Ordering::Equal,
        };
        by.then_with(|| natural(&one.name, &other.name))
    }
}

fn busy(agent: &AgentRow) -> f64 {
    agent.operations_per_second().unwrap_or(-1.0)
}

/// `code-9` before `code-10`.
fn natural(one: &str, other: &str) -> Ordering {
    let parts = |text: &str| {
        let digits = text.len() - text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let (head, tail) = text.split_at(text.len() - digits);
        (head.to_owned(), tail.parse::<u64>().ok())
    };
    parts(one).cmp(&parts(other)).then_with(|| one.cmp(other))
}

pub fn agents<'a>(fleet: &'a Fleet, screen: &Screen) -> Vec<&'a AgentRow> {
    let is_wanted = |agent: &&AgentRow| {
        let words = [
            agent.name.as_str(),
            agent.kind.as_str(),
            agent.agent_id.as_str(),
            agent.health.as_str(),
            agent.status.as_str(),
        ];
        screen.wants(&words)
    };
    let mut agents: Vec<_> = fleet.agents().filter(is_wanted).collect();
    agents.sort_by(|one, other| screen.agent_sort.order(one, other));
    agents
}

#[cfg(test)]
mod tests {
    use paceline_api::AgentHealth;

    use super::super::fleet::tests::fleet;
    use super::*;

    fn shown(sort: AgentSort, filter: &str) -> Vec<String> {
        let mut known = Fleet::default();
        known.apply(fleet(&[
            (9, AgentHealth::Healthy, 3),
            (10, AgentHealth::Dead, 1),
            (2, AgentHealth::Warning, 2),
        ]));
        let screen = Screen {
            agent_sort: sort,
            filter: filter.to_owned(),
            ..Screen::default()
        };
        let agents = agents(&known, &screen);
        agents.iter().map(|agent| agent.name.clone()).collect()
    }

    #[test]
    fn agents_stand_in_the_order_that_was_asked_for() {
        let check = |sort, expected: [&str; 3]| assert_eq!(shown(sort, ""), expected, "{sort:?}");
        check(AgentSort::Busiest, ["code-9", "code-2", "code-10"]);
        check(AgentSort::Completed, ["code-9", "code-2", "code-10"]);
        check(AgentSort::Health, ["code-10", "code-2", "code-9"]);
        check(AgentSort::Name, ["code-2", "code-9", "code-10"]);
    }

    #[test]
    fn a_filter_looks_at_every_word_and_ignores_case() {
        assert_eq!(shown(AgentSort::Name, "DEAD"), ["code-10"]);
        assert_eq!(shown(AgentSort::Name, "agt_2"), ["code-2"]);
        assert!(shown(AgentSort::Name, "nobody").is_empty());
    }
}
