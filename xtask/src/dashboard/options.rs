//! The command line of `bench-dashboard`. Owns sizes and their defaults; refuses what it does not know.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail, ensure};

pub const USAGE: &str = "\
  bench-dashboard [--agents N] [--rate OPERATIONS A SECOND] [--seconds N] [--folder DIR] [--no-document]
              [--binary FILE, a release build to measure instead of building one]
                the fleet page in headless Chromium beside a fleet that lives: from commit to the
                painted number, the main thread, bytes on the wire, the first paint; writes
                target/bench-dashboard.json and its section of docs/benchmarks.md
";

#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    pub agents: u64,
    /// Operations a second.
    pub rate: u64,
    /// Measured, after the warm-up.
    pub seconds: u64,
    /// On a disk: a file system in memory has nothing to sync.
    pub folder: PathBuf,
    /// A release build of Paceline to measure instead of building one.
    pub binary: Option<PathBuf>,
    pub writes_document: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            agents: 2_000,
            rate: 2_000,
            seconds: 30,
            folder: PathBuf::from("/var/tmp"),
            binary: None,
            writes_document: true,
        }
    }
}

impl Options {
    pub fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut options = Self::default();
        while let Some(flag) = arguments.next() {
            if flag == "--no-document" {
                options.writes_document = false;
                continue;
            }
            let value = arguments.next();
            let value = value.with_context(|| format!("`{flag}` has no value"))?;
            options.set(&flag, &value)?;
        }
        Ok(options)
    }

    fn set(&mut self, flag: &str, value: &str) -> Result<()> {
        let number = || -> Result<u64> {
            let number = value.parse().unwrap_or(0);
            ensure!(0 < number, "`{flag}` takes a number from 1, not `{value}`");
            Ok(number)
        };
        match flag {
            "--agents" => self.agents = number()?,
            "--rate" => self.rate = number()?,
            "--seconds" => self.seconds = number()?,
            "--binary" => self.binary = Some(std::path::absolute(value)?),
            "--folder" => self.folder = PathBuf::from(value),
            _ => bail!("`{flag}` is no option of bench-dashboard\n{USAGE}"),
        }
        Ok(())
    }

    /// The command that makes the same run again.
    pub fn command(&self) -> String {
        let mut command = "cargo xtask bench-dashboard".to_owned();
        let usual = Self::default();
        for (flag, value, usual) in [
            ("--agents", self.agents, usual.agents),
            ("--rate", self.rate, usual.rate),
            ("--seconds", self.seconds, usual.seconds),
        ] {
            if value != usual {
                command.push_str(&format!(" {flag} {value}"));
            }
        }
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Options> {
        Options::parse(text.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn the_printed_command_makes_the_same_run() {
        let check = |text: &str| {
            let command = parse(text).unwrap().command();
            let expected = format!("cargo xtask bench-dashboard {text}");
            assert_eq!(command, expected.trim());
        };
        check("");
        check("--agents 100 --rate 50 --seconds 5");
        assert!(!parse("--no-document").unwrap().writes_document);
    }

    #[test]
    fn what_is_not_known_is_refused() {
        let check = |text: &str, words: &str| {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        };
        check("--fast", "`--fast` has no value");
        check("--fast 7", "`--fast` is no option");
        check("--rate 0", "`--rate` takes a number");
    }
}
