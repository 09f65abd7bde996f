//! Notes of an imported task: texts, texts that begin with a time in brackets, or objects. Owns
//! making them alike; a note's time is that of the task's last change where it has none.

use paceline_core::task::Note;
use paceline_core::{Timestamp, limits};
use serde_json::Value;

use crate::import::feed::Feed;
use crate::import::fields;

pub(super) fn notes(row: &Value, fallback: Timestamp, feed: &mut Feed<'_>) -> Vec<Note> {
    let mut notes: Vec<Note> = match row.get("notes") {
        Some(Value::Array(notes)) => notes.iter().filter_map(|one| note(one, fallback)).collect(),
        Some(one) => note(one, fallback).into_iter().collect(),
        None => Vec::new(),
    };
    if limits::NOTES_PER_TASK_MAX < notes.len() {
        let over = notes.len() - limits::NOTES_PER_TASK_MAX;
        feed.note(format!(
            "{over} notes beyond {} of one task are left out",
            limits::NOTES_PER_TASK_MAX
        ));
        notes.truncate(limits::NOTES_PER_TASK_MAX);
    }
    notes
}

fn note(value: &Value, fallback: Timestamp) -> Option<Note> {
    let (at, agent_id, text) = match value {
        Value::String(text) => {
            let (at, text) = dated(text);
            (at, None, text.to_owned())
        }
        Value::Object(_) => {
            let said = fields::text(value, &["text", "note", "content", "message"]);
            let at = fields::time(value, &["at", "timestamp", "created_at"]);
            let agent = fields::agent(value, &["agent_id", "agent", "author", "by"]);
            (at, agent, said.unwrap_or_else(|| value.to_string()))
        }
        Value::Null => return None,
        other => (None, None, other.to_string()),
    };
    let text = fields::shortened(text.trim(), limits::NOTE_LENGTH_MAX);
    (!text.is_empty()).then(|| Note {
        at: at.unwrap_or(fallback),
        agent_id,
        text,
    })
}

/// `[2025-12-31T22:27:59.721Z] text`
fn dated(text: &str) -> (Option<Timestamp>, &str) {
    let parts = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    match parts.and_then(|(time, rest)| Some((fields::time_of(time)?, rest))) {
        Some((at, rest)) => (Some(at), rest),
        None => (None, text),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn notes_come_as_texts_dated_texts_and_objects() {
        let check = |value: Value, expected: Option<(i64, &str)>| {
            let got = note(&value, Timestamp(7));
            let got = got.as_ref().map(|note| (note.at.0, note.text.as_str()));
            assert_eq!(got, expected, "{value}");
        };
        check(json!("plain"), Some((7, "plain")));
        check(json!("[Session 52] done"), Some((7, "[Session 52] done")));
        check(
            json!("[1970-01-01T00:00:01.000Z] done"),
            Some((1_000, "done")),
        );
        check(
            json!({"text": "said", "timestamp": "1970-01-01T00:00:02Z"}),
            Some((2_000, "said")),
        );
        check(json!({"odd": 1}), Some((7, "{\"odd\":1}")));
        check(json!(3), Some((7, "3")));
        check(json!(" "), None);
        check(json!(null), None);
    }
}
