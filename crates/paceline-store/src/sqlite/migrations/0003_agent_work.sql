-- What the performance of agents is read by. None of these is touched when a task of our own
-- changes: its ends are found in `task_events`, which is in the order of time already.

CREATE INDEX tasks_ended_elsewhere ON tasks (finished_at)
    WHERE imported = 1 AND finished_at IS NOT NULL;
CREATE INDEX tool_calls_by_agent ON tool_calls (agent_id, started_at) WHERE agent_id IS NOT NULL;
CREATE INDEX assessments_by_agent ON assessments (agent_id, number) WHERE agent_id IS NOT NULL;
CREATE INDEX assessments_by_time ON assessments (assessed_at);
