//! THE table of what agents' telemetry says: which event, span or metric of which program becomes
//! a tool call, tokens, cost, time or quality. Owns nothing but the table, which has a version
//! because the conventions move; refuses to read records (`read.rs` does, by this table).
//! `docs/metrics-in.md` shows it to users, and a test keeps both equal.
//!
//! Several records may tell the same fact: Claude Code counts tokens in a metric and says them
//! with each request. For one program of one agent a fact is taken from the kind and source that
//! stands highest here, so that it counts once.

/// Raised with every change of a rule.
pub const MAPPING_VERSION: u32 = 1;

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

const NO_TOOL: ToolFields = ToolFields {
    call_id: "",
    tool: "",
    duration_ms: "",
    success: "",
    error: &[],
    input_size: "",
    output_size: "",
};

const fn rule(
    kind: Kind,
    source: &'static str,
    name: &'static str,
    gives: &'static [Gives],
) -> Rule {
    Rule {
        kind,
        source,
        name,
        when: None,
        gives,
    }
}

const fn part(attribute: &'static str, kind: &'static str) -> TokenField {
    TokenField {
        attribute,
        kind,
        without: &[],
    }
}

const fn typed(value: &'static str, kind: &'static str, within: &'static str) -> TokenType {
    TokenType {
        value,
        kind,
        within,
    }
}

const CLAUDE_TOKENS: Gives = Gives::Tokens(&[
    part("input_tokens", "input"),
    part("output_tokens", "output"),
    part("cache_read_tokens", "cache_read"),
    part("cache_creation_tokens", "cache_write"),
]);

const GEN_AI_TOKENS: Gives = Gives::Tokens(&[
    TokenField {
        attribute: "gen_ai.usage.input_tokens",
        kind: "input",
        without: &[
            "gen_ai.usage.cache_read.input_tokens",
            "gen_ai.usage.cache_creation.input_tokens",
        ],
    },
    TokenField {
        attribute: "gen_ai.usage.output_tokens",
        kind: "output",
        without: &["gen_ai.usage.reasoning.output_tokens"],
    },
    part("gen_ai.usage.cache_read.input_tokens", "cache_read"),
    part("gen_ai.usage.cache_creation.input_tokens", "cache_write"),
    part("gen_ai.usage.reasoning.output_tokens", "reasoning"),
]);

const GEN_AI_TOOL: Gives = Gives::ToolCall(ToolFields {
    call_id: "gen_ai.tool.call.id",
    tool: "gen_ai.tool.name",
    error: &["error.type"],
    ..NO_TOOL
});

const REQUEST_SPAN: &[Gives] = &[GEN_AI_TOKENS, Gives::Time(Seconds::ApiRequest, Took::Span)];

const fn milliseconds(seconds: Seconds) -> Gives {
    Gives::Time(seconds, Took::Milliseconds("duration_ms"))
}

/// The rank of a rule: that of the first of its kind and source, which tell a fact together.
pub fn rank(rule: &Rule) -> usize {
    let together = |one: &Rule| one.kind == rule.kind && one.source == rule.source;
    RULES.iter().position(together).unwrap_or(RULES.len())
}

