//! Pieces of a JSON line, written straight into a buffer: the recorder writes one for every
//! operation, and a general serializer costs several times as much.

use std::io::Write;

use paceline_core::Timestamp;

pub(super) fn text(out: &mut Vec<u8>, name: &str, value: &str) {
    key(out, name);
    string(out, value);
}

pub(super) fn optional_text(out: &mut Vec<u8>, name: &str, value: Option<&str>) {
    key(out, name);
    match value {
        Some(value) => string(out, value),
        None => out.extend_from_slice(b"null"),
    }
}

pub(super) fn optional_raw(out: &mut Vec<u8>, name: &str, json: Option<&str>) {
    key(out, name);
    // A line break between tokens is legal JSON and would end the record.
    let json = json.unwrap_or("null").bytes();
    out.extend(json.map(|byte| {
        if matches!(byte, b'\n' | b'\r') {
            b' '
        } else {
            byte
        }
    }));
}

pub(super) fn optional_integer(out: &mut Vec<u8>, name: &str, value: Option<u64>) {
    key(out, name);
    match value {
        Some(value) => display(out, value),
        None => out.extend_from_slice(b"null"),
    }
}

pub(super) fn integer(out: &mut Vec<u8>, name: &str, value: i64) {
    key(out, name);
    display(out, value);
}

pub(super) fn boolean(out: &mut Vec<u8>, name: &str, value: bool) {
    key(out, name);
    display(out, value);
}

pub(super) fn time(out: &mut Vec<u8>, name: &str, at: Timestamp) {
    key(out, name);
    out.push(b'"');
    display(out, paceline_api::Timestamp::from_millis(at.0));
    out.push(b'"');
}

/// With microseconds, if there are any. What is no duration is written as 0.
pub(super) fn milliseconds(out: &mut Vec<u8>, name: &str, value: f64) {
    key(out, name);
    let micros = (value * 1_000.0).round() as u64;
    display(out, micros / 1_000);
    let rest = micros % 1_000;
    if 0 < rest {
        out.extend_from_slice(&[b'.', digit(rest / 100), digit(rest / 10), digit(rest)]);
    }
}

/// A whole number where it is one.
pub(super) fn number(out: &mut Vec<u8>, name: &str, value: f64) {
    key(out, name);
    let value = if value.is_finite() { value } else { 0.0 };
    display(out, value);
}

pub(super) fn key(out: &mut Vec<u8>, name: &str) {
    if out.last() != Some(&b'{') {
        out.push(b',');
    }
    out.push(b'"');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
}

fn digit(value: u64) -> u8 {
    b'0' + (value % 10) as u8
}

fn string(out: &mut Vec<u8>, value: &str) {
    // Writing into a vector cannot fail, and neither can text as JSON.
    let written = serde_json::to_writer(&mut *out, value);
    debug_assert!(written.is_ok());
}

fn display(out: &mut Vec<u8>, value: impl std::fmt::Display) {
    let written = write!(out, "{value}");
    debug_assert!(written.is_ok());
}
