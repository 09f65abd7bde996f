//! Definitions of metrics: make one, list them. A definition is about a name, whoever records it.

use paceline_api::{
    ErrorCode, MetricDefineRequest, MetricDefinition, MetricListQuery, Operation, Page,
};
use paceline_core::limits::{METRIC_DESCRIPTION_LENGTH_MAX, METRIC_UNIT_LENGTH_MAX};
use paceline_metrics::{Metadata, MetricKind};

use super::failure::invalid;
use super::metric::{OWN_PREFIX, the_servers_own};
use super::metric_name::check_name;
use super::{ApiFailure, Caller, Operations, page};

impl Operations {
    /// Defining the same again changes nothing; unit and description may be reworded, the kind
    /// may not: stored numbers would be read wrongly.
    ///
    /// # Errors
    /// When the feature is off, a field is out of bounds or the name is defined as another kind.
    pub async fn metric_define(
        &self,
        caller: &Caller,
        request: MetricDefineRequest,
    ) -> Result<MetricDefinition, ApiFailure> {
        let mut passage = self.gate.open(Operation::MetricDefine, caller);
        let result = async {
            self.require_agent_metrics()?;
            let (name, metadata) = checked(request)?;
            passage.about(&name);
            if let Some(known) = self.metrics.definition(&name) {
                let is_settled = known.kind != MetricKind::Unknown;
                if is_settled && known.kind != metadata.kind {
                    return Err(other_kind(&name, known.kind));
                }
            }
            let definition = (name.clone(), metadata.clone());
            self.metrics.define(vec![definition]).await?;
            Ok(definition_of(name, metadata))
        }
        .await;
        passage.finish(result)
    }

    /// # Errors
    /// When the feature is off or the page is out of bounds.
    #[expect(clippy::unused_async, reason = "every operation is called alike")]
    pub async fn metric_list(
        &self,
        caller: &Caller,
        query: MetricListQuery,
    ) -> Result<Page<MetricDefinition>, ApiFailure> {
        let passage = self.gate.open(Operation::MetricList, caller);
        let listed = || {
            self.require_agent_metrics()?;
            let page = page(query.limit, query.cursor)?;
            let prefix = query.prefix.unwrap_or_default();
            let after = page.cursor.unwrap_or_default();
            let limit = page.limit as usize;
            let mut items = self.metrics.definitions(&prefix, &after, limit + 1);
            let has_more = limit < items.len();
            items.truncate(limit);
            let next_cursor = items.last().filter(|_| has_more).map(|one| one.0.clone());
            let items = items.into_iter().map(|(name, of)| definition_of(name, of));
            Ok(Page {
                items: items.collect(),
                next_cursor,
            })
        };
        let result = listed();
        passage.finish(result)
    }
}

fn checked(request: MetricDefineRequest) -> Result<(String, Metadata), ApiFailure> {
    check_name(&request.name)?;
    if request.name.starts_with(OWN_PREFIX) {
        return Err(the_servers_own(&request.name));
    }
    let metadata = Metadata {
        kind: engine_kind(request.kind),
        unit: words("unit", request.unit, METRIC_UNIT_LENGTH_MAX)?,
        description: words(
            "description",
            request.description,
            METRIC_DESCRIPTION_LENGTH_MAX,
        )?,
    };
    Ok((request.name, metadata))
}

fn words(
    field: &'static str,
    text: Option<String>,
    length_max: usize,
) -> Result<String, ApiFailure> {
    let text = text.unwrap_or_default();
    let length = text.chars().count();
    if length_max < length {
        let problem = format!("must be at most {length_max} characters, got {length}");
        return Err(invalid(field, &problem));
    }
    if text.chars().any(char::is_control) {
        return Err(invalid(field, "must not hold control characters"));
    }
    Ok(text)
}

fn other_kind(name: &str, known: MetricKind) -> ApiFailure {
    let kind = wire_kind(known).as_str();
    ApiFailure::new(
        ErrorCode::Conflict,
        format!("define `{name}`: it is a {kind} already"),
    )
    .hint("choose another name: what is stored would be read wrongly")
    .details(serde_json::json!({ "kind": kind }))
}

fn definition_of(name: String, metadata: Metadata) -> MetricDefinition {
    MetricDefinition {
        name,
        kind: wire_kind(metadata.kind),
        unit: metadata.unit,
        description: metadata.description,
    }
}

const fn engine_kind(kind: paceline_api::MetricKind) -> MetricKind {
    use paceline_api::MetricKind as Wire;
    match kind {
        Wire::Counter => MetricKind::Counter,
        Wire::Gauge => MetricKind::Gauge,
        Wire::Histogram => MetricKind::Histogram,
        Wire::Summary => MetricKind::Summary,
        Wire::Unknown => MetricKind::Unknown,
    }
}

const fn wire_kind(kind: MetricKind) -> paceline_api::MetricKind {
    use paceline_api::MetricKind as Wire;
    match kind {
        MetricKind::Counter => Wire::Counter,
        MetricKind::Gauge => Wire::Gauge,
        MetricKind::Histogram => Wire::Histogram,
        MetricKind::Summary => Wire::Summary,
        MetricKind::Unknown => Wire::Unknown,
    }
}
