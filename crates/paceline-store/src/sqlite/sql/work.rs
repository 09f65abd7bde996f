//! Statements about what agents did: the log of tasks' events, walked by its number, which is in the
//! order of time.

statements! {
    /// Claims and ends of holds (2, 4 to 10) within a stretch of the log.
    HOLD_EVENTS = "SELECT e.at, e.event, e.agent_id, t.agent_type, t.started_at, t.ready_at, \
        t.imported FROM task_events e JOIN tasks t ON t.seq = e.seq \
        WHERE e.number >= ?1 AND e.number < ?2 AND e.at >= ?3 AND e.at < ?4 \
        AND e.event > 1 AND e.event < 11 AND e.event <> 3 AND e.agent_id IS NOT NULL \
        ORDER BY e.number DESC";
    EVENT_FROM = "SELECT at FROM task_events WHERE number >= ?1 ORDER BY number LIMIT 1";
    /// Ends of holds, whosever, one by one.
    ENDS_BELOW = "SELECT number, at, event, agent_id, seq, fence, previous FROM task_events \
        WHERE number < ?1 AND number >= ?2 AND event > 3 AND event < 11 ORDER BY number DESC";
    STEP_BACK = "SELECT previous, at, event, fence FROM task_events WHERE number = ?1";
    HELD_TASK = "SELECT t.task_id, t.agent_type, t.submitted_at, t.imported, x.summary \
        FROM tasks t JOIN task_texts x ON x.seq = t.seq WHERE t.seq = ?1";
    RUNNING_HOLDS = "SELECT t.task_id, t.agent_type, x.summary, t.fence, t.ready_at, t.started_at \
        FROM tasks t INDEXED BY tasks_running JOIN task_texts x ON x.seq = t.seq \
        WHERE t.assigned_to = ?1 AND t.status = 3 ORDER BY t.started_at DESC LIMIT ?2";
    RUNNING_FIGURES = "SELECT seq, status, agent_type, assigned_to, ready_at, started_at, \
        finished_at FROM tasks INDEXED BY tasks_leased WHERE status = 3 AND seq < ?1 \
        ORDER BY seq DESC LIMIT ?2";
    /// Completed (4) or failed (5) before they came here.
    ENDED_ELSEWHERE = "SELECT seq, status, agent_type, assigned_to, ready_at, started_at, \
        finished_at FROM tasks INDEXED BY tasks_ended_elsewhere WHERE imported = 1 \
        AND finished_at IS NOT NULL AND (finished_at, seq) < (?1, ?2) AND finished_at >= ?3 \
        ORDER BY finished_at DESC, seq DESC LIMIT ?4";
    TOOL_CALLS_OF = "SELECT number, call_id, agent_id, session_id, tool, category, started_at, \
        duration_ms, success, success_reported, error, input_size, output_size FROM tool_calls \
        INDEXED BY tool_calls_by_agent WHERE agent_id = ?1 AND (started_at, number) < (?2, ?3) \
        AND started_at >= ?4 ORDER BY started_at DESC, number DESC LIMIT ?5";
    ASSESSMENTS_OF = "SELECT number, assessment_id, task_id, agent_id, completeness, \
        code_quality, documentation, efficiency, impact, overall_score, notes, assessed_by, \
        assessed_at, automatic, imported FROM assessments INDEXED BY assessments_by_agent \
        WHERE agent_id = ?1 AND number < ?2 ORDER BY number DESC LIMIT ?3";
    ASSESSMENTS_BETWEEN = "SELECT number, assessment_id, task_id, agent_id, completeness, \
        code_quality, documentation, efficiency, impact, overall_score, notes, assessed_by, \
        assessed_at, automatic, imported FROM assessments INDEXED BY assessments_by_time \
        WHERE (assessed_at, number) < (?1, ?2) AND assessed_at >= ?3 \
        ORDER BY assessed_at DESC, number DESC LIMIT ?4";
}
