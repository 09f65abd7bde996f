//! Fields in a route's path. Owns their decoding and length; refuses to know what they name.

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;
use paceline_api::ErrorCode;
use paceline_core::limits::{ID_LENGTH_MAX, MEMORY_KEY_LENGTH_MAX};

use crate::operations::ApiFailure;

/// The fields in braces, in their order.
pub async fn fields<const N: usize>(parts: &mut Parts) -> Result<[String; N], ApiFailure> {
    let mut fields = std::array::from_fn(|_| String::new());
    if N == 0 {
        return Ok(fields);
    }
    let given = RawPathParams::from_request_parts(parts, &())
        .await
        .map_err(|_| ApiFailure::new(ErrorCode::InvalidArgument, "the path is not UTF-8"))?;
    for (field, (name, value)) in fields.iter_mut().zip(&given) {
        check(name, value)?;
        value.clone_into(field);
    }
    Ok(fields)
}

fn check(name: &str, value: &str) -> Result<(), ApiFailure> {
    let length_max = if name == "key" {
        MEMORY_KEY_LENGTH_MAX
    } else {
        ID_LENGTH_MAX
    };
    let length = value.chars().count();
    if 1 <= length && length <= length_max && !value.chars().any(char::is_control) {
        return Ok(());
    }
    let message =
        format!("`{name}` must be 1 to {length_max} characters without control characters");
    Err(ApiFailure::new(ErrorCode::InvalidArgument, message)
        .details(serde_json::json!({"field": name})))
}
