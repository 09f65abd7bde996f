//! `paceline export`. Owns where the lines go; refuses to change what they say.

use std::fs::File;
use std::io::{BufWriter, Write, stdout};
use std::path::PathBuf;

use clap::Args;
use paceline_server::export::{ExportError, ExportKind, Exported, export};

use crate::failure::Failure;
use crate::local::Local;
use crate::terminal::say;
use crate::terminal::words::count;

/// Write the record back in the formats that `import` reads
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  paceline export perf-metrics --output perf-metrics.jsonl
  paceline export agent-performance --data ./fleet | jq .

Kinds: perf-metrics, tool-timing, agent-performance, agent-health. Stop a server that runs on the
same directory first.")]
pub struct Export {
    /// What to write
    #[arg(value_name = "KIND", value_parser = kind)]
    kind: ExportKind,
    /// Write there instead of to the output stream
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    local: Local,
}

fn kind(text: &str) -> Result<ExportKind, String> {
    let known = ExportKind::ALL.map(ExportKind::as_str).join(", ");
    text.parse().map_err(|_| format!("there are {known}"))
}

impl Export {
    pub async fn run(self) -> Result<(), Failure> {
        let (opened, config) = self.local.open()?;
        let mut out = writer(self.output.as_ref())?;
        let now = opened.clock.now();
        let outcome = export(&*opened.store, &config.data, self.kind, now, &mut out).await;
        opened.close().await;
        tell(&outcome_or_closed(outcome)?);
        Ok(())
    }
}

fn writer(path: Option<&PathBuf>) -> Result<BufWriter<Box<dyn Write + Send>>, Failure> {
    let out: Box<dyn Write + Send> = match path {
        None => Box::new(stdout()),
        Some(path) => {
            let shown = path.display();
            let file = File::create(path)
                .map_err(|error| Failure::to(format_args!("write `{shown}`"), &error))?;
            Box::new(file)
        }
    };
    Ok(BufWriter::new(out))
}

/// A reader that went away, such as `head`, has what it wanted.
fn outcome_or_closed(outcome: Result<Exported, ExportError>) -> Result<Exported, Failure> {
    match outcome {
        Err(ExportError::Unwritable(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => {
            Ok(Exported::default())
        }
        other => other.map_err(Failure::from),
    }
}

fn tell(exported: &Exported) {
    say(format!("{} written", count(exported.rows, "row")));
    for bad in &exported.dropped.examples {
        say(format!(
            "left out: line {} of {}: {}",
            bad.line, bad.file, bad.reason
        ));
    }
    let shown = exported.dropped.examples.len() as u64;
    if shown < exported.dropped.total {
        say(format!("left out: {} more", exported.dropped.total - shown));
    }
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        Self::new(error.to_string()).hint("`paceline doctor` checks the data directory")
    }
}
