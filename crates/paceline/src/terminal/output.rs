//! Answers on the output stream, remarks on the error stream. Owns `--format`; refuses to treat a
//! reader that went away, such as `head`, as a failure.

use std::io::{ErrorKind, IsTerminal, Write, stdout};

use serde::Serialize;

use super::table::{View, columns};
use crate::failure::Failure;

/// A table for people, or for programs the same JSON that the HTTP API answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    #[default]
    Table,
    Json,
}

/// An answer with a form for people beside the JSON.
pub trait Present: Serialize {
    fn view(&self) -> View;
}

pub fn print(answer: &impl Present, format: Format) -> Result<(), Failure> {
    match format {
        Format::Table => print_text(&answer.view().render(columns())),
        Format::Json => print_text(&json(answer)?),
    }
}

fn json(answer: &impl Serialize) -> Result<String, Failure> {
    let text = if stdout().is_terminal() {
        serde_json::to_string_pretty(answer)
    } else {
        serde_json::to_string(answer)
    };
    text.map(|text| text + "\n")
        .map_err(|error| Failure::to("write the answer as JSON", &error))
}

pub fn print_text(text: &str) -> Result<(), Failure> {
    let mut out = stdout().lock();
    let outcome = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    match outcome {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::to("write to the output", &error))
        }
        _ => Ok(()),
    }
}
/// A remark that is no part of the answer.
pub fn say(text: impl AsRef<str>) {
    // A closed error stream must not end a server.
    let _ = writeln!(std::io::stderr().lock(), "{}", text.as_ref());
}
