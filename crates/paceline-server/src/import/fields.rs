//! Fields of records that others wrote. Owns the tolerance for their spellings: a field may be
//! absent, null, empty, or of a neighbouring type; refuses to fill in what is not there.

use paceline_core::{AgentId, Timestamp, limits};
use serde_json::Value;

/// The first of the fields that holds text.
pub(super) fn text(row: &Value, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| match row.get(name)? {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

pub(super) fn number(row: &Value, names: &[&str]) -> Option<f64> {
    names
        .iter()
        .find_map(|name| row.get(name)?.as_f64())
        .filter(|number| number.is_finite())
}

pub(super) fn count(row: &Value, names: &[&str]) -> Option<u64> {
    let number = number(row, names)?;
    // Stores count to 2^63.
    (0.0 <= number).then_some((number as u64).min(i64::MAX.unsigned_abs()))
}

/// RFC 3339 with or without milliseconds, or milliseconds since 1970.
pub(super) fn time(row: &Value, names: &[&str]) -> Option<Timestamp> {
    names.iter().find_map(|name| match row.get(name)? {
        Value::String(text) => time_of(text),
        Value::Number(number) => number.as_f64().map(|ms| Timestamp(ms as i64)),
        _ => None,
    })
}

pub(super) fn time_of(text: &str) -> Option<Timestamp> {
    let parsed: paceline_api::Timestamp = text.trim().parse().ok()?;
    Some(Timestamp(parsed.as_millis()))
}

pub(super) fn agent(row: &Value, names: &[&str]) -> Option<AgentId> {
    AgentId::parse(text(row, names)?).ok()
}

/// At most so many characters, `…` in place of the rest.
pub(super) fn shortened(text: &str, chars_max: usize) -> String {
    if text.chars().count() <= chars_max {
        return text.to_owned();
    }
    let kept: String = text.chars().take(chars_max - 1).collect();
    format!("{kept}…")
}

/// An object's fields other than those named, as JSON; `None` when there are none or too many.
pub(super) fn others(row: &Value, taken: &[&str]) -> Option<paceline_core::Json> {
    let object = row.as_object()?;
    let rest: serde_json::Map<String, Value> = object
        .iter()
        .filter(|(name, value)| !taken.contains(&name.as_str()) && !value.is_null())
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    if rest.is_empty() {
        return None;
    }
    json(&Value::Object(rest))
}

/// A value as compact text, unless it is larger than any stored one may be.
pub(super) fn json(value: &Value) -> Option<paceline_core::Json> {
    let text = value.to_string();
    (text.len() <= limits::JSON_BYTES_MAX).then(|| paceline_core::Json::trusted(text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn times_come_in_three_spellings() {
        let check = |value: Value, expected: Option<i64>| {
            assert_eq!(
                time(&json!({"at": value}), &["when", "at"]),
                expected.map(Timestamp),
                "{value}"
            );
        };
        check(json!("2026-01-07T14:00:25Z"), Some(1_767_794_425_000));
        check(json!("2026-01-07T14:00:25.120Z"), Some(1_767_794_425_120));
        check(json!(1_767_794_425_000_i64), Some(1_767_794_425_000));
        check(json!("yesterday"), None);
        check(json!(null), None);
    }

    #[test]
    fn what_is_not_there_stays_absent() {
        let row = json!({"empty": " ", "null": null, "seven": 7, "list": []});
        assert_eq!(text(&row, &["empty", "null", "list", "missing"]), None);
        assert_eq!(text(&row, &["empty", "seven"]).as_deref(), Some("7"));
        assert_eq!(number(&row, &["empty", "seven"]), Some(7.0));
        assert_eq!(others(&row, &["empty", "seven", "list"]), None);
        assert!(others(&row, &["empty", "list"]).is_some());
    }

    #[test]
    fn long_text_says_that_it_was_cut() {
        assert_eq!(shortened("äöü", 3), "äöü");
        assert_eq!(shortened("äöüß", 3), "äö…");
    }
}
