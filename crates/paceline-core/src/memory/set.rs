//! Set: an entry is written. Owns the version rule: a writer that names the version it saw is
//! refused when another came first.

use super::Set;
use crate::{Rejection, limits, text};

/// # Errors
/// `Invalid` names the first field that breaks a limit.
pub fn check(command: &Set) -> Result<(), Rejection> {
    address(&command.namespace, &command.key)?;
    text::list(
        "tags",
        &command.tags,
        limits::TAGS_MAX,
        limits::NAME_LENGTH_MAX,
    )?;
    text::json("value", Some(&command.value))?;
    let max = limits::MEMORY_TTL_SECONDS_MAX;
    match command.ttl_seconds {
        Some(given) if given == 0 || max < given => Err(Rejection::invalid(
            "ttl_seconds",
            format!("must be 1 to {max}, got {given}"),
        )),
        _ => Ok(()),
    }
}

/// The version that this write gets: 1 for a new entry, else one more than `current`, which is
/// `None` when there is no entry or it has expired.
///
/// # Errors
/// `VersionConflict` when the writer saw another version than the current one (0 stands for none).
pub fn next_version(command: &Set, current: Option<u64>) -> Result<u64, Rejection> {
    let current = current.unwrap_or(0);
    match command.expected_version {
        Some(expected) if expected != current => Err(Rejection::VersionConflict {
            namespace: command.namespace.clone(),
            key: command.key.clone(),
            expected,
            current,
        }),
        _ => Ok(current + 1),
    }
}

pub(super) fn address(namespace: &str, key: &str) -> Result<(), Rejection> {
    text::required("namespace", namespace, limits::NAME_LENGTH_MAX)?;
    text::required("key", key, limits::MEMORY_KEY_LENGTH_MAX)
}
