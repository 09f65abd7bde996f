//! Request bodies. Owns how their bytes arrive (type, size) and how JSON is read from them;
//! refuses to judge values.
//!
//! A body is read twice only when it is wrong: the fast way cannot say which field was at fault,
//! and tracking the path on every request would cost each of them for the few that fail.

use std::borrow::Cow;

use axum::body::{Body, Bytes, HttpBody};
use http::header::{CONTENT_TYPE, HeaderMap, ORIGIN};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use paceline_api::ErrorCode;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_json::{Map, Value};

use super::failure::{arrived_too_slowly, shown};
use super::limits::REQUEST_MAX;
use crate::operations::ApiFailure;

/// Refuses what a web page of another site can send without asking: text and forms. The type of a
/// form is also what `curl -d` says of everything; it passes from where no browser is.
pub fn check_content_type(headers: &HeaderMap) -> Result<(), ApiFailure> {
    let Some(value) = headers.get(CONTENT_TYPE) else {
        return Ok(());
    };
    if value.as_bytes() == b"application/json" || is_json(value.to_str().unwrap_or_default()) {
        return Ok(());
    }
    let from_browser = headers.contains_key(ORIGIN) || headers.contains_key("sec-fetch-site");
    if value.as_bytes() == b"application/x-www-form-urlencoded" && !from_browser {
        return Ok(());
    }
    let given = shown(&String::from_utf8_lossy(value.as_bytes()));
    let message = format!("content type `{given}` is not JSON");
    Err(ApiFailure::new(ErrorCode::InvalidArgument, message)
        .hint("send `content-type: application/json`, or none"))
}

fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    let essence = essence.to_ascii_lowercase();
    essence == "application/json"
        || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// All bytes of a body, for a caller that has no timer running.
pub async fn read(body: Body, bytes_max: usize) -> Result<Bytes, ApiFailure> {
    let patience = REQUEST_MAX;
    let read = tokio::time::timeout(patience, read_patiently(body, bytes_max)).await;
    read.map_err(|_| arrived_too_slowly(patience))?
}

/// All bytes of a body, or a refusal when they are too many; however long it takes.
pub async fn read_patiently(body: Body, bytes_max: usize) -> Result<Bytes, ApiFailure> {
    if body.size_hint().lower() > bytes_max as u64 {
        return Err(too_large(bytes_max));
    }
    let collected = Limited::new(body, bytes_max).collect().await;
    match collected {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large(bytes_max)),
        Err(error) => Err(broken_off(&error.to_string())),
    }
}

fn too_large(bytes_max: usize) -> ApiFailure {
    let kib = bytes_max / 1024;
    ApiFailure::new(
        ErrorCode::PayloadTooLarge,
        format!("the body is larger than {kib} KiB"),
    )
    .hint("send less at a time")
}

/// For a body that may be large only when it is a batch.
pub fn check_size(bytes: &[u8], bytes_max: usize) -> Result<(), ApiFailure> {
    if bytes_max < bytes.len() {
        Err(too_large(bytes_max))
    } else {
        Ok(())
    }
}

fn broken_off(cause: &str) -> ApiFailure {
    let message = format!("the body broke off: {}", shown(cause));
    ApiFailure::new(ErrorCode::InvalidArgument, message)
        .hint("send as many bytes as `Content-Length` says, or whole chunks")
}

/// # Errors
/// Where the JSON is broken, or which field is wrong.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiFailure> {
    parse_as(bytes, "the body")
}

/// [`parse`] for what is no body: `whole` is what the caller calls it.
pub fn parse_as<T: DeserializeOwned>(bytes: &[u8], whole: &str) -> Result<T, ApiFailure> {
    parse_fast(bytes).map_err(|error| explain::<T>(bytes, &error, whole))
}

/// [`parse`] for a request that reads arrays in a way of its own.
pub fn parse_any<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiFailure> {
    serde_json::from_slice(bytes).map_err(|error| explain::<T>(bytes, &error, "the body"))
}

