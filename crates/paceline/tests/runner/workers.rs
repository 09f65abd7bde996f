//! Worker processes. Owns starting them, one start signal for all, and their findings; refuses
//! threads as a stand-in: what they share must be the server and nothing else.
//!
//! A worker is this test binary again, running only the test at the end of this file, which follows
//! the orders it finds in its environment. No second program has to be built, shipped or found.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::call::{Caller, Expect as _, number, register, text};

const ORDERS: &str = "PACELINE_TEST_WORKER_ORDERS";
const ENTRY: &str = "workers::a_worker_follows_its_orders";
const READY: &str = "worker is ready";

/// One worker for each order; each gets `url` and `index`. Every other one speaks MCP.
pub struct Workers {
    workers: Vec<Worker>,
    _findings: TempDir,
}

struct Worker {
    process: Child,
    /// Kept open: the test framework in there has more to say.
    output: BufReader<ChildStdout>,
    found: PathBuf,
}

impl Workers {
    /// They connect, register, and wait for [`Workers::go`].
    pub fn hire(url: &str, orders: Vec<Value>) -> Self {
        let findings = tempfile::tempdir().expect("a temporary directory");
        let hired = orders.into_iter().enumerate().map(|(index, mut order)| {
            let found = findings.path().join(index.to_string());
            order["url"] = url.into();
            order["index"] = index.into();
            order["found"] = found.to_string_lossy().into();
            Worker::start(&order, found)
        });
        let mut workers: Vec<_> = hired.collect();
        workers.iter_mut().for_each(Worker::wait_until_ready);
        Self {
            workers,
            _findings: findings,
        }
    }

    /// Lets all start at once and waits for what each found.
    pub fn go(mut self) -> Vec<Value> {
        for worker in &mut self.workers {
            // Closing its input is the signal.
            drop(worker.process.stdin.take());
        }
        self.workers.iter_mut().map(Worker::findings).collect()
    }
}

