//! Delete: an entry goes. The version rule holds for it as for a write.

use super::{Delete, set};
use crate::Rejection;

/// # Errors
/// `Invalid` names the first field that breaks a limit.
pub fn check(command: &Delete) -> Result<(), Rejection> {
    set::address(&command.namespace, &command.key)
}

/// May an entry at version `current` be deleted by somebody who saw the expected one?
///
/// # Errors
/// `VersionConflict` when another write came first.
pub fn check_version(command: &Delete, current: u64) -> Result<(), Rejection> {
    match command.expected_version {
        Some(expected) if expected != current => Err(Rejection::VersionConflict {
            namespace: command.namespace.clone(),
            key: command.key.clone(),
            expected,
            current,
        }),
        _ => Ok(()),
    }
}
