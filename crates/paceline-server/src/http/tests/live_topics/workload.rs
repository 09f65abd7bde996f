//! A fleet that does anything, in any order, the same in every run. Owns what may happen to it; refuses to
//! look at what comes of it.

use super::*;

/// Numbers without a pattern, the same in every run (xorshift, Marsaglia 2003).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}

/// Asks for anything that changes the fleet, in any order; refusals are part of it.
pub(super) struct Workload<'s> {
    pub(super) server: &'s Server,
    pub(super) dice: Dice,
    pub(super) agents: Vec<String>,
    pub(super) tasks: Vec<String>,
    pub(super) held: Vec<(String, String, u64)>,
}

impl Workload<'_> {
    pub(super) async fn run(&mut self, steps: usize) {
        for _ in 0..steps {
            match self.dice.below(14) {
                0 | 1 => self.join().await,
                2..=4 => self.enqueue().await,
                5..=7 => self.claim().await,
                8..=10 => self.end().await,
                11 => self.agent_says().await,
                12 => self.stand().await,
                _ => self.leave_or_judge().await,
            }
        }
    }

    pub(super) fn one(&mut self, of_tasks: bool) -> String {
        let end = if of_tasks {
            self.tasks.len()
        } else {
            self.agents.len()
        };
        let at = self.dice.below(end.max(1));
        let list = if of_tasks { &self.tasks } else { &self.agents };
        list.get(at).cloned().unwrap_or_default()
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> Answer {
        self.server.call_json("POST", path, body).await
    }

    pub(super) async fn join(&mut self) {
        let name = format!("ägent {}", self.agents.len());
        let answer = self.post("/api/agents", json!({"name": name})).await;
        self.agents.push(text(&answer.body["agent_id"]));
    }

    pub(super) async fn enqueue(&mut self) {
        let prerequisite = self.one(true);
        let mut body = json!({"description": "work", "source": "human", "max_retries": 1});
        if self.dice.below(3) == 0 && !prerequisite.is_empty() {
            body["prerequisites"] = json!([prerequisite]);
        }
        let answer = self.post("/api/tasks", body).await;
        if answer.status.is_success() {
            self.tasks.push(text(&answer.body["task_id"]));
        }
    }

    pub(super) async fn claim(&mut self) {
        let agent = self.one(false);
        let answer = self
            .post("/api/tasks/claim", json!({"agent_id": agent}))
            .await;
        if answer.status == StatusCode::OK {
            let fence = answer.body["fence"].as_u64().unwrap();
            self.held
                .push((text(&answer.body["task"]["task_id"]), agent, fence));
        }
    }

    pub(super) async fn end(&mut self) {
        if self.held.is_empty() {
            return;
        }
        let at = self.dice.below(self.held.len());
        let (task, agent, fence) = self.held.swap_remove(at);
        let verb = ["complete", "complete", "fail", "release", "cancel"][self.dice.below(5)];
        let mut body = json!({"agent_id": agent, "fence": fence});
        if verb == "cancel" {
            body = json!({});
        }
        self.post(&format!("/api/tasks/{task}/{verb}"), body).await;
    }

    pub(super) async fn agent_says(&mut self) {
        let agent = self.one(false);
        let status = ["active", "idle", "working", "blocked"][self.dice.below(4)];
        let body = json!({"status": status});
        self.server
            .call_json("PATCH", &format!("/api/agents/{agent}"), body)
            .await;
    }

    pub(super) async fn stand(&mut self) {
        let agent = self.one(false);
        let verb = ["campaign", "campaign", "resign"][self.dice.below(3)];
        let mut body = json!({"agent_id": agent});
        if verb == "campaign" {
            body["ttl_ms"] = json!(600_000);
        }
        self.post(&format!("/api/elections/captain/{verb}"), body)
            .await;
    }

    pub(super) async fn leave_or_judge(&mut self) {
        if self.dice.below(2) == 0 {
            let agent = self.one(false);
            self.server
                .call("DELETE", &format!("/api/agents/{agent}"), "")
                .await;
            return;
        }
        // Whoever is silent for a moment is suspect; nobody is dead.
        let policy = SilencePolicy {
            warning_ms: -1,
            stale_ms: i64::MAX / 2,
            dead_ms: i64::MAX / 2,
        };
        let ctx = Context::at(self.server.live_clock().now());
        self.server
            .store
            .judge_health(ctx, policy, 3)
            .await
            .unwrap();
    }
}

impl Server {
    pub(super) fn live_clock(&self) -> SystemClock {
        SystemClock::start()
    }
}
