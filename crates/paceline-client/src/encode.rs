//! Paths and query strings. Owns percent-encoding and the filling of a route's braces; refuses
//! nested values in queries.

use std::fmt::Write;

use paceline_api::operation::Route;
use serde::Serialize;
use serde_json::Value;

/// Puts the values in place of the path's `{fields}`, in order.
pub(crate) fn fill(route: Route, values: &[&str]) -> String {
    let mut path = String::with_capacity(route.path.len() + 32);
    let mut values = values.iter();
    for part in route.path.split('/').skip(1) {
        path.push('/');
        match part.strip_prefix('{') {
            Some(_) => push_encoded(&mut path, values.next().unwrap_or(&"")),
            None => path.push_str(part),
        }
    }
    path
}

/// `?a=1&b=x`, or nothing; absent and null fields are left out.
pub(crate) fn query_string(query: &impl Serialize) -> Result<String, serde_json::Error> {
    let mut text = String::new();
    if let Value::Object(fields) = serde_json::to_value(query)? {
        for (name, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
            text.push(if text.is_empty() { '?' } else { '&' });
            push_encoded(&mut text, name);
            text.push('=');
            match value {
                Value::String(value) => push_encoded(&mut text, value),
                other => push_encoded(&mut text, &other.to_string()),
            }
        }
    }
    Ok(text)
}

/// Everything but RFC 3986's unreserved characters.
fn push_encoded(out: &mut String, text: &str) {
    for &byte in text.as_bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use paceline_api::{MemorySearchQuery, Operation, StatusList, TaskListQuery, TaskStatus};

    use super::*;

    #[test]
    fn braces_are_filled_in_order_and_encoded() {
        let route = Operation::MemorySet.route().unwrap();
        assert_eq!(
            fill(route, &["plans", "a/b c"]),
            "/api/memory/plans/a%2Fb%20c"
        );
        let route = Operation::TaskQueueStatus.route().unwrap();
        assert_eq!(fill(route, &[]), "/api/tasks/queue");
    }

    #[test]
    fn queries_leave_out_what_is_absent() {
        assert_eq!(query_string(&TaskListQuery::default()).unwrap(), "");
        let status = Some(StatusList(vec![TaskStatus::Ready, TaskStatus::Running]));
        let query = TaskListQuery {
            status,
            limit: Some(5),
            ..Default::default()
        };
        assert_eq!(
            query_string(&query).unwrap(),
            "?limit=5&status=ready%2Crunning"
        );
        let query = MemorySearchQuery {
            q: Some("é&=".into()),
            ..Default::default()
        };
        assert_eq!(query_string(&query).unwrap(), "?q=%C3%A9%26%3D");
    }
}
