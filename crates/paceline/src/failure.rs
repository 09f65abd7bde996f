//! Why a command ends badly. Owns exit codes and the two lines on the error stream: one sentence,
//! one hint. Refuses stack traces and chains of causes: the sentence holds what the user needs.

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;

use paceline_api::ErrorCode;
use paceline_client::ClientError;

const TOKEN_HINT: &str =
    "pass a token with `--token` or PACELINE_TOKEN; `paceline token create` makes one";

/// How a command ended, as the shell sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Ok = 0,
    Failed = 1,
    BadUsage = 2,
    /// The command worked, and what it checked is not as it should be.
    CheckFailed = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub exit: Exit,
    pub sentence: String,
    /// Lines that show the place, already without control characters.
    pub excerpt: Option<String>,
    pub hint: Option<String>,
}

impl Failure {
    pub fn new(sentence: impl Into<String>) -> Self {
        Self {
            exit: Exit::Failed,
            sentence: sentence.into(),
            excerpt: None,
            hint: None,
        }
    }

    pub fn usage(sentence: impl Into<String>) -> Self {
        Self {
            exit: Exit::BadUsage,
            ..Self::new(sentence)
        }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub fn excerpt(mut self, lines: impl Into<String>) -> Self {
        self.excerpt = Some(lines.into());
        self
    }

    /// `failed to <fragment>: <innermost cause>`.
    pub fn to(fragment: impl std::fmt::Display, cause: &(dyn Error + 'static)) -> Self {
        Self::new(format!("failed to {fragment}: {}", innermost(cause)))
    }

    pub fn text(&self) -> String {
        let mut text = format!("error: {}\n", one_line(&self.sentence));
        if let Some(excerpt) = &self.excerpt {
            text.push_str(excerpt);
            text.push('\n');
        }
        if let Some(hint) = &self.hint {
            text.push_str(&format!("hint: {}\n", one_line(hint)));
        }
        text
    }

    /// There is nowhere left to report a failing error stream to.
    pub fn report(&self) -> ExitCode {
        let _ = std::io::stderr().lock().write_all(self.text().as_bytes());
        self.exit.into()
    }
}

/// What the user can act on is at the end of the chain: "connection refused", not "client error".
pub fn innermost<'e>(error: &'e (dyn Error + 'static)) -> &'e (dyn Error + 'static) {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error
}

/// Messages may quote what agents wrote; neither line breaks nor escape codes reach the terminal.
fn one_line(text: &str) -> String {
    let visible = text.split(|character: char| character.is_control());
    visible
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        let fragment = error.to_string();
        match error {
            ClientError::Api { body, .. } => {
                let hint = match body.error.code {
                    // The server speaks of headers, which are not at hand here.
                    ErrorCode::Unauthenticated => Some(TOKEN_HINT.to_owned()),
                    _ => body.error.hint,
                };
                Self {
                    hint,
                    ..Self::new(body.error.message)
                }
            }
            ClientError::Address { source, .. } => Self {
                exit: Exit::BadUsage,
                ..Self::to(fragment, &*source).hint("an address looks like `http://127.0.0.1:7717`")
            },
            ClientError::Transport { source, .. } => Self::to(fragment, &*source)
                .hint("start a server with `paceline serve`, or name one with `--url`"),
            ClientError::TimedOut { .. } => Self::new(format!("failed to {fragment}"))
                .hint("nobody knows whether the server acted; look before you repeat it"),
            ClientError::Decode { source, .. } => Self::to(fragment, &*source)
                .hint("`--url` may name something that is not a Paceline server"),
            ClientError::Setup { source } | ClientError::Encode { source, .. } => {
                Self::to(fragment, &*source)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_one_sentence_and_a_hint() {
        let failure = Failure::new("the task\n`tsk_\u{1b}[31m1` is gone").hint("list them");
        assert_eq!(
            failure.text(),
            "error: the task `tsk_ [31m1` is gone\nhint: list them\n"
        );
        assert_eq!(Failure::new("no").text(), "error: no\n");
    }

    #[test]
    fn exit_codes_are_the_published_ones() {
        let codes = [Exit::Ok, Exit::Failed, Exit::BadUsage, Exit::CheckFailed];
        assert_eq!(codes.map(|exit| exit as u8), [0, 1, 2, 3]);
        assert_eq!(Failure::new("no").exit, Exit::Failed);
        assert_eq!(Failure::usage("no").exit, Exit::BadUsage);
    }

    #[test]
    fn the_innermost_cause_is_what_is_told() {
        let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
        let error = ClientError::Transport {
            url: "http://127.0.0.1:1".to_owned(),
            source: Box::new(refused),
        };
        let failure = Failure::from(error);
        let expected = "failed to reach the server at `http://127.0.0.1:1`: connection refused";
        assert_eq!(failure.sentence, expected);
        assert!(failure.hint.unwrap().contains("paceline serve"));
    }
}
