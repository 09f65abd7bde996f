//! The caller of a request, from its headers. Owns the names of those headers; refuses to decide
//! whose a token is.

use http::header::{AUTHORIZATION, HeaderMap, SEC_WEBSOCKET_PROTOCOL};
use paceline_api::ErrorCode;
use paceline_core::limits::{ID_LENGTH_MAX, IDEMPOTENCY_KEY_LENGTH_MAX};

use crate::operations::ApiFailure;

/// A retry with the same key gets the first answer.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// The session that the record names beside the operation.
pub const SESSION_ID: &str = "paceline-session-id";

/// The subprotocol that a page asks for beside the one that holds its token.
pub const LIVE_PROTOCOL: &str = "paceline.live";
/// A browser sets no `Authorization` on a WebSocket, but it may ask for subprotocols.
const TOKEN_PROTOCOL: &str = "paceline.token.";

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

/// The token of a WebSocket: the bearer's, or the one among the subprotocols.
///
/// # Errors
/// When there are two of them, or one that cannot be a token.
pub fn websocket_token(headers: &HeaderMap) -> Result<Option<&str>, ApiFailure> {
    let bearer = bearer(headers)?;
    let asked = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter();
    let asked = asked.flat_map(|value| value.to_str().unwrap_or_default().split(','));
    let asked: Vec<_> = asked.map(str::trim).collect();
    let mut tokens = asked
        .iter()
        .filter_map(|one| one.strip_prefix(TOKEN_PROTOCOL));
    let Some(token) = tokens.next() else {
        return Ok(bearer);
    };
    let problem = if bearer.is_some() || tokens.next().is_some() {
        "the token is shown twice"
    } else if !is_token(token) {
        "the subprotocol holds no token"
    } else if !asked.contains(&LIVE_PROTOCOL) {
        "the subprotocol `paceline.live` is missing beside the token's"
    } else {
        return Ok(Some(token));
    };
    Err(ApiFailure::new(ErrorCode::Unauthenticated, problem)
        .hint("ask for the subprotocols `paceline.live` and `paceline.token.<token>`, once each"))
}

/// Of characters that need no quoting in a header or an address.
fn is_token(text: &str) -> bool {
    let is_plain = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'.' | b'~');
    !text.is_empty() && text.bytes().all(is_plain)
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
