//! Tool calls on the wire: agents report them in batches.
//! Owns these shapes; refuses to time anything itself.

use std::fmt;

use schemars::JsonSchema;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::{RejectedItem, Timestamp};

/// A batch of tool calls. Read from a bare array of calls, too.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ToolCallRecordRequest {
    pub calls: Vec<ToolCall>,
    /// Refuse unless `epoch` is current.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub election: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    #[serde(alias = "tool_calls")]
    calls: Vec<ToolCall>,
    #[serde(default)]
    election: Option<String>,
    #[serde(default)]
    epoch: Option<u64>,
}

impl<'de> Deserialize<'de> for ToolCallRecordRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(BatchVisitor)
    }
}

struct BatchVisitor;

impl<'de> Visitor<'de> for BatchVisitor {
    type Value = ToolCallRecordRequest;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with `calls`, or an array of calls")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        let calls = Vec::deserialize(SeqAccessDeserializer::new(seq))?;
        Ok(ToolCallRecordRequest {
            calls,
            election: None,
            epoch: None,
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let Fields {
            calls,
            election,
            epoch,
        } = Fields::deserialize(MapAccessDeserializer::new(map))?;
        Ok(ToolCallRecordRequest {
            calls,
            election,
            epoch,
        })
    }
}

/// One finished tool call; its `call_id` counts once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ToolCall {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    pub call_id: String,
    pub tool: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    pub started_at: Timestamp,
    pub duration_ms: f64,
    pub success: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_size: Option<u64>,
    /// Bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_size: Option<u64>,
}

/// What became of a batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ToolCallRecorded {
    pub accepted: u64,
    pub duplicates: u64,
    pub rejected: Vec<RejectedItem>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALL: &str = r#"{"call_id":"c1","tool":"bash","started_at":"2026-10-05T14:03:07.250Z",
        "duration_ms":4,"success":true}"#;

    #[test]
    fn a_batch_is_an_object_or_an_array() {
        for body in [
            format!("[{CALL}]"),
            format!("{{\"calls\":[{CALL}]}}"),
            format!("{{\"tool_calls\":[{CALL}]}}"),
        ] {
            let batch: ToolCallRecordRequest = serde_json::from_str(&body).unwrap();
            assert_eq!(batch.calls[0].call_id, "c1", "{body}");
        }
        for body in ["{}", "3", "{\"calls\":[],\"more\":1}"] {
            assert!(
                serde_json::from_str::<ToolCallRecordRequest>(body).is_err(),
                "{body}"
            );
        }
    }
}
