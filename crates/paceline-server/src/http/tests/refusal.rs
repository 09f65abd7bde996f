//! Rows of wrong requests and what they must be told: status, code and a part of the sentence.

use super::*;

pub struct Row {
    method: &'static str,
    path: String,
    body: String,
    expected: (u16, &'static str, &'static str),
}

pub fn row(
    method: &'static str,
    path: &str,
    body: impl Into<String>,
    status: u16,
    code: &'static str,
    fragment: &'static str,
) -> Row {
    let (path, body) = (path.to_owned(), body.into());
    Row {
        method,
        path,
        body,
        expected: (status, code, fragment),
    }
}

pub async fn check(server: &Server, rows: Vec<Row>) {
    for row in rows {
        let answer = server.call(row.method, &row.path, &row.body).await;
        let shown: String = row.body.chars().take(80).collect();
        let asked = format!("{} {} {shown}", row.method, row.path);
        let (status, code, fragment) = row.expected;
        assert_eq!(answer.status.as_u16(), status, "{asked}: {}", answer.text);
        assert_eq!(answer.code(), code, "{asked}: {}", answer.text);
        assert!(
            answer.message().contains(fragment),
            "{asked}: {}",
            answer.text
        );
        assert!(
            answer.text.len() < 4_000,
            "{asked}: the refusal repeats too much"
        );
    }
}

/// [`task`] with one field set to raw JSON.
pub fn with(field: &str, json: &str) -> String {
    let task = task("build it").to_string();
    let rest = task.trim_end_matches('}');
    format!("{rest},\"{field}\":{json}}}")
}

pub const INVALID: &str = "invalid_argument";

pub fn task_text() -> String {
    task("first").to_string()
}
