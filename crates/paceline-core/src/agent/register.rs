//! Register: an agent comes in. Owns what it may say of itself.

use super::Register;
use crate::{Rejection, limits, text};

/// # Errors
/// `Invalid` names the first field that breaks a limit.
pub fn check(command: &Register) -> Result<(), Rejection> {
    text::optional("name", command.name.as_deref(), limits::NAME_LENGTH_MAX)?;
    text::optional("role", command.role.as_deref(), limits::NAME_LENGTH_MAX)?;
    agent_types(&command.agent_types)?;
    topics(&command.topics)?;
    text::optional(
        "session_id",
        command.session_id.as_deref(),
        limits::ID_LENGTH_MAX,
    )?;
    text::json("metadata", command.metadata.as_ref())
}

pub(super) fn agent_types(given: &[String]) -> Result<(), Rejection> {
    text::list(
        "agent_types",
        given,
        limits::AGENT_TYPES_MAX,
        limits::NAME_LENGTH_MAX,
    )
}

pub(super) fn topics(given: &[String]) -> Result<(), Rejection> {
    text::list("topics", given, limits::TOPICS_MAX, limits::NAME_LENGTH_MAX)
}