pub const RULES: &[Rule] = &[
    rule(
        Kind::Event,
        "claude_code",
        "claude_code.tool_result",
        &[Gives::ToolCall(ToolFields {
            call_id: "tool_use_id",
            tool: "tool_name",
            duration_ms: "duration_ms",
            success: "success",
            error: &["error", "error_type"],
            input_size: "tool_input_size_bytes",
            output_size: "tool_result_size_bytes",
        })],
    ),
    rule(
        Kind::Event,
        "claude_code",
        "claude_code.api_request",
        &[
            CLAUDE_TOKENS,
            Gives::Cost("cost_usd"),
            milliseconds(Seconds::ApiRequest),
        ],
    ),
    rule(
        Kind::Event,
        "claude_code",
        "claude_code.api_error",
        &[milliseconds(Seconds::ApiRequest)],
    ),
    rule(
        Kind::Event,
        "claude_code",
        "claude_code.tool_decision",
        &[Gives::Count(
            Subject::Decisions,
            DECISIONS,
            &[("tool", "tool_name"), ("decision", "decision")],
        )],
    ),
    rule(
        Kind::Event,
        "claude_code",
        "claude_code.mcp_server_connection",
        &[milliseconds(Seconds::McpConnection)],
    ),
    rule(
        Kind::Event,
        "codex",
        "codex.tool_result",
        &[Gives::ToolCall(ToolFields {
            call_id: "call_id",
            tool: "tool_name",
            duration_ms: "duration_ms",
            success: "success",
            ..NO_TOOL
        })],
    ),
    rule(
        Kind::Event,
        "codex",
        "codex.api_request",
        &[milliseconds(Seconds::ApiRequest)],
    ),
    Rule {
        kind: Kind::Event,
        source: "codex",
        name: "codex.sse_event",
        when: Some(("event.kind", "response.completed")),
        gives: &[Gives::Tokens(&[
            TokenField {
                attribute: "input_token_count",
                kind: "input",
                without: &["cached_token_count"],
            },
            TokenField {
                attribute: "output_token_count",
                kind: "output",
                without: &["reasoning_token_count"],
            },
            part("cached_token_count", "cache_read"),
            part("reasoning_token_count", "reasoning"),
        ])],
    },
    rule(
        Kind::Event,
        "codex",
        "codex.tool_decision",
        &[Gives::Count(
            Subject::Decisions,
            DECISIONS,
            &[("tool", "tool_name"), ("decision", "decision")],
        )],
    ),
    rule(
        Kind::Event,
        "gemini_cli",
        "gemini_cli.tool_call",
        &[
            Gives::ToolCall(ToolFields {
                tool: "function_name",
                duration_ms: "duration_ms",
                success: "success",
                error: &["error", "error_type"],
                output_size: "content_length",
                ..NO_TOOL
            }),
            Gives::Count(
                Subject::Decisions,
                DECISIONS,
                &[("tool", "function_name"), ("decision", "decision")],
            ),
        ],
    ),
    rule(
        Kind::Event,
        "gemini_cli",
        "gemini_cli.api_response",
        &[
            Gives::Tokens(&[
                TokenField {
                    attribute: "input_token_count",
                    kind: "input",
                    without: &["cached_content_token_count"],
                },
                part("output_token_count", "output"),
                part("cached_content_token_count", "cache_read"),
                part("thoughts_token_count", "reasoning"),
                part("tool_token_count", "tool"),
            ]),
            milliseconds(Seconds::ApiRequest),
        ],
    ),
    rule(
        Kind::Event,
        "gemini_cli",
        "gemini_cli.api_error",
        &[milliseconds(Seconds::ApiRequest)],
    ),
    rule(
        Kind::Event,
        "gemini_cli",
        "gemini_cli.agent.finish",
        &[milliseconds(Seconds::Run)],
    ),
    rule(
        Kind::Event,
        "gen_ai",
        "gen_ai.client.inference.operation.details",
        &[GEN_AI_TOKENS],
    ),
    rule(
        Kind::Event,
        "gen_ai",
        "gen_ai.evaluation.result",
        &[Gives::Evaluation],
    ),
    rule(Kind::Span, "gen_ai", "execute_tool", &[GEN_AI_TOOL]),
    rule(
        Kind::Span,
        "gemini_cli",
        "tool_call",
        &[Gives::ToolCall(ToolFields {
            call_id: "gen_ai.tool.call_id",
            tool: "gen_ai.tool.name",
            error: &["error.type"],
            ..NO_TOOL
        })],
    ),
    rule(Kind::Span, "gen_ai", "chat", REQUEST_SPAN),
    rule(Kind::Span, "gen_ai", "generate_content", REQUEST_SPAN),
    rule(Kind::Span, "gen_ai", "text_completion", REQUEST_SPAN),
    rule(
        Kind::Span,
        "claude_code",
        "claude_code.llm_request",
        &[CLAUDE_TOKENS, Gives::Time(Seconds::ApiRequest, Took::Span)],
    ),
    rule(
        Kind::Span,
        "gen_ai",
        "invoke_agent",
        &[Gives::Time(Seconds::Run, Took::Span)],
    ),
    Rule {
        kind: Kind::Span,
        source: "mcp",
        name: "",
        when: Some(("mcp.method.name", "")),
        gives: &[Gives::Time(Seconds::McpRequest, Took::Span)],
    },
    rule(
        Kind::Metric,
        "claude_code",
        "claude_code.token.usage",
        &[Gives::TokensBy(
            "type",
            &[
                typed("input", "input", ""),
                typed("output", "output", ""),
                typed("cacheRead", "cache_read", ""),
                typed("cacheCreation", "cache_write", ""),
            ],
        )],
    ),
    rule(
        Kind::Metric,
        "claude_code",
        "claude_code.cost.usage",
        &[Gives::CostItself],
    ),
    rule(
        Kind::Metric,
        "codex",
        "codex.turn.token_usage",
        &[Gives::TokensBy(
            "token_type",
            &[
                typed("input", "input", ""),
                typed("output", "output", ""),
                typed("cached_input", "cache_read", "input"),
                typed("reasoning_output", "reasoning", "output"),
            ],
        )],
    ),
    rule(
        Kind::Metric,
        "codex",
        "codex.turn.e2e_duration_ms",
        &[Gives::Time(Seconds::Run, Took::Histogram)],
    ),
    rule(
        Kind::Metric,
        "codex",
        "codex.turn.ttft.duration_ms",
        &[Gives::Time(Seconds::FirstToken, Took::Histogram)],
    ),
    rule(
        Kind::Metric,
        "codex",
        "codex.api_request.duration_ms",
        &[Gives::Time(Seconds::ApiRequest, Took::Histogram)],
    ),
    rule(
        Kind::Metric,
        "gemini_cli",
        "gemini_cli.token.usage",
        &[Gives::TokensBy(
            "type",
            &[
                typed("input", "input", ""),
                typed("output", "output", ""),
                typed("cache", "cache_read", "input"),
                typed("thought", "reasoning", ""),
                typed("tool", "tool", ""),
            ],
        )],
    ),
    rule(
        Kind::Metric,
        "gemini_cli",
        "gemini_cli.api.request.latency",
        &[Gives::Time(Seconds::ApiRequest, Took::Histogram)],
    ),
    rule(
        Kind::Metric,
        "gemini_cli",
        "gemini_cli.agent.duration",
        &[Gives::Time(Seconds::Run, Took::Histogram)],
    ),
    rule(
        Kind::Metric,
        "gen_ai",
        "gen_ai.client.token.usage",
        &[Gives::TokensBy(
            "gen_ai.token.type",
            &[typed("input", "input", ""), typed("output", "output", "")],
        )],
    ),
    rule(
        Kind::Metric,
        "gen_ai",
        "gen_ai.client.operation.duration",
        &[Gives::Time(Seconds::ApiRequest, Took::Histogram)],
    ),
    rule(
        Kind::Metric,
        "gen_ai",
        "gen_ai.invoke_agent.duration",
        &[Gives::Time(Seconds::Run, Took::Histogram)],
    ),
];
