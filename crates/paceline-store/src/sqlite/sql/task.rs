//! Statements about tasks. Those that take the first few rows name their index: without statistics
//! SQLite prefers the index on `status` alone and sorts.

macro_rules! add_figures {
    () => {
        "INSERT INTO agent_figures (agent_id, claimed, completed, failed, released, \
        duration_ms_sum, quality_count, quality_sum) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
        ON CONFLICT (agent_id) DO UPDATE SET claimed = claimed + excluded.claimed, \
        completed = completed + excluded.completed, failed = failed + excluded.failed, \
        released = released + excluded.released, \
        duration_ms_sum = duration_ms_sum + excluded.duration_ms_sum, \
        quality_count = quality_count + excluded.quality_count, \
        quality_sum = quality_sum + excluded.quality_sum"
    };
}

statements! {
    NEWEST_SEQ = "SELECT coalesce(max(seq), 0) FROM tasks";
    NEWEST_EVENT = "SELECT coalesce(max(number), 0) FROM task_events";
    INSERT = "INSERT INTO tasks (seq, task_id, status, calculated_priority, priority_changes_at, \
        base_priority, source, agent_type, dependency_depth, prerequisites, unmet_prerequisites, \
        dependents_waiting, deadline, not_before, estimated_duration_seconds, max_retries, \
        retries, fence, submitted_at, ready_at, notes, imported) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, 0, 0, ?17, \
        ?18, 0, 0)";
    INSERT_TEXTS = "INSERT INTO task_texts (seq, description, summary, input, parent_task_id, \
        session_id, submitted_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    INSERT_PREREQUISITE = "INSERT INTO prerequisites (seq, position, prerequisite, name) \
        VALUES (?1, ?2, ?3, NULL)";
    COUNT_PREREQUISITES = "UPDATE tasks SET prerequisites = ?2 WHERE seq = ?1";
    SET_DEPTH = "UPDATE tasks SET dependency_depth = ?2 WHERE seq = ?1";

    ROW_BY_ID = concat!("SELECT ", row_columns!(), " FROM tasks WHERE task_id = ?1");
    ROW_BY_SEQ = concat!("SELECT ", row_columns!(), " FROM tasks WHERE seq = ?1");
    NEXT_UNTYPED = concat!("SELECT ", row_columns!(), " FROM tasks INDEXED BY tasks_ready \
        WHERE status = 2 AND agent_type IS NULL ORDER BY calculated_priority DESC, seq LIMIT 1");
    NEXT_OF_TYPE = concat!("SELECT ", row_columns!(), " FROM tasks INDEXED BY tasks_ready \
        WHERE status = 2 AND agent_type = ?1 ORDER BY calculated_priority DESC, seq LIMIT 1");
    /// The types of ready tasks, one after the other.
    READY_TYPE_AFTER = "SELECT agent_type FROM tasks INDEXED BY tasks_ready \
        WHERE status = 2 AND agent_type > ?1 ORDER BY agent_type LIMIT 1";
    LEASES_OVER = concat!("SELECT ", row_columns!(), " FROM tasks INDEXED BY tasks_leased WHERE status = 3 \
        AND lease_deadline <= ?1 ORDER BY lease_deadline LIMIT ?2");
    SCHEDULED_DUE = concat!("SELECT ", row_columns!(), " FROM tasks INDEXED BY tasks_scheduled WHERE status = 0 \
        AND not_before <= ?1 ORDER BY not_before LIMIT ?2");
    RUNNING_OF_AGENT = concat!("SELECT ", row_columns!(), " FROM tasks \
        INDEXED BY tasks_running WHERE assigned_to = ?1 AND status = 3");
    COUNT_RUNNING_OF_AGENT = "SELECT count(*) FROM tasks INDEXED BY tasks_running \
        WHERE assigned_to = ?1 AND status = 3";
    PRIORITY_DUE = concat!("SELECT ", row_columns!(), " FROM tasks INDEXED BY tasks_ageing WHERE status < 3 \
        AND priority_changes_at <= ?1 ORDER BY priority_changes_at LIMIT ?2");

    /// Everything that a transition may change.
    TRANSITION = "UPDATE tasks SET status = ?2, unmet_prerequisites = ?3, retries = ?4, \
        fence = ?5, assigned_to = ?6, lease_deadline = ?7, lease_ms = ?8, ready_at = ?9, \
        started_at = ?10, finished_at = ?11, last_event = ?12 WHERE seq = ?1";
    COUNT_DOWN = "UPDATE tasks SET unmet_prerequisites = ?2 WHERE seq = ?1";
    RENEW = "UPDATE tasks SET lease_deadline = ?2, lease_ms = ?3, last_event = ?4 WHERE seq = ?1";
    SET_LAST_EVENT = "UPDATE tasks SET last_event = ?2 WHERE seq = ?1";
    RESCORE = "UPDATE tasks SET dependents_waiting = ?2, calculated_priority = ?3, \
        priority_changes_at = ?4 WHERE seq = ?1";
    SET_DEPENDENTS = "UPDATE tasks SET dependents_waiting = ?2 WHERE seq = ?1";
    SET_WISHES = "UPDATE tasks SET base_priority = ?2, deadline = ?3 WHERE seq = ?1";
    SET_NOTES = "UPDATE tasks SET notes = ?2 WHERE seq = ?1";
    INSERT_EVENT = "INSERT INTO task_events (number, seq, previous, at, event, agent_id, fence, \
        detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    INSERT_NOTE = "INSERT INTO task_notes (seq, number, at, agent_id, text) \
        VALUES (?1, ?2, ?3, ?4, ?5)";
    /// Sets what is given and keeps the rest.
    SET_OUTCOME = "INSERT INTO task_outcomes (seq, result, error, reason) \
        VALUES (?1, ?2, ?3, ?4) ON CONFLICT (seq) DO UPDATE SET \
        result = coalesce(excluded.result, result), error = coalesce(excluded.error, error), \
        reason = coalesce(excluded.reason, reason)";

    TEXTS = "SELECT description, summary, input, parent_task_id, session_id, submitted_by \
        FROM task_texts WHERE seq = ?1";
    SEARCHED = "SELECT summary, description FROM task_texts WHERE seq = ?1";
    OUTCOME = "SELECT result, error, reason FROM task_outcomes WHERE seq = ?1";
    NOTES = "SELECT at, agent_id, text FROM task_notes WHERE seq = ?1 ORDER BY number";
    EVENT = "SELECT previous, at, event, agent_id, fence, detail FROM task_events \
        WHERE number = ?1";
    PREREQUISITE_NAMES = "SELECT coalesce(p.name, t.task_id) FROM prerequisites p \
        LEFT JOIN tasks t ON t.seq = p.prerequisite WHERE p.seq = ?1 ORDER BY p.position";
    PREREQUISITE_SEQS = "SELECT prerequisite FROM prerequisites WHERE seq = ?1 \
        AND prerequisite IS NOT NULL ORDER BY position";
    PLACE = "SELECT seq, prerequisites FROM tasks WHERE task_id = ?1";
    EDGES = "SELECT prerequisite, name FROM prerequisites WHERE seq = ?1 ORDER BY position";
    ID_BY_SEQ = "SELECT task_id FROM tasks WHERE seq = ?1";
    DEPENDENT_SEQS = "SELECT seq FROM prerequisites WHERE prerequisite = ?1";
    DEPENDENT_NAMES = "SELECT t.task_id FROM prerequisites p JOIN tasks t ON t.seq = p.seq \
        WHERE p.prerequisite = ?1";
    SEQ_BY_ID = "SELECT seq FROM tasks WHERE task_id = ?1";

    /// Walks of lists: newest first, below a number. Completed tasks are the bulk of all and have no
    /// index of their own, so that their list is a bounded walk over all tasks.
    WALK_ALL = "SELECT seq, status, source, agent_type, assigned_to FROM tasks WHERE seq < ?1 \
        ORDER BY seq DESC";
    WALK_FIGURES = "SELECT seq, status, agent_type, assigned_to, ready_at, started_at, \
        finished_at FROM tasks WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2";
    WALK_WAITING = "SELECT seq, status, source, agent_type, assigned_to FROM tasks INDEXED BY tasks_waiting \
        WHERE status < 3 AND seq < ?1 AND status = ?2 ORDER BY seq DESC";
    WALK_RUNNING = "SELECT seq, status, source, agent_type, assigned_to FROM tasks INDEXED BY tasks_leased \
        WHERE status = 3 AND seq < ?1 ORDER BY seq DESC";
    WALK_ENDED_BADLY = "SELECT seq, status, source, agent_type, assigned_to FROM tasks \
        INDEXED BY tasks_ended_badly WHERE status > 4 AND seq < ?1 AND status = ?2 \
        ORDER BY seq DESC";
    WALK_RUNNING_OF = "SELECT seq, status, source, agent_type, assigned_to FROM tasks \
        INDEXED BY tasks_running WHERE status = 3 AND seq < ?1 AND assigned_to = ?2 \
        ORDER BY seq DESC";

    /// One task of a graph; its summary is the beginning of the description where it has none.
    NODE = "SELECT t.task_id, t.status, t.agent_type, t.assigned_to, t.submitted_at, \
        t.started_at, t.finished_at, coalesce(x.summary, substr(x.description, 1, 140)) \
        FROM tasks t JOIN task_texts x ON x.seq = t.seq WHERE t.seq = ?1";

    COUNTS = "SELECT number, tasks, priority_micropoints FROM task_counts WHERE kind = 0";
    ADD_COUNTS = "UPDATE task_counts SET tasks = tasks + ?2, \
        priority_micropoints = priority_micropoints + ?3 WHERE kind = 0 AND number = ?1";
    ADD_DEPTH = "INSERT INTO task_counts (kind, number, tasks, priority_micropoints) \
        VALUES (1, ?1, ?2, 0) ON CONFLICT (kind, number) DO UPDATE SET \
        tasks = tasks + excluded.tasks";
    DROP_DEPTH = "DELETE FROM task_counts WHERE kind = 1 AND number = ?1 AND tasks <= 0";
    MAX_DEPTH = "SELECT coalesce(max(number), 0) FROM task_counts WHERE kind = 1";
    OLDEST_OF_STATUS = "SELECT seq, task_id, submitted_at FROM tasks INDEXED BY tasks_waiting \
        WHERE status < 3 AND status = ?1 ORDER BY seq LIMIT 1";
    NEWEST = "SELECT task_id, submitted_at FROM tasks ORDER BY seq DESC LIMIT 1";

    ADD_FIGURES = add_figures!();
    ADD_FIGURES_AND_TELL = concat!(add_figures!(), " RETURNING completed, failed");
    /// Every row, because the ranking is of all agents.
    FIGURES = "SELECT agent_id, claimed, completed, failed, released, duration_ms_sum, \
        quality_count, quality_sum, reported FROM agent_figures ORDER BY agent_id";

    SUMMARY = "SELECT summary, description FROM task_texts WHERE seq = ?1";
    RUNNING = "SELECT task_id, assigned_to FROM tasks INDEXED BY tasks_leased \
        WHERE status = 3 AND lease_deadline IS NOT NULL AND assigned_to IS NOT NULL";
    RECENT_EVENTS = "SELECT seq, at, event, agent_id FROM task_events WHERE ?1 < number \
        ORDER BY number DESC LIMIT ?2";
    NEWEST_ROWS = concat!("SELECT ", row_columns!(), " FROM tasks WHERE ?1 < seq \
        ORDER BY seq DESC LIMIT ?2");
    RUNNING_SINCE = "SELECT min(started_at) FROM tasks INDEXED BY tasks_leased WHERE status = 3";
    READY_SINCE = "SELECT ready_at FROM tasks INDEXED BY tasks_waiting \
        WHERE status < 3 AND status = 2 ORDER BY seq LIMIT 1";

    /// Running tasks at start: how long each lease has left.
    LEASES = "SELECT seq, lease_deadline, lease_ms FROM tasks INDEXED BY tasks_leased \
        WHERE status = 3 AND lease_deadline IS NOT NULL";
    SET_LEASE = "UPDATE tasks SET lease_deadline = ?2 WHERE seq = ?1";
}
