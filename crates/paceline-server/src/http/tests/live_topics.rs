//! Topics of the live feed over real sockets: what a subscriber puts together from frames is what the
//! HTTP interface shows, whenever it came; what is wrong is told and the connection goes on.

mod page;
mod workload;

use std::collections::BTreeMap;

use paceline_core::agent::SilencePolicy;
use paceline_store::Context;
use serde_json::json;

use super::live::{Feed, Listening};
use super::*;

use page::Page;
use workload::{Dice, Workload};

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
