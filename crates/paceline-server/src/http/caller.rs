//! The caller of a request, from its headers. Owns the names of those headers; refuses to decide
//! whose a token is.

use http::header::{AUTHORIZATION, HeaderMap};
use paceline_api::ErrorCode;
use paceline_core::limits::{ID_LENGTH_MAX, IDEMPOTENCY_KEY_LENGTH_MAX};

use crate::operations::ApiFailure;

/// A retry with the same key gets the first answer.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// The session that the record names beside the operation.
pub const SESSION_ID: &str = "paceline-session-id";

/// What the headers say, before anybody believes it.
#[derive(Debug, PartialEq, Eq)]
pub struct Claimed<'a> {
    pub token: Option<&'a str>,
    pub idempotency_key: Option<String>,
    pub session_id: Option<String>,
}

/// # Errors
/// When a header is there and wrong.
pub fn read(headers: &HeaderMap) -> Result<Claimed<'_>, ApiFailure> {
    Ok(Claimed {
        token: bearer(headers)?,
        idempotency_key: text(headers, IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_LENGTH_MAX)?,
        session_id: text(headers, SESSION_ID, ID_LENGTH_MAX)?,
    })
}

/// # Errors
/// When there is an `Authorization` header of another scheme, or two.
pub fn bearer(headers: &HeaderMap) -> Result<Option<&str>, ApiFailure> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let token = value.to_str().ok().and_then(token_of);
    match (token, values.next()) {
        (Some(token), None) => Ok(Some(token)),
        _ => Err(ApiFailure::new(
            ErrorCode::Unauthenticated,
            "the `Authorization` header holds no bearer token",
        )
        .hint("send `Authorization: Bearer <token>` once")),
    }
}

fn token_of(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

fn text(headers: &HeaderMap, name: &str, length_max: usize) -> Result<Option<String>, ApiFailure> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let text = std::str::from_utf8(value.as_bytes())
        .unwrap_or_default()
        .trim();
    let length = text.chars().count();
    if length == 0 || length_max < length || values.next().is_some() {
        let message = format!("header `{name}` must be 1 to {length_max} characters, once");
        return Err(ApiFailure::new(ErrorCode::InvalidArgument, message));
    }
    Ok(Some(text.to_owned()))
}
