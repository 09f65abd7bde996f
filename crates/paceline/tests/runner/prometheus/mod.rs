//! The Prometheus side of the server, as Prometheus's own programs see it. Owns the comparison with a
//! real Prometheus, promtool and the requests of Grafana; refuses to skip: without the programs,
//! which `cargo xtask test` installs, these tests fail and say so.

mod compare;
pub mod data;
mod dice;
mod differences;
mod grafana;
mod grammar;
mod hostile;
pub mod peer;
mod promtool;
mod query_command;
mod remote_write;
mod rule_files;

use serde_json::Value;

use crate::http::Connection;

/// Where the API is.
pub const API: &str = "/prometheus/api/v1";

/// A form, as clients send it with POST.
pub fn form(fields: &[(&str, &str)]) -> String {
    let one = |(name, value): &(&str, &str)| format!("{}={}", encoded(name), encoded(value));
    fields.iter().map(one).collect::<Vec<_>>().join("&")
}

pub fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        byte if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

/// Status and JSON of a question asked with POST.
pub fn ask(connection: &mut Connection, path: &str, fields: &[(&str, &str)]) -> (u16, Value) {
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let body = form(fields);
    let answer = connection
        .send("POST", path, &headers, body.as_bytes())
        .unwrap_or_else(|error| panic!("no answer to {fields:?}: {error}"));
    (answer.status, answer.json())
}