/// [`parse`] for a caller that words its own refusal.
pub fn parse_fast<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, serde_json::Error> {
    // serde would read an array as the fields of a request in their order.
    if first_byte(bytes) == Some(b'[') {
        return Err(serde::de::Error::custom(
            "an object is expected, not an array",
        ));
    }
    serde_json::from_slice(bytes)
}

fn first_byte(bytes: &[u8]) -> Option<u8> {
    bytes
        .iter()
        .copied()
        .find(|byte| !byte.is_ascii_whitespace())
}

#[cold]
fn explain<T: DeserializeOwned>(
    bytes: &[u8],
    error: &serde_json::Error,
    whole: &str,
) -> ApiFailure {
    if first_byte(bytes).is_none() {
        let message = format!("{whole} is empty");
        return ApiFailure::new(ErrorCode::InvalidArgument, message).hint("send a JSON object");
    }
    let place = match error.line() {
        0 => Map::new(),
        line => Map::from_iter([
            ("line".to_owned(), line.into()),
            ("column".to_owned(), error.column().into()),
        ]),
    };
    if error.classify() != Category::Data {
        let message = format!("{whole} is not valid JSON: {error}");
        return ApiFailure::new(ErrorCode::InvalidArgument, message).details(place.into());
    }
    let problem = without_place(error);
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let path = match serde_path_to_error::deserialize::<_, T>(&mut deserializer) {
        Err(error) => error.path().to_string(),
        Ok(_) => String::new(),
    };
    wrong_field(whole, &path, &problem, place)
}

/// serde_json ends its sentences with the place, which has a field of its own here.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&place).unwrap_or(&text).to_owned()
}

/// One sentence for what serde says of a field, wherever it was read from.
pub fn wrong_field(
    whole: &str,
    path: &str,
    problem: &str,
    mut details: Map<String, Value>,
) -> ApiFailure {
    let path = shown(if path == "." { "" } else { path });
    let (problem, known) = match problem.split_once(", expected ") {
        Some((unknown, known)) if unknown.starts_with("unknown ") => (unknown, Some(known)),
        _ => (problem, None),
    };
    if !path.is_empty() {
        details.insert("field".to_owned(), path.as_str().into());
    }
    let message = match (path.as_str(), problem.starts_with("unknown field ")) {
        ("", _) => format!("{whole} is wrong: {}", in_words(problem)),
        (path, true) => format!("{whole} is wrong: unknown field `{path}`"),
        (path, false) => format!("`{path}` is wrong: {}", in_words(problem)),
    };
    let mut failure = ApiFailure::new(ErrorCode::InvalidArgument, message);
    if !details.is_empty() {
        failure = failure.details(details.into());
    }
    match known {
        Some(known) => failure.hint(format!("expected {known}")),
        None => failure,
    }
}

/// What serde says by the names of Rust's types, said by what they hold. It repeats the wrong
/// value, which may be a megabyte: the middle is left out.
fn in_words(problem: &str) -> String {
    const WHOLE: &str = "expected a whole number, 0 or more";
    let words = [
        ("expected u8", "expected a whole number, 0 to 255"),
        ("expected u32", WHOLE),
        ("expected u64", WHOLE),
        ("expected f64", "expected a number"),
        ("invalid digit found in string", WHOLE),
        ("cannot parse integer from empty string", WHOLE),
        (
            "number too large to fit in target type",
            "the number is too large",
        ),
    ];
    let of_struct = || {
        Some((
            problem.rsplit_once("expected struct ")?.0,
            "expected an object",
        ))
    };
    let (start, end) = words
        .iter()
        .find_map(|(rust, said)| Some((problem.strip_suffix(rust)?, *said)))
        .or_else(of_struct)
        .unwrap_or((problem, ""));
    format!("{}{end}", without_middle(start))
}

fn without_middle(text: &str) -> Cow<'_, str> {
    const KEPT: usize = 240;
    if text.len() <= 2 * KEPT {
        return text.into();
    }
    let (head, tail) = (
        text.floor_char_boundary(KEPT),
        text.ceil_char_boundary(text.len() - KEPT),
    );
    format!("{} … {}", &text[..head], &text[tail..]).into()
}
