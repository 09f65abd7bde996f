//! Shared memory: versioned entries under a namespace and a key. Owns the version rule (a write
//! that names the version it saw is refused when another came first) and expiry.

pub mod delete;
pub mod search;
pub mod set;

use serde::{Deserialize, Serialize};

use crate::{AgentId, Json, Timestamp};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub namespace: String,
    pub key: String,
    pub value: Json,
    pub version: u64,
    pub tags: Vec<String>,
    pub author: Option<AgentId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub expires_at: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Set {
    pub namespace: String,
    pub key: String,
    pub value: Json,
    /// 0: it must not exist yet.
    pub expected_version: Option<u64>,
    pub ttl_seconds: Option<u64>,
    pub tags: Vec<String>,
    pub author: Option<AgentId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delete {
    pub namespace: String,
    pub key: String,
    pub expected_version: Option<u64>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Search {
    pub namespace: Option<String>,
    /// Full text; absent: everything, newest first.
    pub query: Option<String>,
    pub tag: Option<String>,
}

/// A namespace that holds something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Namespace {
    pub namespace: String,
    /// With those that have expired and are not forgotten yet.
    pub entries: u64,
    pub updated_at: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    pub entry: Entry,
    /// BM25, higher is better; 0 without a query.
    pub score: f64,
    pub snippet: String,
}
