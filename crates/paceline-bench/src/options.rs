//! What to run. Owns the readings of `--age` and `--url` and what cannot go together; refuses to know
//! the command line that they came from.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use crate::choice::{Suite, choices};
use crate::metrics::MetricsOptions;

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
    /// Records of each kind in the stores to compare; empty for no ageing.
    pub ages: Vec<u64>,
    /// A server that is already running, instead of own ones.
    pub url: Option<String>,
    /// Lets `url` leave this machine.
    pub allow_remote: bool,
    /// Where the servers keep their data while they are measured; the system's temporary folder
    /// unless said.
    pub scratch: Option<PathBuf>,
    /// The binary that knows `serve` and `bench-ceiling`; this one unless said.
    pub program: Option<PathBuf>,
    /// What that binary was built from, for the result.
    pub commit: Option<String>,
    /// Of the metrics suites.
    pub metrics: MetricsOptions,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            suite: Suite::all(),
            concurrency: 64,
            rate: None,
            duration: Duration::from_secs(3),
            runs: 5,
            ages: Vec::new(),
            url: None,
            allow_remote: false,
            scratch: None,
            program: None,
            commit: None,
            metrics: MetricsOptions::default(),
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
            "neither scenarios nor ages are chosen: {}",
            choices()
        );
        ensure!(self.rate != Some(0), "the rate is 0: nothing would arrive");
        ensure!(
            !is_metrics || self.url.is_none(),
            "the metrics suites need servers of their own, and `--url` names a running one"
        );
        self.metrics.check()?;
        ensure!(
            self.ages.is_empty() || self.url.is_none(),
            "ages need servers of their own, and `--url` names a running one"
        );
        ensure!(
            self.ages.len() != 1,
            "one age alone shows no growth: name at least two, such as `--age 1k,10k,100k`"
        );
        let mut ages = self.ages.clone();
        ages.sort_unstable();
        ages.dedup();
        ensure!(ages.len() == self.ages.len(), "an age is named twice");
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
            suite: Suite::none(),
            ..Options::default()
        });
        check(Options {
            ages: vec![1_000],
            ..Options::default()
        });
        check(Options {
            ages: vec![1_000, 10, 1_000],
            ..Options::default()
        });
        assert!(Options::default().check().is_ok());
    }
}
