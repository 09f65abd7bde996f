//! What a report is built from, one thing at a time. Owns the fields; refuses to keep any.

/// One operation, or as many as its weight says.
#[derive(Clone, Copy, Debug)]
pub struct OperationSample<'a> {
    pub at_ms: i64,
    pub operation: &'a str,
    pub duration_ms: f64,
    pub success: bool,
    pub weight: f64,
    pub error: Option<&'a str>,
    pub session_id: Option<&'a str>,
    pub agent_id: Option<&'a str>,
    pub context: Option<&'a str>,
    /// Queue, execute, commit.
    pub stages_ms: Option<[f64; 3]>,
}

/// One call of a tool.
#[derive(Clone, Copy, Debug)]
pub struct ToolSample<'a> {
    pub at_ms: i64,
    pub tool: &'a str,
    pub category: Option<&'a str>,
    pub agent_id: Option<&'a str>,
    pub duration_ms: f64,
    pub success: bool,
    pub success_reported: bool,
}

/// One task that an agent ended.
#[derive(Clone, Copy, Debug)]
pub struct TaskSample<'a> {
    /// When it ended.
    pub at_ms: i64,
    pub agent_id: &'a str,
    /// What kind of work it was; work of different kinds is not compared.
    pub kind: Option<&'a str>,
    /// From claim to end; absent where the claim's time is not known.
    pub took_ms: Option<f64>,
    /// Or failed.
    pub completed: bool,
}

/// One assessment; scores in the order completeness, code quality, documentation, efficiency,
/// impact.
#[derive(Clone, Copy, Debug)]
pub struct QualitySample<'a> {
    pub at_ms: i64,
    pub agent_id: Option<&'a str>,
    pub automatic: bool,
    pub overall: f64,
    pub scores: [f64; 5],
}
