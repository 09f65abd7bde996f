//! Bad usage, told like any other failure. Owns the reading of the command line and the rewording
//! of the parser's complaints; refuses to know single commands.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

use crate::cli::Cli;
use crate::failure::Failure;

/// What the command line asks for.
pub enum Asked {
    Run(Box<Cli>),
    /// Help or version: text for the output stream, and nothing else to do.
    Text(clap::Error),
}

pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Asked, Failure> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    match Cli::try_parse_from(&arguments) {
        Ok(cli) => Ok(Asked::Run(Box::new(cli))),
        Err(error) if is_answer(error.kind()) => Ok(Asked::Text(error)),
        Err(error) => Err(reworded(&error, &command_of(&arguments))),
    }
}

fn is_answer(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::DisplayHelp | ErrorKind::DisplayVersion)
}

/// The parser writes paragraphs: the complaint, tips, the usage, where to find help.
fn reworded(error: &clap::Error, command: &str) -> Failure {
    let help = format!("`{command} --help` shows what it takes");
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return Failure::usage("a subcommand is missing").hint(help);
    }
    let text = error.to_string();
    let mut paragraphs = text.split("\n\n").map(joined);
    let complaint = paragraphs.next().unwrap_or_default();
    let complaint = complaint.strip_prefix("error: ").unwrap_or(&complaint);
    let tips = paragraphs.filter_map(|text| text.strip_prefix("tip: ").map(str::to_owned));
    let hints: Vec<String> = tips.chain([help]).collect();
    Failure::usage(complaint).hint(hints.join("; "))
}

/// `paceline task list` of `paceline task list --wrong`.
fn command_of(arguments: &[OsString]) -> String {
    let root = Cli::command();
    let (mut command, mut path) = (&root, vec![root.get_name()]);
    for argument in arguments.iter().skip(1) {
        let Some(name) = argument.to_str().filter(|name| !name.starts_with('-')) else {
            continue;
        };
        let Some(next) = command.find_subcommand(name) else {
            break;
        };
        path.push(next.get_name());
        command = next;
    }
    path.join(" ")
}

fn joined(paragraph: &str) -> String {
    paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
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
        check(
            &["task", "list", "--limit", "x"],
            "'x'",
            "`paceline task list --help`",
        );
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
