//! The command line of `bench-peers`. Owns sizes and their defaults; refuses what it does not know.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail, ensure};

use super::peer::{Card, Group};
use super::work::Kind;

pub const USAGE: &str = "\
  bench-peers [--quick] [--rounds N] [--only NAME,…] [--seconds N] [--folder DIR]
              [--queue-tasks N] [--queue-messages N] [--queue-notes N]
              [--mcp-tasks N] [--mcp-messages N] [--mcp-notes N] [--no-document]
              [--binary FILE, a release build to measure instead of building one]
                the same work on Paceline and on what package registries offer: lost, doubled,
                throughput, latency; writes target/bench-peers.json and its section of
                docs/benchmarks.md (not with --quick or --only)
";

/// How much of each kind; a lone client does a quarter of the tasks first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    pub tasks: u64,
    pub messages: u64,
    pub notes: u64,
}

impl Sizes {
    pub fn of(&self, kind: Kind) -> u64 {
        match kind {
            Kind::Task => self.tasks,
            Kind::Message => self.messages,
            Kind::Note => self.notes,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Options {
    pub rounds: usize,
    /// No client begins anything after so long in a phase.
    pub seconds: u64,
    pub queues: Sizes,
    pub mcp: Sizes,
    pub only: Vec<String>,
    /// On a disk: a file system in memory has nothing to sync.
    pub folder: PathBuf,
    /// A release build of Paceline to measure instead of building one.
    pub binary: Option<PathBuf>,
    pub is_quick: bool,
    pub writes_document: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            rounds: 3,
            seconds: 30,
            queues: sizes(2_000, 1_000),
            mcp: sizes(80, 48),
            only: Vec::new(),
            folder: PathBuf::from("/var/tmp"),
            binary: None,
            is_quick: false,
            writes_document: true,
        }
    }
}

const fn sizes(tasks: u64, others: u64) -> Sizes {
    Sizes {
        tasks,
        messages: others,
        notes: others,
    }
}

impl Options {
    pub fn parse(arguments: impl Iterator<Item = String>) -> Result<Self> {
        let arguments: Vec<_> = arguments.collect();
        let mut options = Self::default();
        if arguments.iter().any(|argument| argument == "--quick") {
            options.rounds = 1;
            options.seconds = 10;
            options.queues = sizes(400, 200);
            options.mcp = sizes(24, 16);
            options.is_quick = true;
            options.writes_document = false;
        }
        let mut arguments = arguments.into_iter();
        while let Some(flag) = arguments.next() {
            match flag.as_str() {
                "--quick" => {}
                "--no-document" => options.writes_document = false,
                _ => {
                    let value = arguments.next();
                    options.set(
                        &flag,
                        &value.with_context(|| format!("`{flag}` has no value"))?,
                    )?;
                }
            }
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
            "--rounds" => self.rounds = usize::try_from(number()?)?,
            "--seconds" => self.seconds = number()?,
            "--queue-tasks" => self.queues.tasks = number()?,
            "--queue-messages" => self.queues.messages = number()?,
            "--queue-notes" => self.queues.notes = number()?,
            "--mcp-tasks" => self.mcp.tasks = number()?,
            "--mcp-messages" => self.mcp.messages = number()?,
            "--mcp-notes" => self.mcp.notes = number()?,
            "--binary" => self.binary = Some(std::path::absolute(value)?),
            "--folder" => self.folder = PathBuf::from(value),
            "--only" => {
                self.only = value.split(',').map(str::to_owned).collect();
                self.writes_document = false;
            }
            _ => bail!("`{flag}` is no option of bench-peers\n{USAGE}"),
        }
        Ok(())
    }

    pub fn sizes(&self, group: Group) -> &Sizes {
        match group {
            Group::Queues => &self.queues,
            Group::Coordination => &self.mcp,
        }
    }

    /// Paceline is always there; the others where nobody was named, or where they were, by name or
    /// by their group's.
    pub fn includes(&self, card: &Card) -> bool {
        let named =
            |name: &String| name.eq_ignore_ascii_case(card.name) || name == card.group.name();
        self.only.is_empty() || self.only.iter().any(named)
    }

    /// The command that makes the same run again.
    pub fn command(&self) -> String {
        let mut command = "cargo xtask bench-peers".to_owned();
        let plain = if self.is_quick {
            command.push_str(" --quick");
            Self::parse(["--quick".to_owned()].into_iter()).unwrap_or_default()
        } else {
            Self::default()
        };
        let mut add = |flag: &str, value: String, usual: String| {
            if value != usual {
                command.push_str(&format!(" {flag} {value}"));
            }
        };
        add(
            "--rounds",
            self.rounds.to_string(),
            plain.rounds.to_string(),
        );
        add(
            "--seconds",
            self.seconds.to_string(),
            plain.seconds.to_string(),
        );
        for (group, had, usual) in [
            ("queue", self.queues, plain.queues),
            ("mcp", self.mcp, plain.mcp),
        ] {
            for kind in Kind::ALL {
                let flag = format!("--{group}-{}s", kind.name());
                add(&flag, had.of(kind).to_string(), usual.of(kind).to_string());
            }
        }
        add("--only", self.only.join(","), String::new());
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
            assert_eq!(command, format!("cargo xtask bench-peers {text}").trim());
        };
        check("");
        check("--quick");
        check("--quick --seconds 5 --mcp-notes 7");
        check("--rounds 5 --queue-tasks 9 --only Redis,ruflo");
    }

    #[test]
    fn what_is_not_known_is_refused() {
        let check = |text: &str, words: &str| {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        };
        check("--fast", "`--fast` has no value");
        check("--fast 7", "`--fast` is no option");
        check("--rounds none", "`--rounds` takes a number");
        check("--rounds 0", "`--rounds` takes a number");
    }
}
