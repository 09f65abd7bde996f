//! Bad usage, told like any other failure. Owns the reading of the command line and the rewording
//! of the parser's complaints; refuses to know single commands.

use std::ffi::OsString;

use clap::Parser;
use clap::error::ErrorKind;

use crate::cli::Cli;
use crate::failure::Failure;

/// What the command line asks for.
pub enum Asked {
    Run(Box<Cli>),
    /// Help or version: text for the output stream, and nothing else to do.
    Text(clap::Error),
}

pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Asked, Failure> {
    match Cli::try_parse_from(arguments) {
        Ok(cli) => Ok(Asked::Run(Box::new(cli))),
        Err(error) if is_answer(error.kind()) => Ok(Asked::Text(error)),
        Err(error) if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            Err(Failure::usage("a subcommand is missing").hint(hints(&error.to_string())))
        }
        Err(error) => Err(reworded(&error.to_string())),
    }
}

fn is_answer(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::DisplayHelp | ErrorKind::DisplayVersion)
}

/// The parser writes paragraphs: the complaint, tips, the usage, where to find help.
fn reworded(text: &str) -> Failure {
    let complaint = text.split("\n\n").map(joined).next().unwrap_or_default();
    let complaint = complaint.strip_prefix("error: ").unwrap_or(&complaint);
    Failure::usage(complaint).hint(hints(text))
}

fn hints(text: &str) -> String {
    let mut hints: Vec<String> = Vec::new();
    for paragraph in text.split("\n\n").map(joined) {
        if let Some(tip) = paragraph.strip_prefix("tip: ") {
            hints.push(tip.to_owned());
        } else if let Some(usage) = paragraph.strip_prefix("Usage: ") {
            hints.push(format!(
                "`{} --help` shows what it takes",
                command_of(usage)
            ));
        }
    }
    if hints.is_empty() {
        "`--help` shows what there is".to_owned()
    } else {
        hints.join("; ")
    }
}

fn joined(paragraph: &str) -> String {
    paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `paceline task list` of `paceline task list [OPTIONS] …`.
fn command_of(usage: &str) -> String {
    let is_name = |word: &&str| word.starts_with(|first: char| first.is_ascii_lowercase());
    usage
        .split(' ')
        .take_while(is_name)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(arguments: &[&str], sentence: &str, hint: &str) {
        let words = std::iter::once("paceline").chain(arguments.iter().copied());
        let Err(failure) = read(words.map(OsString::from)) else {
            panic!("{arguments:?} is taken");
        };
        assert_eq!(failure.exit, crate::failure::Exit::BadUsage);
        assert!(failure.sentence.contains(sentence), "{}", failure.sentence);
        let found = failure.hint.unwrap();
        assert!(found.contains(hint), "{found}");
    }

    #[test]
    fn bad_usage_is_one_sentence_and_points_to_the_right_help() {
        check(&["task", "lst"], "unrecognized subcommand 'lst'", "'list'");
        check(
            &["task", "list", "--wrong"],
            "'--wrong'",
            "`paceline task list --help`",
        );
        check(&["task", "get"], "<TASK_ID>", "`paceline task get --help`");
        check(&["task", "list", "--limit", "x"], "'x'", "--help");
        check(
            &["task"],
            "a subcommand is missing",
            "`paceline task --help`",
        );
        check(&[], "a subcommand is missing", "`paceline --help`");
    }

    #[test]
    fn help_and_version_are_answers() {
        for arguments in [["paceline", "--help"], ["paceline", "--version"]] {
            let asked = read(arguments.map(OsString::from));
            assert!(matches!(asked, Ok(Asked::Text(_))));
        }
    }
}
