//! Identifiers. Owns their newtypes and the check of what arrives from outside; refuses to make
//! new ones (randomness is an argument, the server makes them).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::limits;

/// Text that cannot be an identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` must be 1 to {max} characters without control characters", max = limits::ID_LENGTH_MAX)]
pub struct InvalidId {
    pub field: &'static str,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $field:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(String);

        impl $name {
            /// Takes an identifier from outside.
            ///
            /// # Errors
            /// When it is empty, too long or holds a control character.
            pub fn parse(text: impl Into<String>) -> Result<Self, InvalidId> {
                let text = text.into();
                if is_identifier(&text) { Ok(Self(text)) } else { Err(InvalidId { field: $field }) }
            }

            /// Takes an identifier that this system made or has stored.
            #[must_use]
            pub fn trusted(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            #[must_use]
            pub fn into_string(self) -> String {
                self.0
            }
        }

        /// Maps keyed by an identifier are asked with text.
        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(/// `agt_…`, or an imported agent's own.
    AgentId, "agent_id");
id!(/// `tsk_…`, or an imported task's own.
    TaskId, "task_id");
id!(/// `msg_…`, or an imported message's own.
    MessageId, "message_id");
id!(/// `qlt_…`
    AssessmentId, "assessment_id");
id!(/// The name of an election, chosen by its candidates.
    ElectionName, "election");

/// Elections whose names begin like this are between servers that share a store.
const OF_SERVERS: &str = "paceline-";

impl ElectionName {
    /// Whether only servers may stand in it; they are no agents.
    #[must_use]
    pub fn is_of_servers(&self) -> bool {
        self.0.starts_with(OF_SERVERS)
    }
}

fn is_identifier(text: &str) -> bool {
    !text.is_empty()
        && text.chars().count() <= limits::ID_LENGTH_MAX
        && !text.chars().any(char::is_control)
}
