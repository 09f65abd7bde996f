//! Topics of the live feed over real sockets: what a subscriber puts together from frames is what the
//! HTTP interface shows, whenever it came; what is wrong is told and the connection goes on.

use std::collections::BTreeMap;

use paceline_core::agent::SilencePolicy;
use paceline_store::Context;
use serde_json::json;

use super::live::{Feed, Listening};
use super::*;

/// What a page keeps of the topics `fleet` and `tasks`.
#[derive(Default)]
struct Page {
    boot: Value,
    names: BTreeMap<u64, String>,
    /// By reference: the columns' values.
    agents: BTreeMap<u64, BTreeMap<String, Value>>,
    queue: Value,
    leaders: Value,
    newest_event: u64,
    tasks: BTreeMap<String, Value>,
}

impl Page {
    fn take(&mut self, frame: &Value) {
        match frame["type"].as_str().unwrap() {
            "fleet" => self.take_fleet(frame),
            "tasks" => {
                for task in frame["changed"].as_array().into_iter().flatten() {
                    self.tasks.insert(text(&task["task_id"]), task.clone());
                }
            }
            other => panic!("a frame of type {other}"),
        }
    }

    fn take_fleet(&mut self, frame: &Value) {
        let is_full = frame["full"] == true;
        if is_full {
            self.agents.clear();
            self.names.clear();
            self.newest_event = 0;
            self.boot = frame["boot"].clone();
            assert!(self.boot.is_string(), "{frame}");
        }
        for agent in frame["new"].as_array().into_iter().flatten() {
            self.names
                .insert(agent["ref"].as_u64().unwrap(), text(&agent["agent_id"]));
        }
        self.take_rows(frame);
        for gone in frame["gone"].as_array().into_iter().flatten() {
            let gone = gone.as_u64().unwrap();
            assert!(self.names.remove(&gone).is_some(), "never shown: {frame}");
            self.agents.remove(&gone);
        }
        for (kept, field) in [(&mut self.queue, "queue"), (&mut self.leaders, "leaders")] {
            if !frame[field].is_null() {
                *kept = frame[field].clone();
            }
        }
        let mut skipped = frame["events_skipped"].as_u64().unwrap_or(0);
        for event in frame["events"].as_array().into_iter().flatten() {
            let n = event["n"].as_u64().unwrap();
            if !is_full || self.newest_event != 0 {
                assert_eq!(n, self.newest_event + skipped + 1, "{frame}");
                skipped = 0;
            }
            self.newest_event = n;
        }
    }

    fn take_rows(&mut self, frame: &Value) {
        let Some(columns) = frame["agents"].as_object() else {
            return;
        };
        let refs = columns["refs"].as_array().unwrap();
        for (name, column) in columns {
            let column = column.as_array().unwrap();
            assert_eq!(column.len(), refs.len(), "{name} of {frame}");
            for (reference, value) in refs.iter().zip(column) {
                let reference = reference.as_u64().unwrap();
                assert!(
                    self.names.contains_key(&reference),
                    "{reference} of {frame}"
                );
                let row = self.agents.entry(reference).or_default();
                row.insert(name.clone(), value.clone());
            }
        }
    }

    /// As `GET /api/agents`, `GET /api/tasks` and the queue show it, sorted.
    fn shown(&self) -> Value {
        let mut agents: Vec<_> = self
            .agents
            .iter()
            .map(|(reference, row)| {
                json!([
                    self.names[reference],
                    row["health"],
                    row["status"],
                    row["running"],
                    row["completed"],
                    row["failed"]
                ])
            })
            .collect();
        agents.sort_by_key(Value::to_string);
        let tasks = self.tasks.values().map(row_of_task).collect::<Vec<_>>();
        let leaders = reigns(&self.leaders);
        json!({"agents": agents, "queue": self.queue, "leaders": leaders, "tasks": tasks})
    }
}

/// When a term ends is known to a millisecond, whenever it is asked for.
fn reigns(leaders: &Value) -> Value {
    let leaders = leaders.as_array().into_iter().flatten();
    let reign = |one: &Value| json!([one["election"], one["leader"], one["epoch"]]);
    leaders.map(reign).collect()
}

fn row_of_task(task: &Value) -> Value {
    json!([
        task["task_id"],
        task["status"],
        task["assigned_to"],
        task["calculated_priority"],
        task["retries"]
    ])
}

impl Server {
    async fn list(&self, path: &str) -> Vec<Value> {
        let answer = self.call("GET", path, "").await;
        answer.body["items"].as_array().unwrap().clone()
    }

