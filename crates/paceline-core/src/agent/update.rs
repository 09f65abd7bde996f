//! Update: an agent says what it does now.

use super::{UpdateStatus, register};
use crate::{Rejection, limits, text};

/// # Errors
/// `Invalid` names the first field that breaks a limit.
pub fn check(command: &UpdateStatus) -> Result<(), Rejection> {
    let current_task = command.current_task.as_ref().and_then(Option::as_deref);
    text::optional("current_task", current_task, limits::DESCRIPTION_LENGTH_MAX)?;
    command
        .agent_types
        .as_deref()
        .map_or(Ok(()), register::agent_types)?;
    command.topics.as_deref().map_or(Ok(()), register::topics)
}