impl Worker {
    fn start(order: &Value, found: PathBuf) -> Self {
        let mut command = Command::new(std::env::current_exe().expect("this binary"));
        command
            .args(["--exact", ENTRY, "--nocapture"])
            .env(ORDERS, order.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut process = command.spawn().expect("a worker starts");
        let output = BufReader::new(process.stdout.take().expect("its output"));
        Self {
            process,
            output,
            found,
        }
    }

    fn wait_until_ready(&mut self) {
        let mut line = String::new();
        while !line.contains(READY) {
            line.clear();
            let read = self
                .output
                .read_line(&mut line)
                .expect("what a worker says");
            assert!(0 < read, "a worker ended before it was ready");
        }
    }

    fn findings(&mut self) -> Value {
        let status = self.process.wait().expect("a worker ends");
        assert!(status.success(), "a worker failed: {status}");
        let text = std::fs::read_to_string(&self.found).expect("what a worker found");
        serde_json::from_str(&text).expect("findings are JSON")
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Runs one order a worker and answers their findings.
pub fn send_out(url: &str, orders: Vec<Value>) -> Vec<Value> {
    Workers::hire(url, orders).go()
}

#[test]
fn a_worker_follows_its_orders() {
    let Ok(orders) = std::env::var(ORDERS) else {
        // Not a worker: prove that the channel works, with a job that needs no server.
        let echoed = send_out("", vec![json!({"job": "echo", "say": 1})]);
        return assert_eq!(echoed, [json!(1)]);
    };
    let orders: Value = serde_json::from_str(&orders).expect("orders are JSON");
    let found = follow(&orders);
    std::fs::write(text(&orders, "found"), found.to_string()).expect("findings are written");
}

fn follow(orders: &Value) -> Value {
    let job = text(orders, "job");
    if job == "echo" {
        wait_for_the_signal();
        return orders["say"].clone();
    }
    let url = text(orders, "url");
    let index = number(orders, "index");
    let mut caller = if index.is_multiple_of(2) {
        Caller::over_http(&url)
    } else {
        Caller::over_mcp(&url)
    };
    match job.as_str() {
        "drain" => drain(&mut caller, index),
        "race" => race(&mut caller, index, &orders["tasks"]),
        "send" => send(&mut caller, index, orders),
        "note" => note(&mut caller, index, number(orders, "count")),
        "register" => enrol(&mut caller, index, number(orders, "count")),
        "campaign" => campaign(&mut caller, index, number(orders, "rounds")),
        other => panic!("no job `{other}`"),
    }
}

fn wait_for_the_signal() {
    println!("{READY}");
    let mut nothing = Vec::new();
    std::io::stdin()
        .read_to_end(&mut nothing)
        .expect("the signal");
}

/// Claims and completes until nothing is left; answers the ids of what it was given. A completion
/// that is refused is not this worker's to judge: two owners show in the ids.
fn drain(caller: &mut Caller, index: u64) -> Value {
    let agent = register(caller, &format!("drainer-{index}"));
    wait_for_the_signal();
    let mut taken = Vec::new();
    loop {
        let claimed = caller
            .call("task_claim", json!({"agent_id": agent}))
            .granted();
        if claimed["task"].is_null() {
            return Value::Array(taken);
        }
        let task = claimed["task"]["task_id"].clone();
        let finish = json!({"agent_id": agent, "task_id": task, "fence": claimed["fence"]});
        let _ = caller.call("task_complete", finish);
        taken.push(task);
    }
}

/// Tries to claim each task by its id; answers those that it was given.
fn race(caller: &mut Caller, index: u64, tasks: &Value) -> Value {
    let agent = register(caller, &format!("racer-{index}"));
    wait_for_the_signal();
    let mut won = Vec::new();
    for task in tasks.as_array().expect("tasks") {
        match caller.call("task_claim", json!({"agent_id": agent, "task_id": task})) {
            Ok(claimed) => {
                assert_eq!(&claimed["task"]["task_id"], task);
                won.push(task.clone());
            }
            refused => {
                let refusal = refused.refused();
                assert_eq!(refusal.code, "conflict", "{refusal:?}");
            }
        }
    }
    Value::Array(won)
}

/// Sends numbered messages to one agent.
fn send(caller: &mut Caller, index: u64, orders: &Value) -> Value {
    let agent = register(caller, &format!("sender-{index}"));
    wait_for_the_signal();
    for number in 0..number(orders, "count") {
        let message = json!({
            "agent_id": agent, "to": {"agent": orders["to"]}, "type": "count",
            "payload": {"sender": index, "number": number},
        });
        caller.call("message_send", message).granted();
    }
    Value::Null
}

fn note(caller: &mut Caller, index: u64, count: u64) -> Value {
    wait_for_the_signal();
    for number in 0..count {
        let note = json!({
            "namespace": "notes", "key": format!("{index}-{number}"),
            "value": {"writer": index, "number": number},
        });
        caller.call("memory_set", note).granted();
    }
    Value::Null
}

fn enrol(caller: &mut Caller, index: u64, count: u64) -> Value {
    wait_for_the_signal();
    let ids = (0..count).map(|number| register(caller, &format!("recruit-{index}-{number}")));
    ids.collect()
}

/// Campaigns and resigns in turn; answers each epoch that it led.
fn campaign(caller: &mut Caller, index: u64, rounds: u64) -> Value {
    let agent = register(caller, &format!("candidate-{index}"));
    wait_for_the_signal();
    let mut led = Vec::new();
    for _ in 0..rounds {
        let bid = json!({"agent_id": agent, "election": "chief", "ttl_ms": 60_000});
        let view = caller.call("leader_campaign", bid).granted();
        if view["is_leader"] == true {
            assert_eq!(view["leader"], agent.as_str());
            led.push(view["epoch"].clone());
            let farewell = json!({"agent_id": agent, "election": "chief"});
            let _ = caller.call("leader_resign", farewell);
        }
    }
    Value::Array(led)
}
