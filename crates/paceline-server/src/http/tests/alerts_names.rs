//! Agents' names in what people read of alerts. Owns that labels and fingerprints stay as they are.

use paceline_analysis::alerts::{Fingerprint, Labels};
use serde_json::json;

use super::alerts_told::{World, channel, endpoint, hook};
use super::*;
use crate::notify::Target;
use crate::notify::tests::receiver::{Receiver, status};

const OK: &str = "200 OK";

impl World {
    /// An agent of that name, whose heat is over the limit of a rule of its own.
    async fn hot_agent(&self, name: &str, rule: Value) -> String {
        let agent = json!({"name": name, "agent_types": ["developer"]});
        let agent = self.post("/api/agents", agent).await;
        let id = text(&agent["agent_id"]);
        self.post("/api/alert-rules", rule).await;
        let sample = json!({"name": "heat", "value": 41.0, "agent_id": id});
        let samples = json!({"samples": [sample]});
        self.post("/api/metrics/samples", samples).await;
        self.turn(1_000).await;
        id
    }
}

fn by_agent() -> Value {
    json!({"name": "Hot", "threshold": {"metric": "heat", "scope": "agent", "above": 20}})
}

#[tokio::test]
async fn a_notice_has_the_agents_name_with_its_id_and_the_labels_of_before() {
    let mut receiver = Receiver::start(vec![status(OK)]).await;
    let world = World::with(vec![hook(&receiver, 0)]).await;
    let id = world.hot_agent("ada", by_agent()).await;
    let told = receiver.next().await.json();
    let alert = &told["alerts"][0];
    let summary = text(&alert["annotations"]["summary"]);
    let expected = format!("heat of agent `ada` ({id}) is 41, above 20, since");
    assert!(summary.starts_with(&expected), "{summary}");
    assert_eq!(alert["annotations"]["agent_name"], "ada");
    let labels = json!({"alertname": "Hot", "severity": "warning", "agent": id});
    assert_eq!(alert["labels"], labels);
    let labels: Labels = serde_json::from_value(labels).unwrap();
    let fingerprint = Fingerprint::of(&labels).to_string();
    assert_eq!(alert["fingerprint"], fingerprint.as_str());
    let delivery = &world.deliveries().await[0];
    assert!(text(&delivery["summary"]).starts_with(&expected));
    // Who reads the API, or watches, reads the same.
    let listed = world.get("/api/alerts").await;
    assert!(text(&listed["items"][0]["sentence"]).starts_with(&expected));
    let history = world.get("/api/alerts/history").await;
    let fired = history["items"].as_array().unwrap().iter();
    let fired = fired.filter(|one| one["kind"] == "fired");
    for one in fired {
        assert!(text(&one["detail"]).starts_with(&expected), "{one}");
    }
}

#[tokio::test]
async fn a_summary_that_names_the_agent_or_not_gets_its_name_once() {
    let receiver = Receiver::start(vec![status(OK)]).await;
    let world = World::with(vec![hook(&receiver, 0)]).await;
    let rule = |name: &str, summary: &str| json!({"name": name, "expr": "heat > 20", "annotations": {"summary": summary}});
    let said = "{{ $labels.agent }} is hot, see http://x/{{ $labels.agent }}";
    let id = world.hot_agent("ada", rule("Named", said)).await;
    world.post("/api/alert-rules", rule("Not", "too hot")).await;
    world.turn(1_000).await;
    let sentence = |name: &str| {
        let path = format!("/api/alerts?name={name}");
        let world = &world;
        async move { text(&world.get(&path).await["items"][0]["sentence"]) }
    };
    let named = sentence("Named").await;
    let expected = format!("`ada` ({id}) is hot, see http://x/{id}, since");
    assert!(named.starts_with(&expected), "{named}");
    let not = sentence("Not").await;
    assert!(
        not.starts_with(&format!("too hot, agent `ada` ({id}), since")),
        "{not}"
    );
}

/// It is what an agent calls itself.
#[tokio::test]
async fn a_name_becomes_no_mention_no_line_and_no_end_of_its_quotes() {
    let mut receiver = Receiver::start(vec![status(OK)]).await;
    let slack = Target::Slack(endpoint(&receiver));
    let world = World::with(vec![channel("chat", slack, 0)]).await;
    let id = world.hot_agent("<!channel> `a\u{202e}b", by_agent()).await;
    let told = receiver.next().await;
    let body = String::from_utf8(told.body.clone()).unwrap();
    assert!(!body.contains("<!channel>"), "{body}");
    let shown = text(&told.json()["attachments"][0]["text"]);
    let expected = format!("heat of agent `&lt;!channel&gt; 'a b` ({id}) is 41");
    assert!(shown.starts_with(&expected), "{shown}");
}

/// The store says nothing of it: the label is another system's.
#[tokio::test]
async fn an_agent_that_nobody_knows_keeps_its_label() {
    let mut receiver = Receiver::start(vec![status(OK)]).await;
    let world = World::with(vec![hook(&receiver, 0)]).await;
    let rule = json!({"name": "Hot", "expr": "heat > 20", "labels": {"agent": "stranger"}});
    world.post("/api/alert-rules", rule).await;
    world.push(41.0).await;
    world.turn(1_000).await;
    let told = receiver.next().await.json();
    let annotations = &told["alerts"][0]["annotations"];
    let summary = text(&annotations["summary"]);
    assert!(
        summary.starts_with("Hot of agent `stranger` is 41"),
        "{summary}"
    );
    assert_eq!(annotations.get("agent_name"), None);
}
