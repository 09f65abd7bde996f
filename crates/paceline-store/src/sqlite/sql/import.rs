//! Statements that take over another system's records.

statements! {
    INSERT_AGENT = "INSERT INTO agents (agent_id, name, role, agent_types, topics, session_id, \
        metadata, activity, current_task, health, registered_at, last_seen_at, \
        last_seen_steady, acked_through, delivered_through, gone_at, imported) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0, 0, 0, NULL, 1) \
        ON CONFLICT (agent_id) DO NOTHING";
    INSERT_TASK = "INSERT INTO tasks (seq, task_id, status, calculated_priority, \
        priority_changes_at, base_priority, source, agent_type, dependency_depth, prerequisites, \
        unmet_prerequisites, dependents_waiting, deadline, not_before, \
        estimated_duration_seconds, max_retries, retries, fence, assigned_to, lease_deadline, \
        lease_ms, submitted_at, ready_at, started_at, finished_at, notes, imported) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, \
        ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, 1)";
    INSERT_NAMED_PREREQUISITE = "INSERT INTO prerequisites (seq, position, prerequisite, name) \
        VALUES (?1, ?2, NULL, ?3)";
    AWAITING = "SELECT seq, position FROM prerequisites WHERE name = ?1 AND prerequisite IS NULL";
    FOUND = "UPDATE prerequisites SET prerequisite = ?3, name = NULL \
        WHERE seq = ?1 AND position = ?2";
    SET_REPORTED = "INSERT INTO agent_figures (agent_id, reported) VALUES (?1, ?2) \
        ON CONFLICT (agent_id) DO UPDATE SET reported = excluded.reported WHERE reported IS NULL";
    INSERT_SESSION = "INSERT INTO sessions (session_id, agent_id, started_at, ended_at, \
        tool_calls) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (session_id) DO NOTHING";
    /// An election that is here keeps its leader, but never a lower epoch than its history had.
    INSERT_ELECTION = "INSERT INTO elections (election, epoch, leader, term_ends, ttl_ms, since, \
        vacant_since) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
        ON CONFLICT (election) DO UPDATE SET epoch = excluded.epoch \
        WHERE epoch < excluded.epoch";
}
