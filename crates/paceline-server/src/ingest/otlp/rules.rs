//! THE table of what agents' telemetry says: which event, span or metric of which program becomes
//! a tool call, tokens, cost, time or quality. Owns nothing but the table, which has a version
//! because the conventions move; refuses to read records (`facts.rs` does, by this table).
//! `docs/metrics-in.md` shows it to users, and a test keeps both equal.
//!
//! Several records may tell the same fact: Claude Code counts tokens in a metric and says them
//! with each request. For one program of one agent a fact is taken from the kind and source that
//! stands highest here, so that it counts once.

use super::mapping::{
    DECISIONS, Gives, Kind, Rule, Seconds, Subject, TokenField, TokenType, Took, ToolFields,
};

/// Raised with every change of a rule.
pub const MAPPING_VERSION: u32 = 1;

/// The rank of a rule: that of the first of its kind and source, which tell a fact together.
pub fn rank(rule: &Rule) -> usize {
    let together = |one: &Rule| one.kind == rule.kind && one.source == rule.source;
    RULES.iter().position(together).unwrap_or(RULES.len())
}

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
