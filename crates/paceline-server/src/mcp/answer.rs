//! Answers of tools. Owns their two forms, text for models and structure for programs, and that a
//! refusal is an answer too. Refuses to know what they mean.

use paceline_api::ErrorBody;
use rmcp::model::{CallToolResult, ContentBlock};
use serde::Serialize;
use serde_json::Value;

use crate::operations::ApiFailure;

/// An operation's answer, in both forms.
#[derive(Debug)]
pub struct Answer {
    text: String,
    structure: Value,
}

impl Answer {
    pub fn of<T: Serialize>(answer: &T) -> Result<Self, ApiFailure> {
        let unwritable = |error: serde_json::Error| {
            tracing::error!(%error, "an answer cannot be written as JSON");
            ApiFailure::new(
                paceline_api::ErrorCode::Internal,
                "the answer cannot be written as JSON",
            )
        };
        Ok(Self {
            text: serde_json::to_string(answer).map_err(unwritable)?,
            structure: serde_json::to_value(answer).map_err(unwritable)?,
        })
    }

    pub fn into_result(self) -> CallToolResult {
        let mut result = CallToolResult::success(vec![ContentBlock::text(self.text)]);
        result.structured_content = Some(self.structure);
        result
    }
}

/// Text alone: clients check structure against the schema of success.
pub fn refusal(body: &ErrorBody) -> CallToolResult {
    let text = serde_json::to_string(body).unwrap_or_else(|_| body.to_string());
    CallToolResult::error(vec![ContentBlock::text(text)])
}
