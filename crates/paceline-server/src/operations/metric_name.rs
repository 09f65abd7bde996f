//! Names of metrics and labels as the JSON API takes them: those that PromQL can write without
//! quotes. Other programs' names (remote write, OTLP) follow their own formats' rules.

use std::collections::BTreeMap;

use paceline_core::limits::METRIC_NAME_LENGTH_MAX;

use super::ApiFailure;
use super::failure::invalid;
use super::metric::AGENT_LABEL;
use crate::http::failure::shown;

pub(super) fn check_name(name: &str) -> Result<(), ApiFailure> {
    let is_letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_' || byte == b':';
    if METRIC_NAME_LENGTH_MAX < name.len() {
        let problem = format!("must be at most {METRIC_NAME_LENGTH_MAX} characters");
        return Err(invalid("name", &problem));
    }
    if is_word(name, is_letter) {
        return Ok(());
    }
    let problem = format!(
        "must be letters, digits, `_` and `:`, and not begin with a digit, got `{}`",
        shown(name)
    );
    Err(invalid("name", &problem))
}

pub(super) fn check_labels(labels: &BTreeMap<String, String>) -> Result<(), ApiFailure> {
    for (name, value) in labels {
        check_label(name)?;
        if value.chars().any(char::is_control) {
            let problem = format!("has a control character in `{name}`");
            return Err(invalid("labels", &problem));
        }
    }
    Ok(())
}

fn check_label(name: &str) -> Result<(), ApiFailure> {
    if name == AGENT_LABEL {
        let problem = "must not hold `agent`: say `agent_id` instead";
        return Err(invalid("labels", problem));
    }
    let is_letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    if name.len() <= METRIC_NAME_LENGTH_MAX && is_word(name, is_letter) && !name.starts_with("__") {
        return Ok(());
    }
    let problem = format!(
        "has the name `{}`: letters, digits and `_`, not beginning with a digit or `__`",
        shown(name)
    );
    Err(invalid("labels", &problem))
}

fn is_word(name: &str, is_letter: impl Fn(u8) -> bool) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(&is_letter)
        && bytes.all(|byte| byte.is_ascii_digit() || is_letter(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_promql_writes_without_quotes() {
        let check = |name: &str, expected| assert_eq!(check_name(name).is_ok(), expected, "{name}");
        check("a", true);
        check("build_queue_seconds", true);
        check("job:errors:rate5m", true);
        check("_x9", true);
        check("", false);
        check("9x", false);
        check("a.b", false);
        check("a b", false);
        check("a\u{0}", false);
        check("größe", false);
        check("<script>", false);
        check(&"a".repeat(METRIC_NAME_LENGTH_MAX), true);
        check(&"a".repeat(METRIC_NAME_LENGTH_MAX + 1), false);
    }

    #[test]
    fn labels_have_narrower_names_and_the_agent_is_said_elsewhere() {
        let check = |name: &str, value: &str, expected| {
            let labels = BTreeMap::from([(name.to_owned(), value.to_owned())]);
            assert_eq!(check_labels(&labels).is_ok(), expected, "{name}={value}");
        };
        check("tool", "Bash", true);
        check("le", "+Inf", true);
        check("tool", "größer <b>", true);
        check("tool", "", true);
        check("tool", "a\nb", false);
        check("agent", "agt_1", false);
        check("a:b", "x", false);
        check("__name__", "x", false);
        check("1", "x", false);
        check("", "x", false);
    }
}
