//! Topics of the real binary's live feed. Owns that a page which puts frames together shows what the
//! server does, with maintenance at work, and that it does so again after a restart and a crash.

use std::collections::BTreeMap;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{Message, WebSocket, client};

use crate::call::Expect as _;
use crate::server::Server;

/// On a busy machine, and a debug build.
const PATIENCE: Duration = Duration::from_secs(30);

struct Page {
    socket: WebSocket<TcpStream>,
    seq: u64,
    boot: String,
    names: BTreeMap<u64, String>,
    /// Health and running tasks.
    agents: BTreeMap<u64, (Value, Value)>,
    queue: Value,
    events: Vec<Value>,
}

impl Page {
    fn of(server: &Server) -> Self {
        let authority = server.url.trim_start_matches("http://");
        let authority = authority.trim_end_matches('/');
        let stream = TcpStream::connect(authority).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        let url = format!("ws://{authority}/api/live");
        let (mut socket, _) = client(url, stream).expect("a WebSocket");
        let subscribe = json!({"type": "subscribe", "id": "f", "fleet": true});
        let sent = socket.send(Message::text(subscribe.to_string()));
        sent.expect("is sent");
        let mut page = Self {
            socket,
            seq: 0,
            boot: String::new(),
            names: BTreeMap::new(),
            agents: BTreeMap::new(),
            queue: Value::Null,
            events: Vec::new(),
        };
        page.next();
        assert_ne!(page.boot, "", "the first frame is full");
        page
    }

    fn next(&mut self) {
        let text = loop {
            match self.socket.read().expect("a message") {
                Message::Text(text) => break text,
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("the connection ended: {other:?}"),
            }
        };
        let frame: Value = serde_json::from_str(&text).expect("JSON");
        self.seq += 1;
        assert_eq!(frame["seq"], self.seq, "{frame}");
        self.take(&frame);
    }

    fn take(&mut self, frame: &Value) {
        let list = |field: &str| frame[field].as_array().cloned().unwrap_or_default();
        let number = |value: &Value| value.as_u64().expect("a number");
        if frame["full"] == true {
            self.boot = frame["boot"].as_str().expect("a boot").to_owned();
            self.names.clear();
            self.agents.clear();
            self.events.clear();
        }
        for agent in list("new") {
            let id = agent["agent_id"].as_str().expect("an id").to_owned();
            self.names.insert(number(&agent["ref"]), id);
        }
        let rows = &frame["agents"];
        for (at, reference) in rows["refs"].as_array().into_iter().flatten().enumerate() {
            let row = (rows["health"][at].clone(), rows["running"][at].clone());
            self.agents.insert(number(reference), row);
        }
        for gone in list("gone") {
            self.names.remove(&number(&gone));
            self.agents.remove(&number(&gone));
        }
        if !frame["queue"].is_null() {
            self.queue = frame["queue"].clone();
        }
        self.events.extend(list("events"));
        let numbers: Vec<_> = self
            .events
            .iter()
            .map(|event| number(&event["n"]))
            .collect();
        let is_without_gap = numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]);
        assert!(is_without_gap, "{numbers:?}");
    }

    fn shown(&self) -> BTreeMap<&str, (Value, Value)> {
        let rows = self.agents.iter();
        rows.map(|(reference, row)| (self.names[reference].as_str(), row.clone()))
            .collect()
    }

    /// Until the page shows what the server answers.
    #[expect(clippy::disallowed_methods, reason = "patience with a server")]
    fn catch_up(&mut self, server: &Server) {
        let begun = Instant::now();
        loop {
            let agents = server
                .over_http()
                .call("agent_status", json!({"limit": 500}))
                .granted();
            let agents: BTreeMap<_, _> = agents["items"]
                .as_array()
                .expect("a list")
                .iter()
                .map(|agent| {
                    let id = agent["agent_id"].as_str().expect("an id");
                    (
                        id,
                        (agent["health"].clone(), agent["tasks_running"].clone()),
                    )
                })
                .collect();
            let status = server
                .over_http()
                .call("task_queue_status", json!({}))
                .granted();
            let is_same = self
                .queue
                .as_object()
                .is_some_and(|queue| queue.iter().all(|(word, count)| status[word] == *count));
            if is_same && self.shown() == agents {
                return;
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "{:?} and not {agents:?}",
                self.shown()
            );
            self.next();
        }
    }

    fn has_event(&self, kind: &str) -> bool {
        self.events.iter().any(|event| event["kind"] == kind)
    }

    fn wait_for(&mut self, kind: &str) {
        while !self.has_event(kind) {
            self.next();
        }
    }
}

#[test]
fn a_page_shows_what_the_server_does_across_a_restart_and_a_crash() {
    let server = Server::start();
    let mut page = Page::of(&server);
    let mut caller = server.over_http();
    let agent = caller
        .call("agent_register", json!({"name": "Ada"}))
        .granted();
    let id = agent["agent_id"].clone();
    for _ in 0..5 {
        let task = json!({"description": "mend", "source": "human"});
        caller.call("task_enqueue", task).granted();
    }
    let claim = json!({"agent_id": id, "lease_seconds": 1});
    caller.call("task_claim", claim.clone()).granted();
    // Maintenance ends the lease; nobody asked for that.
    page.wait_for("task_lease_expired");
    caller
        .call("task_claim", json!({"agent_id": id, "lease_seconds": 600}))
        .granted();
    page.catch_up(&server);
    let (boot, names) = (page.boot.clone(), page.names.clone());

    // Another page, and the same one again soon after it left, find the same numbers.
    let other = Page::of(&server);
    assert_eq!((&other.boot, &other.names), (&boot, &names));
    drop((page, other));
    let page = Page::of(&server);
    assert_eq!(page.boot, boot);

    let server = server.kill_and_restart(&[]);
    let mut page = Page::of(&server);
    assert_ne!(page.boot, boot, "numbers began anew");
    page.catch_up(&server);
    assert!(page.has_event("task_lease_expired"), "{:?}", page.events);
    let mut caller = server.over_http();
    caller
        .call("agent_deregister", json!({"agent_id": id}))
        .granted();
    page.wait_for("agent_left");
    page.catch_up(&server);
    assert!(page.agents.is_empty());
}

#[test]
fn silence_shows_without_anybody_asking() {
    let server = Server::start_with(&["--agent-warning-seconds=1"]);
    let mut page = Page::of(&server);
    let mut caller = server.over_http();
    let agent = caller.call("agent_register", json!({})).granted();
    page.wait_for("agent_warning");
    caller
        .call("agent_heartbeat", json!({"agent_id": agent["agent_id"]}))
        .granted();
    page.wait_for("agent_recovered");
}
