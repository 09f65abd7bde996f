//! Send: a message enters the log. Owns what it may say; whether its recipient exists is the
//! store's to find.

use super::{Recipient, Send};
use crate::{Rejection, limits, text};

/// # Errors
/// `Invalid` names the first field that breaks a limit.
pub fn check(command: &Send) -> Result<(), Rejection> {
    text::required("type", &command.kind, limits::NAME_LENGTH_MAX)?;
    match &command.to {
        Recipient::Role(role) => text::required("to.role", role, limits::NAME_LENGTH_MAX)?,
        Recipient::Topic(topic) => text::required("to.topic", topic, limits::NAME_LENGTH_MAX)?,
        Recipient::Agent(_) | Recipient::All => {}
    }
    text::json("payload", command.payload.as_ref())
}
