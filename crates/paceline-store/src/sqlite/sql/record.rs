//! Statements about the record: assessments, tool calls, idempotency keys, counts.

statements! {
    ASSESSED_TASK = "SELECT assigned_to FROM tasks WHERE task_id = ?1";
    INSERT_ASSESSMENT = "INSERT INTO assessments (assessment_id, task_id, agent_id, completeness, \
        code_quality, documentation, efficiency, impact, overall_score, notes, assessed_by, \
        assessed_at, automatic, imported) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) \
        ON CONFLICT (assessment_id) DO NOTHING";
    ASSESSMENTS = "SELECT number, assessment_id, task_id, agent_id, completeness, code_quality, \
        documentation, efficiency, impact, overall_score, notes, assessed_by, assessed_at, \
        automatic, imported FROM assessments WHERE number < ?1 ORDER BY number DESC LIMIT ?2";
    INSERT_TOOL_CALL = "INSERT INTO tool_calls (call_id, agent_id, session_id, tool, category, \
        started_at, duration_ms, success, success_reported, error, input_size, output_size) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) \
        ON CONFLICT (call_id) DO NOTHING";
    TOOL_CALLS = "SELECT number, call_id, agent_id, session_id, tool, category, started_at, \
        duration_ms, success, success_reported, error, input_size, output_size FROM tool_calls \
        WHERE number < ?1 ORDER BY number DESC LIMIT ?2";

    FIND_KEY = "SELECT fingerprint, answer FROM idempotency WHERE key = ?1";
    INSERT_KEY = "INSERT INTO idempotency (key, fingerprint, answer, created_at) \
        VALUES (?1, ?2, ?3, ?4)";
    FORGET_KEYS = "DELETE FROM idempotency WHERE key IN (SELECT key FROM idempotency \
        WHERE created_at < ?1 ORDER BY created_at LIMIT ?2)";

    ADD_ROWS = "INSERT INTO row_counts (name, rows) VALUES (?1, ?2) \
        ON CONFLICT (name) DO UPDATE SET rows = rows + excluded.rows";
    /// One row a table.
    ROWS = "SELECT name, rows FROM row_counts ORDER BY name";
    /// One row a health.
    AGENTS_BY_HEALTH = "SELECT health, agents FROM agent_counts ORDER BY health";
    PROBE = "INSERT INTO meta (name, value) VALUES ('probe', ?1) \
        ON CONFLICT (name) DO UPDATE SET value = excluded.value";
}
