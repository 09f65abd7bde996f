//! What a rule about telemetry can say. Owns the words that the table in `rules.rs` is written in,
//! and the names of the series that come of it; refuses to name a program.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Event,
    Span,
    Metric,
}

/// What is told; each is told by one rule at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    ToolCalls,
    Tokens,
    Cost,
    ApiRequests,
    Runs,
    FirstTokens,
    Decisions,
    McpConnections,
    McpRequests,
    Quality,
}

#[derive(Debug)]
pub struct Rule {
    pub kind: Kind,
    /// The program or convention, as `source` of the series about missing attributes.
    pub source: &'static str,
    /// Of an event or metric its name; of a span its name or its `gen_ai.operation.name`.
    pub name: &'static str,
    /// An attribute that must be there, with this value unless it is empty.
    pub when: Option<(&'static str, &'static str)>,
    pub gives: &'static [Gives],
}

#[derive(Debug)]
pub enum Gives {
    ToolCall(ToolFields),
    /// Attributes of a record, one for each type of token.
    Tokens(&'static [TokenField]),
    /// A metric whose attribute says the type.
    TokensBy(&'static str, &'static [TokenType]),
    /// US dollars: in an attribute of a record.
    Cost(&'static str),
    /// US dollars: the metric itself.
    CostItself,
    Time(Seconds, Took),
    /// One, with labels: each a name and the attribute it comes from.
    Count(
        Subject,
        &'static str,
        &'static [(&'static str, &'static str)],
    ),
    Evaluation,
}

/// Names of attributes; an empty one stands for none.
#[derive(Debug)]
pub struct ToolFields {
    pub call_id: &'static str,
    pub tool: &'static str,
    pub duration_ms: &'static str,
    pub success: &'static str,
    pub error: &'static [&'static str],
    pub input_size: &'static str,
    pub output_size: &'static str,
}

/// Types are disjoint: what a program counts as part of another type is taken off there.
#[derive(Debug)]
pub struct TokenField {
    pub attribute: &'static str,
    pub kind: &'static str,
    pub without: &'static [&'static str],
}

#[derive(Debug)]
pub struct TokenType {
    pub value: &'static str,
    pub kind: &'static str,
    /// The type that the program counts these under as well.
    pub within: &'static str,
}

/// Where a time comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Took {
    Milliseconds(&'static str),
    /// From a span's start to its end.
    Span,
    /// A histogram's sum and count.
    Histogram,
}

/// A pair of series `…_seconds_sum` and `…_seconds_count`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seconds {
    ApiRequest,
    Run,
    FirstToken,
    McpConnection,
    McpRequest,
}

impl Seconds {
    pub const fn base(self) -> &'static str {
        match self {
            Self::ApiRequest => "paceline_agent_api_request_seconds",
            Self::Run => "paceline_agent_run_seconds",
            Self::FirstToken => "paceline_agent_first_token_seconds",
            Self::McpConnection => "paceline_agent_mcp_connection_seconds",
            Self::McpRequest => "paceline_agent_mcp_request_seconds",
        }
    }

    /// Beside the agent; `outcome` is `ok` or `error`.
    pub const fn labels(self) -> &'static [(&'static str, &'static [&'static str])] {
        match self {
            Self::ApiRequest => &[("model", MODEL), ("outcome", &[])],
            Self::Run => &[("outcome", &[])],
            Self::FirstToken => &[("model", MODEL)],
            Self::McpConnection => &[("status", &["status"])],
            Self::McpRequest => &[("method", &["mcp.method.name"]), ("outcome", &[])],
        }
    }

    pub const fn subject(self) -> Subject {
        match self {
            Self::ApiRequest => Subject::ApiRequests,
            Self::Run => Subject::Runs,
            Self::FirstToken => Subject::FirstTokens,
            Self::McpConnection => Subject::McpConnections,
            Self::McpRequest => Subject::McpRequests,
        }
    }
}

impl Gives {
    pub const fn subject(&self) -> Subject {
        match self {
            Self::ToolCall(_) => Subject::ToolCalls,
            Self::Tokens(_) | Self::TokensBy(..) => Subject::Tokens,
            Self::Cost(_) | Self::CostItself => Subject::Cost,
            Self::Time(seconds, _) => seconds.subject(),
            Self::Count(subject, ..) => *subject,
            Self::Evaluation => Subject::Quality,
        }
    }
}

pub const TOKENS: &str = "paceline_agent_tokens_total";
pub const COST: &str = "paceline_agent_cost_usd_total";
pub const DECISIONS: &str = "paceline_agent_tool_decisions_total";
pub const EVALUATION: &str = "paceline_agent_evaluation";
pub const ATTRIBUTE_MISSING: &str = "paceline_telemetry_attribute_missing";

pub const MODEL: &[&str] = &["gen_ai.response.model", "gen_ai.request.model", "model"];

/// Of persons and machines, the same for all that one process sends: they would only lengthen
/// every series and spread personal data.
pub const NOT_LABELS: &[&str] = &[
    "user.id",
    "user.email",
    "user.account_id",
    "user.account_uuid",
    "organization.id",
    "installation.id",
];
