//! Agents as people see them. Owns the columns; refuses JSON, which is the API's.

use paceline_api::{
    Agent, AgentDeregistered, AgentRegistered, AgentStatusResponse, HeartbeatResponse, LeaderState,
    StrictJson,
};

use crate::terminal::words::{count, time, time_or_nothing};
use crate::terminal::{Part, Present, Table, View};

impl Present for AgentStatusResponse {
    fn view(&self) -> View {
        let head = &[
            "!agent",
            "name",
            "role",
            "health",
            "status",
            "current task",
            "#running",
            "!heartbeat",
        ];
        let rows = self.items.iter().map(row).collect();
        let view = View::list(head, rows, "no agents; `paceline agent register` adds one");
        let leaders: Vec<_> = self.leaders.iter().map(leader_row).collect();
        if leaders.is_empty() {
            return view.and_more(self.next_cursor.as_deref());
        }
        let head = &["election", "!leader", "#epoch", "!expires"];
        view.and_more(self.next_cursor.as_deref())
            .and(Part::Table(Table::new(head, leaders)))
    }
}

fn row(agent: &Agent) -> Vec<String> {
    vec![
        agent.agent_id.clone(),
        agent.name.clone().unwrap_or_default(),
        agent.role.clone().unwrap_or_default(),
        agent.health.as_str().to_owned(),
        agent.status.as_str().to_owned(),
        agent.current_task.clone().unwrap_or_default(),
        agent.tasks_running.to_string(),
        time(agent.last_heartbeat_at),
    ]
}

fn leader_row(state: &LeaderState) -> Vec<String> {
    vec![
        state.election.clone(),
        state.leader.clone().unwrap_or_default(),
        state.epoch.to_string(),
        time_or_nothing(state.expires_at),
    ]
}

impl Present for Agent {
    fn view(&self) -> View {
        View::facts([
            ("agent", self.agent_id.clone()),
            ("name", self.name.clone().unwrap_or_default()),
            ("role", self.role.clone().unwrap_or_default()),
            ("agent types", self.agent_types.join(", ")),
            ("topics", self.topics.join(", ")),
            ("session", self.session_id.clone().unwrap_or_default()),
            ("health", self.health.as_str().to_owned()),
            ("status", self.status.as_str().to_owned()),
            (
                "current task",
                self.current_task.clone().unwrap_or_default(),
            ),
            ("tasks running", self.tasks_running.to_string()),
            ("registered", time(self.registered_at)),
            ("heartbeat", time(self.last_heartbeat_at)),
            (
                "metadata",
                self.metadata
                    .as_ref()
                    .map(StrictJson::to_string)
                    .unwrap_or_default(),
            ),
        ])
    }
}

impl Present for AgentRegistered {
    fn view(&self) -> View {
        View::facts([
            ("agent", self.agent_id.clone()),
            ("token", self.token.clone()),
            ("name", self.name.clone().unwrap_or_default()),
            ("role", self.role.clone().unwrap_or_default()),
            ("agent types", self.agent_types.join(", ")),
            ("topics", self.topics.join(", ")),
            ("registered", time(self.registered_at)),
        ])
        .and_say("The token is shown this once; pass it as --token or PACELINE_TOKEN.")
    }
}

impl Present for HeartbeatResponse {
    fn view(&self) -> View {
        View::facts([
            ("agent", self.agent_id.clone()),
            ("health", self.health.as_str().to_owned()),
            ("tasks running", self.tasks_running.to_string()),
            ("heartbeat", time(self.last_heartbeat_at)),
        ])
    }
}

impl Present for AgentDeregistered {
    fn view(&self) -> View {
        let released = self.released_task_ids.len() as u64;
        let view = View::sentence(format!(
            "{} left; {} went back to the queue.",
            self.agent_id,
            count(released, "task")
        ));
        let rows: Vec<_> = self
            .released_task_ids
            .iter()
            .map(|id| vec![id.clone()])
            .collect();
        if rows.is_empty() {
            view
        } else {
            view.and(Part::Table(Table::new(&["!task"], rows)))
        }
    }
}
