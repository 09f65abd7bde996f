//! Values that several commands take. Owns how JSON, times and guards are written on a command
//! line; refuses to check limits: the server's answer says them.

use std::io::Read;
use std::str::FromStr;

use clap::Args;
use paceline_api::{Recipient, StrictJson, Timestamp};

use crate::failure::Failure;

/// Binds a change to the current epoch of an election.
#[derive(Args, Clone, Debug, Default)]
pub struct Guard {
    /// Refuse unless `--epoch` is this election's current one
    #[arg(long, value_name = "NAME", requires = "epoch", help_heading = "Guard")]
    pub election: Option<String>,
    /// The epoch that must still be current
    #[arg(long, value_name = "N", requires = "election", help_heading = "Guard")]
    pub epoch: Option<u64>,
}

/// JSON, or a bare word, which is a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonArgument(pub StrictJson);

impl FromStr for JsonArgument {
    type Err = String;

    /// What begins like an object, an array or a string has to be one: a missing brace is a slip,
    /// not a text.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_structured = text.trim_start().starts_with(['{', '[', '"']);
        match StrictJson::from_str(text) {
            Ok(json) => Ok(Self(json)),
            Err(error) if is_structured => Err(format!("no valid JSON: {error}")),
            Err(_) => {
                let quoted = serde_json::to_string(text).map_err(|error| error.to_string())?;
                StrictJson::from_str(&quoted)
                    .map(Self)
                    .map_err(|error| error.to_string())
            }
        }
    }
}

pub fn json(argument: Option<JsonArgument>) -> Option<StrictJson> {
    argument.map(|argument| argument.0)
}

/// An RFC 3339 time, or a span from now such as `2h` or `90m`.
pub fn time_or_span(text: &str) -> Result<Timestamp, String> {
    time_at(text, jiff::Timestamp::now(), 1)
}

/// The same of what has been: a span goes back from now.
pub fn time_or_span_back(text: &str) -> Result<Timestamp, String> {
    time_at(text, jiff::Timestamp::now(), -1)
}

fn time_at(text: &str, now: jiff::Timestamp, direction: i64) -> Result<Timestamp, String> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time);
    }
    let refused = || "not a time such as `2026-10-05T14:03:07Z` nor a span such as `2h`".to_owned();
    let seconds = span_seconds(text).ok_or_else(refused)?;
    let ms = now
        .as_millisecond()
        .saturating_add(seconds.saturating_mul(1_000 * direction));
    Ok(Timestamp::from_millis(ms))
}

/// `90s`, `90m`, `2h` or `7d`.
pub fn span_seconds(text: &str) -> Option<i64> {
    let (at, unit) = text.char_indices().next_back()?;
    let factor = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return None,
    };
    let number: u32 = text[..at].parse().ok()?;
    i64::from(number).checked_mul(factor)
}

/// `agent:ID`, `role:NAME`, `topic:NAME`, `all`, or an agent's id alone.
pub fn recipient(text: &str) -> Result<Recipient, String> {
    let named = |name: &str, of: fn(String) -> Recipient| match name {
        "" => Err("the name after the colon is missing".to_owned()),
        name => Ok(of(name.to_owned())),
    };
    match text.split_once(':') {
        Some(("agent", id)) => named(id, Recipient::Agent),
        Some(("role", name)) => named(name, Recipient::Role),
        Some(("topic", name)) => named(name, Recipient::Topic),
        None if text == "all" => Ok(Recipient::All),
        None if text.starts_with("agt_") => Ok(Recipient::Agent(text.to_owned())),
        _ => Err("not one of `agent:ID`, `role:NAME`, `topic:NAME` or `all`".to_owned()),
    }
}

/// Text of a file, or of the input stream for `-`.
pub fn read_text(path: &str) -> Result<String, Failure> {
    let mut text = String::new();
    let outcome = match path {
        "-" => std::io::stdin().lock().read_to_string(&mut text).map(drop),
        path => std::fs::read_to_string(path).map(|read| text = read),
    };
    outcome.map_err(|error| Failure::to(format_args!("read `{path}`"), &error))?;
    Ok(text)
}

/// `None` for a list that was not given, so that the server's default holds.
pub fn list(values: Vec<String>) -> Option<Vec<String>> {
    Some(values).filter(|values| !values.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_taken_as_it_is_and_a_bare_word_is_a_string() {
        let check = |text: &str, expected: Option<&str>| {
            let parsed = text.parse::<JsonArgument>().ok();
            assert_eq!(
                parsed.as_ref().map(|json| json.0.as_str()),
                expected,
                "{text}"
            );
        };
        check(r#"{ "a": 1 }"#, Some(r#"{"a":1}"#));
        check("42", Some("42"));
        check("null", Some("null"));
        check("write tests", Some(r#""write tests""#));
        check("say \"hi\"", Some(r#""say \"hi\"""#));
        check(r#"{"a": 1"#, None);
        check("[1, 2", None);
    }

    #[test]
    fn a_time_is_a_moment_or_a_span_from_now() {
        let now = "2026-10-05T12:00:00Z".parse().unwrap();
        let check = |text: &str, expected: Option<&str>| {
            let found = time_at(text, now, 1).ok().map(|time| time.to_string());
            assert_eq!(found.as_deref(), expected, "{text}");
        };
        check(
            "2026-10-05T14:03:07+02:00",
            Some("2026-10-05T12:03:07.000Z"),
        );
        check("90s", Some("2026-10-05T12:01:30.000Z"));
        check("2h", Some("2026-10-05T14:00:00.000Z"));
        check("7d", Some("2026-10-12T12:00:00.000Z"));
        for text in ["", "h", "2", "-2h", "2w", "é", "tomorrow"] {
            check(text, None);
        }
        let back = time_at("2h", now, -1).map(|time| time.to_string());
        assert_eq!(back.as_deref(), Ok("2026-10-05T10:00:00.000Z"));
    }

    #[test]
    fn a_recipient_is_named_by_kind() {
        let check = |text: &str, expected: Option<Recipient>| {
            assert_eq!(recipient(text).ok(), expected, "{text}");
        };
        check("agent:a", Some(Recipient::Agent("a".into())));
        check("agt_1", Some(Recipient::Agent("agt_1".into())));
        check("role:reviewer", Some(Recipient::Role("reviewer".into())));
        check("topic:x:y", Some(Recipient::Topic("x:y".into())));
        check("all", Some(Recipient::All));
        check("role:", None);
        check("everyone", None);
    }
}
