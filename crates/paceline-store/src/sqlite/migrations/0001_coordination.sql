-- Everything coordination keeps. Times are milliseconds; enumerations are the positions listed in
-- code.rs; identifiers are the texts that callers see.

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Agents ---------------------------------------------------------------------------------------

CREATE TABLE agents (
    number INTEGER PRIMARY KEY,
    agent_id TEXT NOT NULL UNIQUE,
    name TEXT,
    role TEXT,
    agent_types TEXT NOT NULL,
    topics TEXT NOT NULL,
    session_id TEXT,
    metadata TEXT,
    activity INTEGER NOT NULL,
    current_task TEXT,
    health INTEGER NOT NULL,
    registered_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    last_seen_steady INTEGER NOT NULL,
    acked_through INTEGER NOT NULL,
    delivered_through INTEGER NOT NULL,
    gone_at INTEGER,
    imported INTEGER NOT NULL
) STRICT;
CREATE INDEX agents_by_silence ON agents (health, last_seen_steady)
    WHERE gone_at IS NULL AND imported = 0;
CREATE INDEX agents_present ON agents (number) WHERE gone_at IS NULL;

CREATE TABLE tokens (
    hash BLOB PRIMARY KEY,
    token_id TEXT UNIQUE,
    name TEXT,
    agent_id TEXT,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX tokens_by_agent ON tokens (agent_id) WHERE agent_id IS NOT NULL;

-- Tasks ----------------------------------------------------------------------------------------
-- What verbs change lives in `tasks`, kept slim because SQLite rewrites a whole row; what never
-- changes after submission lives in `task_texts`.

CREATE TABLE tasks (
    seq INTEGER PRIMARY KEY,
    task_id TEXT NOT NULL UNIQUE,
    status INTEGER NOT NULL,
    calculated_priority REAL NOT NULL,
    priority_changes_at INTEGER,
    base_priority INTEGER NOT NULL,
    source INTEGER NOT NULL,
    agent_type TEXT,
    dependency_depth INTEGER NOT NULL,
    prerequisites INTEGER NOT NULL,
    unmet_prerequisites INTEGER NOT NULL,
    dependents_waiting INTEGER NOT NULL,
    deadline INTEGER,
    not_before INTEGER,
    estimated_duration_seconds INTEGER,
    max_retries INTEGER NOT NULL,
    retries INTEGER NOT NULL,
    fence INTEGER NOT NULL,
    assigned_to TEXT,
    lease_deadline INTEGER,
    lease_ms INTEGER,
    submitted_at INTEGER NOT NULL,
    ready_at INTEGER,
    started_at INTEGER,
    finished_at INTEGER,
    last_event INTEGER,
    notes INTEGER NOT NULL,
    imported INTEGER NOT NULL
) STRICT;
-- Every index below holds only the rows that its question is about, so that a change of state
-- touches few of them. Finished tasks have none by agent: with one, each of a group's completions
-- dirtied a page of its own, the end of its agent's run. (`IN` lists would be built anew for each row; comparisons are free.)
CREATE INDEX tasks_ready ON tasks (agent_type, calculated_priority DESC) WHERE status = 2;
CREATE INDEX tasks_waiting ON tasks (status) WHERE status < 3;
CREATE INDEX tasks_ageing ON tasks (priority_changes_at) WHERE status < 3;
CREATE INDEX tasks_scheduled ON tasks (not_before) WHERE status = 0;
CREATE INDEX tasks_leased ON tasks (lease_deadline) WHERE status = 3;
CREATE INDEX tasks_running ON tasks (assigned_to) WHERE status = 3;
CREATE INDEX tasks_ended_badly ON tasks (status) WHERE status > 4;

CREATE TABLE task_texts (
    seq INTEGER PRIMARY KEY,
    description TEXT NOT NULL,
    summary TEXT,
    input TEXT,
    parent_task_id TEXT,
    session_id TEXT,
    submitted_by TEXT
) STRICT;

CREATE TABLE task_outcomes (
    seq INTEGER PRIMARY KEY,
    result TEXT,
    error TEXT,
    reason TEXT
) STRICT;

CREATE TABLE task_notes (
    seq INTEGER NOT NULL,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    agent_id TEXT,
    text TEXT NOT NULL,
    PRIMARY KEY (seq, number)
) STRICT, WITHOUT ROWID;

-- A log that only grows at its end; each event names the task's previous one, and the task its
-- last. An index by task would dirty a page a task where this dirties one for all of a group.
CREATE TABLE task_events (
    number INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL,
    previous INTEGER,
    at INTEGER NOT NULL,
    event INTEGER NOT NULL,
    agent_id TEXT,
    fence INTEGER NOT NULL,
    detail TEXT
) STRICT;

-- `prerequisite` is null while an imported task names one that has not come; `name` then holds it.
CREATE TABLE prerequisites (
    seq INTEGER NOT NULL,
    position INTEGER NOT NULL,
    prerequisite INTEGER,
    name TEXT,
    PRIMARY KEY (seq, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX prerequisites_back ON prerequisites (prerequisite) WHERE prerequisite IS NOT NULL;
CREATE INDEX prerequisites_awaited ON prerequisites (name) WHERE prerequisite IS NULL;

-- Kind 0: tasks of a status, and the sum of their priorities in millionths of a point. Kind 1:
-- waiting tasks of a depth. One table, because every commit that adds a task writes both.
CREATE TABLE task_counts (
    kind INTEGER NOT NULL,
    number INTEGER NOT NULL,
    tasks INTEGER NOT NULL,
    priority_micropoints INTEGER NOT NULL,
    PRIMARY KEY (kind, number)
) STRICT, WITHOUT ROWID;
INSERT INTO task_counts VALUES (0,0,0,0), (0,1,0,0), (0,2,0,0), (0,3,0,0), (0,4,0,0), (0,5,0,0),
    (0,6,0,0);

CREATE TABLE row_counts (
    name TEXT PRIMARY KEY,
    rows INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE agent_figures (
    agent_id TEXT PRIMARY KEY,
    claimed INTEGER NOT NULL DEFAULT 0,
    completed INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    released INTEGER NOT NULL DEFAULT 0,
    duration_ms_sum INTEGER NOT NULL DEFAULT 0,
    quality_count INTEGER NOT NULL DEFAULT 0,
    quality_sum REAL NOT NULL DEFAULT 0,
    reported TEXT
) STRICT, WITHOUT ROWID;

-- Messages -------------------------------------------------------------------------------------

CREATE TABLE streams (
    stream INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    name TEXT NOT NULL,
    last_sequence INTEGER NOT NULL,
    UNIQUE (kind, name)
) STRICT;

CREATE TABLE messages (
    position INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    message_id TEXT NOT NULL UNIQUE,
    sender TEXT,
    kind TEXT NOT NULL,
    payload TEXT,
    reply_to TEXT,
    sent_at INTEGER NOT NULL
) STRICT;
CREATE INDEX messages_by_stream ON messages (stream);

-- How far a reader was given messages, and had acknowledged them, at which time.
CREATE TABLE reads (
    agent_id TEXT NOT NULL,
    through INTEGER NOT NULL,
    delivered_at INTEGER,
    acked_at INTEGER,
    PRIMARY KEY (agent_id, through)
) STRICT, WITHOUT ROWID;

-- Memory ---------------------------------------------------------------------------------------
-- A deleted entry stays as a row without a value, so that its version goes on where it ended.

CREATE TABLE memory (
    number INTEGER PRIMARY KEY,
    namespace TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT,
    version INTEGER NOT NULL,
    tags TEXT NOT NULL,
    author TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    expires_at INTEGER,
    UNIQUE (namespace, key)
) STRICT;
CREATE INDEX memory_by_update ON memory (updated_at) WHERE value IS NOT NULL;
CREATE INDEX memory_by_namespace ON memory (namespace, updated_at) WHERE value IS NOT NULL;
CREATE INDEX memory_expiring ON memory (expires_at) WHERE expires_at IS NOT NULL;
CREATE VIRTUAL TABLE memory_words USING fts5 (
    namespace, key, value, tags, content = '', contentless_delete = 1
);

-- Elections ------------------------------------------------------------------------------------

CREATE TABLE elections (
    election TEXT PRIMARY KEY,
    epoch INTEGER NOT NULL,
    leader TEXT,
    term_ends INTEGER,
    ttl_ms INTEGER NOT NULL,
    since INTEGER,
    vacant_since INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX elections_led ON elections (term_ends) WHERE leader IS NOT NULL;
CREATE INDEX elections_by_leader ON elections (leader) WHERE leader IS NOT NULL;

-- Epochs of our own never repeat; those of an imported history may, so the beginning is in the key.
CREATE TABLE terms (
    election TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    leader TEXT NOT NULL,
    began_at INTEGER NOT NULL,
    ended_at INTEGER,
    ended_by INTEGER,
    PRIMARY KEY (election, epoch, began_at)
) STRICT, WITHOUT ROWID;

-- The record -----------------------------------------------------------------------------------

CREATE TABLE assessments (
    number INTEGER PRIMARY KEY,
    assessment_id TEXT NOT NULL UNIQUE,
    task_id TEXT NOT NULL,
    agent_id TEXT,
    completeness REAL NOT NULL,
    code_quality REAL NOT NULL,
    documentation REAL NOT NULL,
    efficiency REAL NOT NULL,
    impact REAL NOT NULL,
    overall_score REAL NOT NULL,
    notes TEXT,
    assessed_by TEXT NOT NULL,
    assessed_at INTEGER NOT NULL,
    automatic INTEGER NOT NULL,
    imported INTEGER NOT NULL
) STRICT;

CREATE TABLE tool_calls (
    number INTEGER PRIMARY KEY,
    call_id TEXT NOT NULL UNIQUE,
    agent_id TEXT,
    session_id TEXT,
    tool TEXT NOT NULL,
    category TEXT,
    started_at INTEGER NOT NULL,
    duration_ms REAL NOT NULL,
    success INTEGER NOT NULL,
    success_reported INTEGER NOT NULL,
    error TEXT,
    input_size INTEGER,
    output_size INTEGER
) STRICT;

CREATE TABLE sessions (
    session_id TEXT PRIMARY KEY,
    agent_id TEXT,
    started_at INTEGER,
    ended_at INTEGER,
    tool_calls INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency (
    key TEXT PRIMARY KEY,
    fingerprint BLOB NOT NULL,
    answer BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_by_age ON idempotency (created_at);
