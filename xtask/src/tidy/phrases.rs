//! Phrases that do not belong in the repository. Owns the table of them with what to write instead;
//! refuses matters of taste.

use anyhow::Result;

use super::House;

struct Phrase {
    /// Split in two, so that this table does not find itself.
    text: [&'static str; 2],
    /// Whether what follows makes it acceptable.
    unless_followed_by: &'static str,
    rust_only: bool,
    instead: &'static str,
}

const PHRASES: &[Phrase] = &[
    anywhere(
        "TO",
        "DO",
        "(#",
        "write `TODO(#12)` with an issue, or nothing",
    ),
    anywhere(
        "FIX",
        "ME",
        "(#",
        "mend it, or write `TODO(#12)` with an issue",
    ),
    rust(
        "#[ig",
        "nore",
        "a test that does not run does not exist: mend it or delete it",
    ),
    rust("to", "do!(", "write it, or leave it out"),
    rust("unimple", "mented!(", "write it, or leave it out"),
    rust("#[al", "low(", "write `#[expect(…, reason = \"…\")]`"),
    rust("#![al", "low(", "write `#![expect(…, reason = \"…\")]`"),
];

/// Home folders of one machine; others have other ones.
const MACHINE_FOLDERS: &[&str] = &["work", "root", "home", "Users"];

const fn anywhere(
    start: &'static str,
    end: &'static str,
    unless_followed_by: &'static str,
    instead: &'static str,
) -> Phrase {
    Phrase {
        text: [start, end],
        unless_followed_by,
        rust_only: false,
        instead,
    }
}

const fn rust(start: &'static str, end: &'static str, instead: &'static str) -> Phrase {
    Phrase {
        text: [start, end],
        unless_followed_by: "\0",
        rust_only: true,
        instead,
    }
}

pub fn check(house: &House) -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    for source in &house.sources {
        for (number, line) in source.text.lines().enumerate() {
            let place = format!("{}:{}", source.path, number + 1);
            let unwanted = PHRASES
                .iter()
                .filter(|phrase| source.is_rust() || !phrase.rust_only);
            complaints.extend(
                unwanted
                    .filter(|phrase| occurs(line, phrase))
                    .map(|phrase| {
                        format!("{place}: `{}`: {}", phrase.text.concat(), phrase.instead)
                    }),
            );
            if let Some(folder) = machine_path(line) {
                complaints.push(format!(
                    "{place}: `/{folder}/…` is a path of one machine: take it as an argument"
                ));
            }
        }
    }
    Ok(complaints)
}

fn occurs(line: &str, phrase: &Phrase) -> bool {
    let text = phrase.text.concat();
    line.match_indices(&text).any(|(at, _)| {
        let after = &line[at + text.len()..];
        let inside_word = line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        !inside_word && !after.starts_with(phrase.unless_followed_by)
    })
}

fn machine_path(line: &str) -> Option<&'static str> {
    MACHINE_FOLDERS.iter().copied().find(|folder| {
        let path = format!("/{folder}/");
        line.match_indices(&path).any(|(at, _)| {
            // `a/home/b` and `x.y/home/` are relative paths or URLs.
            !line[..at].ends_with(|c: char| c.is_alphanumeric() || "_.}-".contains(c))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machine_paths_are_found_and_urls_are_not() {
        let check = |line: &str, expected| assert_eq!(machine_path(line), expected, "{line}");
        check(&["cd /ho", "me/x/y"].concat(), Some("home"));
        check(&["\"/ro", "ot/.cargo\""].concat(), Some("root"));
        check("https://example.org/home/page", None);
        check("docs/work/notes", None);
    }

    #[test]
    fn an_anonymous_reminder_is_found_and_one_with_an_issue_is_not() {
        let check = |line: &str, expected| {
            let found = PHRASES.iter().any(|phrase| occurs(line, phrase));
            assert_eq!(found, expected, "{line}");
        };
        check(&["// TO", "DO: later"].concat(), true);
        check("// TODO(#12): later", false);
        check(&["#[ig", "nore]"].concat(), true);
        check("let todos = 3;", false);
    }
}
