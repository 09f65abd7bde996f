//! The reading of `--suite`. Owns the words that it knows and how they mix; refuses to run anything.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::metrics::{Measure, Peer};
use crate::options::Options;
use crate::scenario::{self, Group, Scenario};

/// Raised when a scenario of an unchanged name measures something else than before, so that results
/// from before and after are not compared in silence.
pub const SUITE_VERSION: u32 = 2;

/// Which scenarios run, and whether the metrics engine is measured beside its peers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suite {
    text: String,
    scenarios: Vec<Scenario>,
    metrics: Option<Measure>,
}

/// What one word between commas stands for.
enum Word {
    Scenarios(Vec<Scenario>),
    Metrics(Measure),
}

const MEASURES: &[(&str, Measure)] = &[
    ("metrics", Measure::All),
    ("metrics-load", Measure::Load),
    ("metrics-disk", Measure::Disk),
    ("metrics-days", Measure::Days),
    ("metrics-scale", Measure::Scale),
];

impl Suite {
    /// Every scenario; not the metrics engine, which takes an hour.
    pub fn all() -> Self {
        Self {
            text: "all".to_owned(),
            scenarios: Scenario::ALL.to_vec(),
            metrics: None,
        }
    }

    /// No scenario; for `--age` alone.
    pub fn none() -> Self {
        Self {
            text: "none".to_owned(),
            scenarios: Vec::new(),
            metrics: None,
        }
    }

    pub fn scenarios(&self) -> &[Scenario] {
        &self.scenarios
    }

    pub fn metrics(&self) -> Option<Measure> {
        self.metrics
    }

    /// How long each run is measured unless the user says.
    pub fn duration(&self) -> Duration {
        match self.metrics {
            Some(Measure::Scale) => Duration::from_secs(600),
            Some(_) => Duration::from_secs(10),
            None => Options::default().duration,
        }
    }

    /// How many runs there are unless the user says.
    pub fn runs(&self) -> usize {
        match self.metrics {
            Some(Measure::Scale) => 1,
            Some(_) => 3,
            None => Options::default().runs,
        }
    }

    /// Which peers are measured beside Paceline unless the user says.
    pub fn peers(&self) -> Vec<Peer> {
        match self.metrics {
            Some(Measure::Scale | Measure::Days) => Vec::new(),
            _ => Peer::OTHERS.to_vec(),
        }
    }

    fn add(&mut self, word: Word) -> Result<(), String> {
        match word {
            Word::Scenarios(scenarios) => {
                for scenario in scenarios {
                    if !self.scenarios.contains(&scenario) {
                        self.scenarios.push(scenario);
                    }
                }
            }
            Word::Metrics(measure) if self.metrics.is_some_and(|other| other != measure) => {
                return Err("more than one metrics suite: name one of them".to_owned());
            }
            Word::Metrics(measure) => self.metrics = Some(measure),
        }
        Ok(())
    }
}

impl fmt::Display for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Suite {
    type Err = String;

    /// Groups and scenarios, separated by commas; `all`, `targets`, `none`, or a metrics suite.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut suite = Self {
            text: text.trim().to_owned(),
            ..Self::none()
        };
        for name in text.split(',').map(str::trim) {
            suite.add(word(name)?)?;
        }
        Ok(suite)
    }
}

fn word(name: &str) -> Result<Word, String> {
    let all = Scenario::ALL.iter().copied();
    if let Some((_, measure)) = MEASURES.iter().find(|(known, _)| *known == name) {
        return Ok(Word::Metrics(*measure));
    }
    if let Some(group) = Group::by_name(name) {
        return Ok(Word::Scenarios(group.scenarios().to_vec()));
    }
    let scenarios = match name {
        "all" => all.collect(),
        "targets" => all.filter(|one| !one.spec().targets.is_empty()).collect(),
        "none" => Vec::new(),
        name => vec![scenario::by_name(name).ok_or_else(|| unknown(name))?],
    };
    Ok(Word::Scenarios(scenarios))
}

fn unknown(name: &str) -> String {
    format!("`{name}` is neither a suite nor a scenario; {}", choices())
}

/// Everything that `--suite` knows.
pub fn choices() -> String {
    let groups: Vec<_> = Group::ALL.iter().map(|group| group.name()).collect();
    let measures: Vec<_> = MEASURES.iter().map(|(name, _)| *name).collect();
    format!(
        "there are the suites all, targets, none, {}, {}, and the scenarios {}",
        groups.join(", "),
        measures.join(", "),
        scenario::names()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_and_scenarios_mix_and_nothing_runs_twice() {
        let check = |text: &str, expected: usize| {
            let suite: Suite = text.parse().unwrap();
            assert_eq!(suite.scenarios().len(), expected, "{text}");
        };
        let tasks = Group::Tasks.scenarios().len();
        check("all", Scenario::ALL.len());
        check("none", 0);
        check("metrics", 0);
        check("metrics-scale", 0);
        check("enqueue, lifecycle", 2);
        check("tasks", tasks);
        check("tasks,enqueue,memory_get", tasks + 1);
        check("all,tasks", Scenario::ALL.len());
        check("metrics,agents", Group::Agents.scenarios().len());
    }

    #[test]
    fn an_unknown_name_lists_what_there_is() {
        for text in ["enqeue", "tasks,,memory", ""] {
            let error = text.parse::<Suite>().unwrap_err();
            for name in ["election", "metrics-disk", "lifecycle"] {
                assert!(error.contains(name), "{text}: {error}");
            }
        }
        assert!("metrics,metrics-disk".parse::<Suite>().is_err());
    }
}
