//! Free-form JSON that callers attach. Owns nothing but the text; whoever lets it in has checked
//! that it is one JSON value (the wire does, once).

use serde::{Deserialize, Serialize};

/// One JSON value as compact text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Json(Box<str>);

impl Json {
    /// Takes text that is known to be one JSON value.
    #[must_use]
    pub fn trusted(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
