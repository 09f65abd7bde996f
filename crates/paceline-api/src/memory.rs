//! Shared memory on the wire: set, get, search, delete.
//! Owns these shapes; refuses to interpret a value.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{StrictJson, Timestamp};

/// Stores a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MemorySetRequest {
    pub value: StrictJson,
    /// Refuse unless current; 0 means absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_version: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl_seconds: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// Author.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<String>,
    /// Refuse unless `epoch` is current.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub election: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<u64>,
}

/// A stored value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MemoryEntry {
    pub namespace: String,
    pub key: String,
    pub value: StrictJson,
    pub version: u64,
    #[serde(default)]
    pub tags: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// Removes a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields)]
pub struct MemoryDeleteQuery {
    /// Refuse unless current.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_version: Option<u64>,
    /// Author.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<String>,
    /// Refuse unless `epoch` is current.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub election: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<u64>,
}

/// A value that is gone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MemoryDeleted {
    pub namespace: String,
    pub key: String,
    /// The version that was removed.
    pub version: u64,
}

/// Selects values; without `q`, lists them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields)]
pub struct MemorySearchQuery {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Words to find, the last one as a beginning; the best first, of over 1,000 matches the newest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// A namespace that holds something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MemoryNamespace {
    pub namespace: String,
    /// With those that expired a moment ago.
    pub entries: u64,
    /// When one was last written.
    #[serde(default)]
    pub updated_at: Option<Timestamp>,
}

/// A value that was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MemoryHit {
    pub entry: MemoryEntry,
    /// Higher is better; 0 in a list by age: without `q`, or where over 1,000 entries match.
    pub score: f64,
    pub snippet: String,
}
