//! The series that are derived from telemetry: name, kind, unit and help of each. Owns that list;
//! refuses to know where their values come from (`rules.rs`).

use paceline_metrics::{Metadata, MetricKind};

use super::mapping::{ATTRIBUTE_MISSING, COST, DECISIONS, EVALUATION, TOKENS};
use super::rules::MAPPING_VERSION;

type Series = (&'static str, MetricKind, &'static str, &'static str);

pub const ALL: &[Series] = {
    use MetricKind::{Counter, Gauge, Summary};
    &[
        (
            TOKENS,
            Counter,
            "",
            "Tokens by model and type; the types are disjoint.",
        ),
        (
            COST,
            Counter,
            "usd",
            "Cost as the agent's program estimates it.",
        ),
        (
            "paceline_agent_api_request_seconds",
            Summary,
            "seconds",
            "Requests to a model, by model and outcome.",
        ),
        (
            "paceline_agent_run_seconds",
            Summary,
            "seconds",
            "Runs or turns of an agent, from the wish to the answer.",
        ),
        (
            "paceline_agent_first_token_seconds",
            Summary,
            "seconds",
            "From the wish to the first token, by model.",
        ),
        (
            "paceline_agent_mcp_connection_seconds",
            Summary,
            "seconds",
            "Attempts to connect to an MCP server, by status.",
        ),
        (
            "paceline_agent_mcp_request_seconds",
            Summary,
            "seconds",
            "Requests over MCP, by method and outcome.",
        ),
        (
            DECISIONS,
            Counter,
            "",
            "Tool uses that were accepted or rejected.",
        ),
        (
            EVALUATION,
            Gauge,
            "",
            "The newest score of an evaluation, by its name.",
        ),
        (
            ATTRIBUTE_MISSING,
            Gauge,
            "",
            "1 while an attribute that used to come with an event does not come any more.",
        ),
    ]
};

pub fn definitions() -> impl Iterator<Item = (String, Metadata)> {
    ALL.iter().map(|(name, kind, unit, description)| {
        let metadata = Metadata {
            kind: *kind,
            unit: (*unit).to_owned(),
            // So that a reader of old samples knows by which rules they came about.
            description: format!("{description} By version {MAPPING_VERSION} of the rules."),
        };
        ((*name).to_owned(), metadata)
    })
}
