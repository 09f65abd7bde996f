//! What to run. Owns the readings of `--suite`, `--age` and `--url`; refuses to know the command
//! line that they came from.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use crate::metrics::{Measure, MetricsOptions, Peer};
use crate::scenario::{self, Scenario};

/// Everything that a user can choose.
#[derive(Clone, Debug)]
pub struct Options {
    pub suite: Suite,
    /// Clients of the scenarios that have many.
    pub concurrency: usize,
    /// Arrivals a second of the open-loop scenarios, instead of their own.
    pub rate: Option<u64>,
    /// How long each run of each scenario is measured, after its warm-up.
    pub duration: Duration,
    /// Fresh server processes per scenario.
    pub runs: usize,
    /// Stored tasks and messages to compare; empty for no ageing.
    pub ages: Vec<u64>,
    /// A server that is already running, instead of own ones.
    pub url: Option<String>,
    /// Lets `url` leave this machine.
    pub allow_remote: bool,
    /// Where the servers keep their data; the system's temporary folder unless said.
    pub data: Option<PathBuf>,
    /// The binary that knows `serve` and `bench-ceiling`; this one unless said.
    pub program: Option<PathBuf>,
    /// Of the metrics suites.
    pub metrics: MetricsOptions,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            suite: Suite::All,
            concurrency: 64,
            rate: None,
            duration: Duration::from_secs(3),
            runs: 5,
            ages: Vec::new(),
            url: None,
            allow_remote: false,
            data: None,
            program: None,
            metrics: MetricsOptions::default(),
        }
    }
}

/// Which scenarios run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Suite {
    All,
    /// Only those that have a target.
    Targets,
    /// None; for `--age` alone.
    None,
    Named(Vec<Scenario>),
    /// The metrics engine, beside its peers.
    Metrics(Measure),
}

impl Suite {
    pub fn scenarios(&self) -> Vec<Scenario> {
        let all = Scenario::ALL.iter().copied();
        match self {
            Self::All => all.collect(),
            Self::Targets => all.filter(|one| !one.spec().targets.is_empty()).collect(),
            Self::None | Self::Metrics(_) => Vec::new(),
            Self::Named(named) => named.clone(),
        }
    }
}

impl Suite {
    pub fn metrics(&self) -> Option<Measure> {
        match self {
            Self::Metrics(measure) => Some(*measure),
            _ => None,
        }
    }

    /// How long each run is measured unless the user says.
    pub fn duration(&self) -> Duration {
        match self {
            Self::Metrics(Measure::Scale) => Duration::from_secs(600),
            Self::Metrics(_) => Duration::from_secs(10),
            _ => Options::default().duration,
        }
    }

    /// How many runs there are unless the user says.
    pub fn runs(&self) -> usize {
        match self {
            Self::Metrics(Measure::Scale) => 1,
            Self::Metrics(_) => 3,
            _ => Options::default().runs,
        }
    }

    /// Which peers are measured beside Paceline unless the user says.
    pub fn peers(&self) -> Vec<Peer> {
        match self {
            Self::Metrics(Measure::Scale | Measure::Days) => Vec::new(),
            _ => Peer::OTHERS.to_vec(),
        }
    }
}

impl FromStr for Suite {
    type Err = String;

    /// `all`, `targets`, `none`, a metrics suite, or names of scenarios separated by commas.
    fn from_str(text: &str) -> Result<Self, String> {
        match text.trim() {
            "all" => Ok(Self::All),
            "targets" => Ok(Self::Targets),
            "none" => Ok(Self::None),
            "metrics" => Ok(Self::Metrics(Measure::All)),
            "metrics-load" => Ok(Self::Metrics(Measure::Load)),
            "metrics-disk" => Ok(Self::Metrics(Measure::Disk)),
            "metrics-days" => Ok(Self::Metrics(Measure::Days)),
            "metrics-scale" => Ok(Self::Metrics(Measure::Scale)),
            names => {
                let names = names.split(',').map(str::trim);
                names
                    .map(scenario::by_name)
                    .collect::<Result<_, _>>()
                    .map(Self::Named)
            }
        }
    }
}

/// Reads `1000`, `1k` or `1M`.
pub fn parse_count(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let (digits, factor) = match text.char_indices().next_back() {
        Some((at, 'k' | 'K')) => (&text[..at], 1_000),
        Some((at, 'm' | 'M')) => (&text[..at], 1_000_000),
        _ => (text, 1),
    };
    let count: Option<u64> = digits.parse().ok().filter(|&count| 0 < count);
    count
        .and_then(|count: u64| count.checked_mul(factor))
        .ok_or_else(|| format!("`{text}` is not a count such as `1k` or `1M`"))
}

