//! Feature flags that can be switched while the server runs. Owns their state for this run; the
//! configuration sets it again at the next start.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use paceline_api::{ENABLE_AGENT_METRICS, ErrorCode, Feature, FeatureList, FeatureSetRequest};

use super::{ApiFailure, Caller, Operations};

#[derive(Debug)]
pub struct Features {
    agent_metrics: AtomicBool,
}

impl Features {
    #[must_use]
    pub fn new(agent_metrics: bool) -> Self {
        Self {
            agent_metrics: AtomicBool::new(agent_metrics),
        }
    }

    #[must_use]
    pub fn agent_metrics(&self) -> bool {
        self.agent_metrics.load(Relaxed)
    }

    /// # Errors
    /// `feature_disabled` when per-agent and custom metrics are switched off.
    pub fn require_agent_metrics(&self) -> Result<(), ApiFailure> {
        if self.agent_metrics() {
            return Ok(());
        }
        Err(ApiFailure::new(
            ErrorCode::FeatureDisabled,
            format!("the feature `{ENABLE_AGENT_METRICS}` is off"),
        )
        .hint(format!(
            "PUT /api/features/{ENABLE_AGENT_METRICS} with {{\"enabled\": true}}"
        )))
    }
}

impl Operations {
    #[must_use]
    pub fn feature_list(&self) -> FeatureList {
        FeatureList {
            items: vec![self.agent_metrics_feature()],
        }
    }

    /// # Errors
    /// When there is no such feature, or an agent's token asks.
    pub fn feature_set(
        &self,
        caller: &Caller,
        name: &str,
        request: &FeatureSetRequest,
    ) -> Result<Feature, ApiFailure> {
        caller.require_operator("switch a feature")?;
        if name != ENABLE_AGENT_METRICS {
            return Err(
                ApiFailure::new(ErrorCode::NotFound, format!("no feature `{name}`"))
                    .hint(format!("there is one: `{ENABLE_AGENT_METRICS}`")),
            );
        }
        self.features.agent_metrics.store(request.enabled, Relaxed);
        self.recorder().agent_counts.switch(request.enabled);
        Ok(self.agent_metrics_feature())
    }

    pub(super) fn require_agent_metrics(&self) -> Result<(), ApiFailure> {
        self.features.require_agent_metrics()
    }

    fn agent_metrics_feature(&self) -> Feature {
        Feature {
            name: ENABLE_AGENT_METRICS.to_owned(),
            enabled: self.features.agent_metrics(),
        }
    }
}