    /// What a page should show in the end.
    async fn truth(&self) -> Value {
        let performance = self.list("/api/agent-performance?limit=500").await;
        let figure = |agent: &Value, field: &str| {
            let row = performance
                .iter()
                .find(|row| row["agent_id"] == agent["agent_id"]);
            row.map_or(json!(0), |row| row[field].clone())
        };
        let listed = self.call("GET", "/api/agents?limit=500", "").await.body;
        let mut agents: Vec<_> = listed["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| {
                json!([
                    one["agent_id"],
                    one["health"],
                    one["status"],
                    one["tasks_running"],
                    figure(one, "tasks_completed"),
                    figure(one, "tasks_failed")
                ])
            })
            .collect();
        agents.sort_by_key(Value::to_string);
        let mut tasks = self.list("/api/tasks?limit=500").await;
        tasks.sort_by_key(|task| text(&task["task_id"]));
        let status = self.call("GET", "/api/tasks/queue", "").await.body;
        let words = [
            "pending",
            "blocked",
            "ready",
            "running",
            "completed",
            "failed",
            "cancelled",
        ];
        let queue: serde_json::Map<_, _> = words
            .iter()
            .map(|word| ((*word).to_owned(), status[*word].clone()))
            .collect();
        json!({"agents": agents, "queue": queue, "leaders": reigns(&listed["leaders"]),
            "tasks": tasks.iter().map(row_of_task).collect::<Vec<_>>()})
    }
}

/// Numbers without a pattern, the same in every run (xorshift, Marsaglia 2003).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}

/// Asks for anything that changes the fleet, in any order; refusals are part of it.
struct Workload<'s> {
    server: &'s Server,
    dice: Dice,
    agents: Vec<String>,
    tasks: Vec<String>,
    held: Vec<(String, String, u64)>,
}

