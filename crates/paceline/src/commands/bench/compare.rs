//! `paceline bench compare`. Owns its flags and its exit code; refuses to judge, which
//! `paceline-bench` does.

use clap::Args;
use paceline_bench::{Comparison, Shelf};

use super::of_bench;
use crate::failure::{Exit, Failure};
use crate::terminal::{Format, print_text};

/// Two results beside each other: what got slower, and how sure that is
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  paceline bench compare previous last
  paceline bench compare 2026-11-20 last --gate 0.1
  paceline bench compare main.json branch.json --format json

Exits with 3 when something got slower. Four runs a side are the least for a verdict; with many
operations ten are better.")]
pub struct Compare {
    /// The first: a file, `last`, `previous`, or the beginning of a kept result's name
    #[arg(value_name = "A")]
    before: String,
    /// The second, likewise
    #[arg(value_name = "B")]
    after: String,
    /// The least relative change that counts
    #[arg(long, default_value_t = 0.05, value_parser = gate, value_name = "SHARE")]
    gate: f64,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

fn gate(text: &str) -> Result<f64, String> {
    let share: Option<f64> = text.parse().ok();
    let share = share.filter(|share| share.is_finite() && 0.0 <= *share);
    share.ok_or_else(|| "not a share such as 0.05, which is 5 %".to_owned())
}

impl Compare {
    pub fn run(self, shelf: &Shelf) -> Result<(), Failure> {
        let comparison =
            Comparison::of(shelf, &self.before, &self.after, self.gate).map_err(|error| {
                Failure::new(format!("{error:#}"))
                    .hint("`paceline bench` keeps a result, `paceline bench history` lists them")
            })?;
        let text = comparison
            .render(of_bench(self.format))
            .map_err(|error| Failure::new(format!("{error:#}")))?;
        print_text(&text)?;
        if comparison.holds() {
            return Ok(());
        }
        Err(Failure {
            exit: Exit::CheckFailed,
            ..Failure::new("something got slower")
        }
        .hint("the table says what; `paceline bench history` shows since when"))
    }
}