impl Options {
    pub(crate) fn check(&self) -> Result<()> {
        ensure!(
            0 < self.concurrency,
            "the concurrency is 0: at least one client is needed"
        );
        ensure!(
            0 < self.runs,
            "the number of runs is 0: at least one is needed"
        );
        ensure!(
            !self.duration.is_zero(),
            "the duration is 0: nothing would be measured"
        );
        let is_metrics = self.suite.metrics().is_some();
        let is_idle = self.suite.scenarios().is_empty() && self.ages.is_empty() && !is_metrics;
        ensure!(
            !is_idle,
            "neither scenarios nor ages are chosen: name some of {}",
            names()
        );
        ensure!(
            !is_metrics || self.url.is_none(),
            "the metrics suites need servers of their own, and `--url` names a running one"
        );
        self.metrics.check()?;
        ensure!(
            self.ages.is_empty() || self.url.is_none(),
            "ages need servers of their own, and `--url` names a running one"
        );
        Ok(())
    }

    /// The address behind `url`, refused unless it stays on this machine or the user said so.
    pub(crate) fn target(&self) -> Result<Option<SocketAddr>> {
        let Some(url) = &self.url else {
            return Ok(None);
        };
        let authority = url
            .strip_prefix("http://")
            .with_context(|| format!("`{url}` is not a URL such as `http://127.0.0.1:7717`"))?
            .trim_end_matches('/');
        let mut addresses = authority
            .to_socket_addrs()
            .with_context(|| format!("cannot find the host and port of `{url}`"))?;
        let address = addresses
            .next()
            .with_context(|| format!("`{url}` has no address"))?;
        if !address.ip().is_loopback() && !self.allow_remote {
            bail!("`{url}` is not on this machine; a load test of others needs `--allow-remote`");
        }
        Ok(Some(address))
    }
}

fn names() -> String {
    let names: Vec<_> = Scenario::ALL.iter().map(|one| one.spec().name).collect();
    format!(
        "all, targets, metrics, metrics-load, metrics-disk, metrics-days, metrics-scale, {}",
        names.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_with_their_suffix() {
        let check = |text, expected| assert_eq!(parse_count(text).ok(), expected, "{text}");
        check("1k", Some(1_000));
        check("1M", Some(1_000_000));
        check(" 250 ", Some(250));
        check("0", None);
        check("-1", None);
        check("k", None);
        check("", None);
        check("99999999999999999999M", None);
    }

    #[test]
    fn a_suite_is_a_word_or_a_list_of_scenarios() {
        let check = |text: &str, expected: usize| {
            let suite: Suite = text.parse().unwrap();
            assert_eq!(suite.scenarios().len(), expected, "{text}");
        };
        check("all", Scenario::ALL.len());
        check("none", 0);
        check("metrics", 0);
        check("metrics-scale", 0);
        check("enqueue, lifecycle", 2);
        let error = "enqeue".parse::<Suite>().unwrap_err();
        assert!(
            error.contains("`enqeue`") && error.contains("lifecycle"),
            "{error}"
        );
    }

    #[test]
    fn a_url_beyond_this_machine_is_refused_unless_allowed() {
        let target = |url: &str, allow_remote| {
            let options = Options {
                url: Some(url.into()),
                allow_remote,
                ..Options::default()
            };
            options.target()
        };
        assert!(target("http://127.0.0.1:7717/", false).unwrap().is_some());
        assert!(target("http://[::1]:7717", false).unwrap().is_some());
        let refused = target("http://192.0.2.1:7717", false)
            .unwrap_err()
            .to_string();
        assert!(refused.contains("--allow-remote"), "{refused}");
        assert!(target("http://192.0.2.1:7717", true).unwrap().is_some());
        assert!(target("https://127.0.0.1:7717", true).is_err());
        assert!(target("http://127.0.0.1", true).is_err());
    }

    #[test]
    fn choices_that_measure_nothing_are_refused() {
        let check = |options: Options| assert!(options.check().is_err());
        check(Options {
            runs: 0,
            ..Options::default()
        });
        check(Options {
            concurrency: 0,
            ..Options::default()
        });
        check(Options {
            duration: Duration::ZERO,
            ..Options::default()
        });
        check(Options {
            suite: Suite::None,
            ..Options::default()
        });
        assert!(Options::default().check().is_ok());
    }
}