impl Workload<'_> {
    async fn run(&mut self, steps: usize) {
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

    fn one(&mut self, of_tasks: bool) -> String {
        let end = if of_tasks {
            self.tasks.len()
        } else {
            self.agents.len()
        };
        let at = self.dice.below(end.max(1));
        let list = if of_tasks { &self.tasks } else { &self.agents };
        list.get(at).cloned().unwrap_or_default()
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.server.call_json("POST", path, body).await
    }

    async fn join(&mut self) {
        let name = format!("ägent {}", self.agents.len());
        let answer = self.post("/api/agents", json!({"name": name})).await;
        self.agents.push(text(&answer.body["agent_id"]));
    }

    async fn enqueue(&mut self) {
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

    async fn claim(&mut self) {
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

    async fn end(&mut self) {
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

    async fn agent_says(&mut self) {
        let agent = self.one(false);
        let status = ["active", "idle", "working", "blocked"][self.dice.below(4)];
        let body = json!({"status": status});
        self.server
            .call_json("PATCH", &format!("/api/agents/{agent}"), body)
            .await;
    }

    async fn stand(&mut self) {
        let agent = self.one(false);
        let verb = ["campaign", "campaign", "resign"][self.dice.below(3)];
        let mut body = json!({"agent_id": agent});
        if verb == "campaign" {
            body["ttl_ms"] = json!(600_000);
        }
        self.post(&format!("/api/elections/captain/{verb}"), body)
            .await;
    }

    async fn leave_or_judge(&mut self) {
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
    fn live_clock(&self) -> SystemClock {
        SystemClock::start()
    }
}

async fn follow(listening: &Listening, topics: &[&str]) -> (Feed, Page) {
    let mut feed = listening.feed().await;
    let mut page = Page::default();
    for topic in topics {
        let mut message = json!({"type": "subscribe", "id": topic});
        message[*topic] = json!(true);
        feed.send(message).await;
        loop {
            // Others may have news meanwhile.
            let frame = feed.frame().await;
            page.take(&frame);
            if frame["id"] == **topic && frame["full"] == true {
                break;
            }
        }
    }
    (feed, page)
}

/// Against a hub that does not wait for a commit under way, takes notes in before the reading, or
/// keeps a row's old version.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_a_page_puts_together_is_what_the_server_shows() {
    let server = Server::start();
    let listening = server.listen();
    let workload = |seed| Workload {
        server: &server,
        dice: Dice(seed),
        agents: Vec::new(),
        tasks: Vec::new(),
        held: Vec::new(),
    };
    let (mut one, mut other) = (workload(0x9E37_79B9), workload(0x85EB_CA6B));
    let early = async {
        let (mut feed, mut page) = follow(&listening, &["fleet", "tasks"]).await;
        one.run(150).await;
        catch_up(&server, &mut feed, &mut page).await;
    };
    tokio::join!(early, other.run(150));
    // Those who come later, while others go on, have the same.
    let late = async |topics: &[&str]| follow(&listening, topics).await;
    let (mut first, mut second, ()) = tokio::join!(
        late(&["fleet", "tasks"]),
        late(&["tasks", "fleet"]),
        other.run(60)
    );
    catch_up(&server, &mut first.0, &mut first.1).await;
    catch_up(&server, &mut second.0, &mut second.1).await;
}

/// Reads frames until the page shows what the server does.
async fn catch_up(server: &Server, feed: &mut Feed, page: &mut Page) {
    while page.shown() != server.truth().await {
        let Some(frame) = feed.frame_within(PAUSE).await else {
            // Nothing more comes: the difference, for people to read.
            assert_eq!(page.shown(), server.truth().await);
            return;
        };
        page.take(&frame);
    }
}

/// Far longer than between two frames.
const PAUSE: std::time::Duration = std::time::Duration::from_secs(5);

#[tokio::test]
async fn events_say_what_happened_and_who_did_it() {
    let server = Server::start();
    let listening = server.listen();
    let (mut feed, _) = follow(&listening, &["fleet"]).await;
    let agent = server
        .ok("POST", "/api/agents", json!({"name": "Ada"}))
        .await;
    let agent = text(&agent["agent_id"]);
    let task = json!({"description": "<b>mend</b> it", "source": "human", "max_retries": 0});
    let task = text(&server.ok("POST", "/api/tasks", task).await["task_id"]);
    let claimed = server
        .ok("POST", "/api/tasks/claim", json!({"agent_id": agent}))
        .await;
    let body = json!({"agent_id": agent, "fence": claimed["fence"]});
    let path = format!("/api/tasks/{task}/complete");
    server.ok("POST", &path, body).await;
    let mut told = Vec::new();
    while told.len() < 2 {
        let frame = feed.frame().await;
        told.extend(frame["events"].as_array().into_iter().flatten().cloned());
    }
    assert_eq!(
        (&told[0]["kind"], &told[0]["text"]),
        (&json!("agent_joined"), &json!("Ada joined"))
    );
    assert_eq!(told[1]["kind"], "task_completed");
    assert_eq!(told[1]["text"], "Ada completed “<b>mend</b> it”");
    assert_eq!(
        (&told[1]["agent_id"], &told[1]["task_id"]),
        (&json!(agent), &json!(task))
    );
    assert!(told[1]["at_ms"].as_i64().unwrap() <= server.operations.metrics.now_ms());
}

#[tokio::test]
async fn an_agent_is_followed_operation_by_operation_until_it_leaves() {
    let server = Server::start();
    let listening = server.listen();
    let agent = server.agent().await;
    let mut feed = listening.feed().await;
    feed.send(json!({"type": "subscribe", "id": "nobody", "agent": "agt_nobody"}))
        .await;
    assert_eq!(feed.error().await.0, "not_found");
    feed.send(json!({"type": "subscribe", "id": "a", "agent": agent}))
        .await;
    let first = feed.frame().await;
    assert_eq!(
        (&first["type"], &first["full"]),
        (&json!("agent"), &json!(true))
    );
    let mut shown = server
        .ok("GET", &format!("/api/agents/{agent}"), Value::Null)
        .await;
    assert_eq!(first["agent"], shown);
    let call = json!({"calls": [{"agent_id": agent, "call_id": "c1", "tool": "Read",
        "started_at": "2026-11-01T00:00:00.000Z", "duration_ms": 12.5, "success": false}]});
    server.ok("POST", "/api/tool-calls", call).await;
    let heartbeat = format!("/api/agents/{agent}/heartbeat");
    server.ok("POST", &heartbeat, json!({})).await;
    let claim = json!({"agent_id": agent, "task_id": "tsk_none"});
    server.call_json("POST", "/api/tasks/claim", claim).await;
    let (mut operations, mut calls, mut newest) = (Vec::new(), Vec::new(), Value::Null);
    while operations.len() < 3 || calls.is_empty() {
        let frame = feed.frame().await;
        operations.extend(
            frame["operations"]
                .as_array()
                .into_iter()
                .flatten()
                .cloned(),
        );
        calls.extend(
            frame["tool_calls"]
                .as_array()
                .into_iter()
                .flatten()
                .cloned(),
        );
        newest = frame["agent"].clone();
    }
    let numbered = operations
        .iter()
        .map(|one| (one["n"].clone(), one["operation"].clone()));
    assert_eq!(
        numbered.collect::<Vec<_>>(),
        [
            (json!(1), json!("tool_call_record")),
            (json!(2), json!("agent_heartbeat")),
            (json!(3), json!("task_claim"))
        ]
    );
    assert_eq!(
        (&operations[2]["outcome"], &operations[2]["error"]),
        (&json!("rejected"), &json!("not_found"))
    );
    assert_eq!(
        (&calls[0]["tool"], &calls[0]["success"]),
        (&json!("Read"), &json!(false))
    );
    shown = server
        .ok("GET", &format!("/api/agents/{agent}"), Value::Null)
        .await;
    assert_eq!(newest, shown);
    server
        .call("DELETE", &format!("/api/agents/{agent}"), "")
        .await;
    loop {
        let frame = feed.any().await;
        if frame["type"] == "error" {
            assert_eq!(
                (&frame["id"], &frame["error"]["code"]),
                (&json!("a"), &json!("not_found"))
            );
            break;
        }
    }
}

#[tokio::test]
async fn operations_come_with_their_figures_once_a_reading() {
    let server = Server::start();
    let listening = server.listen();
    let recorder = server.operations.recorder();
    recorder.read_window();
    server.agent().await;
    recorder.read_window();
    let mut feed = listening.feed().await;
    feed.send(json!({"type": "subscribe", "id": "o", "operations": true}))
        .await;
    let first = feed.frame().await;
    let names = first["names"].as_array().unwrap();
    let place = names
        .iter()
        .position(|name| name == "agent_register")
        .unwrap();
    let rows = &first["rows"];
    assert_eq!(rows["refs"].as_array().unwrap().len(), names.len());
    assert_eq!(
        (&rows["count"][place], &rows["errors"][place]),
        (&json!(1), &json!(0))
    );
    for column in ["p50_us", "p99_us", "mean_us", "queue_us", "commit_us"] {
        assert!(0.0 <= rows[column][place].as_f64().unwrap(), "{column}");
    }
    server
        .call_json("POST", "/api/agents", json!({"name": "x".repeat(500)}))
        .await;
    server.agent().await;
    recorder.read_window();
    let next = feed.frame().await;
    assert_eq!(next["rows"]["refs"], json!([place]), "{next}");
    assert_eq!(
        (&next["rows"]["count"], &next["rows"]["rejected"]),
        (&json!([3]), &json!([1]))
    );
}

#[tokio::test]
async fn a_querys_values_come_and_come_again_when_they_change() {
    let server = Server::start();
    let listening = server.listen();
    server.sample("up", 1.0).await;
    let mut feed = listening.feed().await;
    feed.send(json!({"type": "subscribe", "id": "q", "query": "up * 2"}))
        .await;
    let first = feed.frame().await;
    assert_eq!(
        (&first["type"], &first["full"], &first["values"]),
        (&json!("values"), &json!(true), &json!([2.0]))
    );
    server.sample("up", 3.0).await;
    assert_eq!(feed.frame().await["values"], json!([6.0]));
    feed.send(json!({"type": "subscribe", "id": "bad", "query": "up +"}))
        .await;
    let error = feed.any().await;
    let details = &error["error"]["details"];
    assert_eq!(
        (&error["id"], &details["field"]),
        (&json!("bad"), &json!("query"))
    );
    assert_eq!(
        (&details["line"], &details["column"]),
        (&json!(1), &json!(5))
    );
    // The other one goes on.
    server.sample("up", 4.0).await;
    assert_eq!(feed.frame().await["values"], json!([8.0]));
}

#[tokio::test]
async fn wrong_subscriptions_are_told_and_the_connection_goes_on() {
    let server = Server::start();
    let listening = server.listen();
    let mut feed = listening.feed().await;
    for (message, code, words) in [
        (
            json!({"fleet": true, "tasks": true}),
            "invalid_argument",
            "`fleet` and `tasks`",
        ),
        (
            json!({"query": "up", "series": ["up"]}),
            "invalid_argument",
            "`series` and `query`",
        ),
        (json!({"fleet": false}), "invalid_argument", "to nothing"),
        (json!({"fleet": "yes"}), "invalid_argument", "fleet"),
        (json!({"alarms": true}), "invalid_argument", "alarms"),
        (
            json!({"fleet": true, "frames_per_second": 11}),
            "invalid_argument",
            "1 to 10",
        ),
        (json!({"query": "up[5m]"}), "invalid_argument", "matrix"),
        (json!({"agent": ""}), "invalid_argument", "agent_id"),
        (
            json!({"type": "ping", "fleet": true}),
            "invalid_argument",
            "nothing else",
        ),
    ] {
        let mut whole = json!({"type": "subscribe", "id": "x"});
        whole
            .as_object_mut()
            .unwrap()
            .extend(message.as_object().unwrap().clone());
        feed.send(whole).await;
        let (got, said) = feed.error().await;
        assert_eq!(got, code, "{message}: {said}");
        assert!(said.contains(words), "{message}: {said}");
    }
    for at in 0..8 {
        feed.send(json!({"type": "subscribe", "id": format!("q{at}"), "query": "1"}))
            .await;
        assert_eq!(feed.frame().await["full"], true);
    }
    feed.send(json!({"type": "subscribe", "id": "q8", "query": "1"}))
        .await;
    assert!(feed.error().await.1.contains("9 queries"));
    feed.send(json!({"type": "ping", "id": "p"})).await;
    let pong = feed.any().await;
    assert_eq!((&pong["type"], &pong["id"]), (&json!("pong"), &json!("p")));
    let away = pong["at_ms"].as_f64().unwrap() - server.operations.metrics.now_ms() as f64;
    assert!(away.abs() < 60_000.0, "{pong}");
}

#[tokio::test]
async fn switched_off_agents_figures_are_hidden_and_coordination_goes_on() {
    let server = Server::start();
    let listening = server.listen();
    let agent = server.agent().await;
    let (mut feed, mut page) = follow(&listening, &["fleet"]).await;
    let shows_figures = |page: &Page| page.agents.values().all(|row| row.contains_key("errors"));
    assert!(shows_figures(&page));
    let query = json!({"type": "subscribe", "id": "q", "query": "vector(1)"});
    feed.send(query).await;
    assert_eq!(feed.frame().await["type"], "values");
    let switch = "/api/features/enable-agent-metrics";
    server.ok("PUT", switch, json!({"enabled": false})).await;
    server.task().await;
    let mut ended = Value::Null;
    while ended.is_null() || page.queue["ready"] != 1 {
        let frame = feed.any().await;
        match frame["type"].as_str() {
            Some("error") => ended = frame,
            _ => page.take(&frame),
        }
    }
    assert_eq!(ended["id"], "q");
    assert_eq!(ended["error"]["code"], "feature_disabled");
    assert!(!shows_figures(&page), "{:?}", page.agents);
    assert!(page.agents.values().all(|row| row["health"] == "healthy"));
    for topic in [
        json!({"agent": agent}),
        json!({"query": "1"}),
        json!({"series": ["up"]}),
    ] {
        let mut message = json!({"type": "subscribe", "id": "off"});
        let fields = message.as_object_mut().unwrap();
        fields.extend(topic.as_object().unwrap().clone());
        feed.send(message).await;
        // How long the oldest task waits may be told in between.
        let refused = loop {
            let frame = feed.any().await;
            match frame["type"].as_str() {
                Some("error") => break frame,
                _ => page.take(&frame),
            }
        };
        assert_eq!(refused["error"]["code"], "feature_disabled", "{topic}");
    }
    server.ok("PUT", switch, json!({"enabled": true})).await;
    server.task().await;
    while page.queue["ready"] != 2 {
        let frame = feed.frame().await;
        page.take(&frame);
    }
    assert!(shows_figures(&page));
}

#[tokio::test]
async fn a_page_shows_its_token_as_a_subprotocol() {
    let server = Server::with_tokens(true);
    let listening = server.listen();
    let caller = crate::operations::Caller::internal();
    let agent = server.operations.agent_register(&caller, <_>::default());
    let token = agent.await.unwrap().token;
    let asking = |protocols: String| [("sec-websocket-protocol", protocols)];
    let good = asking(format!("paceline.live, paceline.token.{token}"));
    let good = good.each_ref().map(|(name, value)| (*name, value.as_str()));
    let mut feed = listening.connect(&good).await.unwrap();
    feed.send(json!({"type": "ping", "id": "p"})).await;
    assert_eq!(feed.any().await["type"], "pong");
    for (protocols, words) in [
        ("paceline.live".to_owned(), "a token is required"),
        (
            format!("paceline.token.{token}"),
            "`paceline.live` is missing",
        ),
        ("paceline.live, paceline.token.wrong".to_owned(), "unknown"),
        (
            "paceline.live, paceline.token.".to_owned(),
            "holds no token",
        ),
        (
            format!("paceline.live, paceline.token.{token}, paceline.token.{token}"),
            "twice",
        ),
    ] {
        let (status, body) = listening
            .refusal(&[("sec-websocket-protocol", &protocols)])
            .await;
        let said = text(&body["error"]["message"]);
        assert_eq!(status, 401, "{protocols}: {said}");
        assert!(said.contains(words), "{protocols}: {said}");
    }
    let foreign = [good[0], ("origin", "http://evil.example")];
    assert_eq!(listening.refusal(&foreign).await.0, 403);
}
