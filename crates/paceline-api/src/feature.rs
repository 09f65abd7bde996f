//! Feature flags. Owns their names on the wire; refuses to say what they switch.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Collection of per-agent and custom metrics.
pub const ENABLE_AGENT_METRICS: &str = "enable-agent-metrics";

/// A feature flag and its state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Feature {
    pub name: String,
    pub enabled: bool,
}

/// All feature flags.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FeatureList {
    pub items: Vec<Feature>,
}

/// Switches a feature flag at run time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FeatureSetRequest {
    pub enabled: bool,
}
