//! `paceline bench history`. Owns its flags; refuses to read results, which `paceline-bench` does.

use clap::Args;
use paceline_bench::{History, Shelf};

use super::of_bench;
use crate::failure::Failure;
use crate::terminal::{Format, print_text};

/// The kept results over time, with the steps in them
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  paceline bench history
  paceline bench history --operation claim_complete
  paceline bench history --format json")]
pub struct HistoryOf {
    /// One operation, result by result
    #[arg(long, value_name = "NAME")]
    operation: Option<String>,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl HistoryOf {
    pub fn run(self, shelf: &Shelf) -> Result<(), Failure> {
        let text = History::of(shelf, self.operation.as_deref())
            .and_then(|history| history.render(of_bench(self.format)))
            .map_err(|error| Failure::new(format!("{error:#}")))?;
        print_text(&text)
    }
}
