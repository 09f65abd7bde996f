//! What receivers are sent, field by field.

use serde_json::json;

use super::receiver::{Receiver, status};
use super::*;
use crate::forward::{Secret, Source};

async fn sent(target: impl FnOnce(Endpoint) -> Target, notice: &Notice) -> receiver::Request {
    let mut receiver = Receiver::start(vec![status("200 OK")]).await;
    let to = channel(target(endpoint(&receiver.url("localhost", "/hook?key=1"))));
    notifier(&["localhost"]).send(&to, notice).await.unwrap();
    receiver.next().await
}

#[tokio::test]
async fn a_webhook_gets_alertmanagers_version_4() {
    let over = Noticed {
        status: NoticeStatus::Resolved,
        ends_at_ms: Some(AT_MS + 60_000),
        ..noticed("a2", "critical", "a2 was slow")
    };
    let mut notice = notice(
        vec![noticed("a1", "critical", "a1 is slow"), over],
        "2 agents",
    );
    notice.left_out = 3;
    let request = sent(Target::Webhook, &notice).await;
    assert!(
        request.head.starts_with("post /hook?key=1 http/1.1\r\n"),
        "{}",
        request.head
    );
    assert!(
        request.head.contains("content-type: application/json\r\n"),
        "{}",
        request.head
    );
    assert!(
        request.head.contains("\r\nhost: localhost:"),
        "{}",
        request.head
    );
    let alert = |agent: &str, status: &str, summary: &str, ends_at: &str, alert: &Noticed| {
        json!({
            "status": status,
            "labels": {"agent": agent, "alertname": "AgentSlow", "severity": "critical"},
            "annotations": {"summary": summary},
            "startsAt": "2026-11-26T14:03:00.000Z",
            "endsAt": ends_at,
            "generatorURL": format!("https://pace.example.com/agents/{agent}"),
            "fingerprint": alert.fingerprint.to_string(),
        })
    };
    let never = "0001-01-01T00:00:00Z";
    let ended = "2026-11-26T14:04:00.000Z";
    let alerts = &notice.alerts;
    let expected = json!({
        "version": "4",
        "groupKey": "{}:{alertname=\"AgentSlow\"}",
        "truncatedAlerts": 3,
        "status": "firing",
        "receiver": "ops",
        "groupLabels": {"alertname": "AgentSlow"},
        "commonLabels": {"alertname": "AgentSlow", "severity": "critical"},
        "commonAnnotations": {},
        "externalURL": "https://pace.example.com",
        "alerts": [
            alert("a1", "firing", "a1 is slow", never, &alerts[0]),
            alert("a2", "resolved", "a2 was slow", ended, &alerts[1]),
        ],
    });
    assert_eq!(request.json(), expected);
}

#[tokio::test]
async fn an_alertmanager_is_told_when_each_alert_ends() {
    let mut receiver = Receiver::start(vec![status("200 OK")]).await;
    let base = endpoint(&receiver.url("localhost", "/prefix/"));
    let to = channel(Target::Alertmanager(base));
    let mut fires = noticed("a1", "warning", "a1 is slow");
    fires.labels.insert("empty".to_owned(), String::new());
    let over = Noticed {
        status: NoticeStatus::Resolved,
        ends_at_ms: Some(AT_MS + 60_000),
        ..noticed("a2", "warning", "a2 was slow")
    };
    let notifier = notifier(&["localhost"]);
    let alerts = [fires.clone(), over];
    let pushed = notifier.push(&to, &alerts, AT_MS + 300_000).await;
    pushed.unwrap();
    let request = receiver.next().await;
    assert!(
        request.head.starts_with("post /prefix/api/v2/alerts "),
        "{}",
        request.head
    );
    let alert = |agent: &str, summary: &str, ends_at: &str| {
        json!({
            "labels": {"agent": agent, "alertname": "AgentSlow", "severity": "warning"},
            "annotations": {"summary": summary},
            "startsAt": "2026-11-26T14:03:00.000Z",
            "endsAt": ends_at,
            "generatorURL": format!("https://pace.example.com/agents/{agent}"),
        })
    };
    let expected = json!([
        alert("a1", "a1 is slow", "2026-11-26T14:08:00.000Z"),
        alert("a2", "a2 was slow", "2026-11-26T14:04:00.000Z"),
    ]);
    assert_eq!(request.json(), expected);
    notifier
        .send(&to, &notice(vec![fires], "1 agent"))
        .await
        .unwrap();
    let ends_at = &receiver.next().await.json()[0]["endsAt"];
    assert_eq!(ends_at, "2026-11-26T14:07:01.000Z");
    let hook = webhook(&receiver.url("localhost", "/"));
    let error = notifier.push(&hook, &[], 0).await.unwrap_err();
    assert_eq!(error.why, "`ops` is no Alertmanager");
}

#[tokio::test]
async fn slack_gets_text_without_links_and_mentions() {
    let summary = "<!channel> <http://evil.example|ok> & more\nthan one line";
    let request = sent(
        Target::Slack,
        &notice(vec![noticed("a1", "critical", summary)], "1 < 2 & <@U1>"),
    )
    .await;
    let body = request.json();
    assert_eq!(body["text"], "*firing*: 1 &lt; 2 &amp; &lt;@U1&gt;");
    let text = "&lt;!channel&gt; &lt;http://evil.example|ok&gt; &amp; more than one line";
    let expected = json!({
        "color": "#c0392b",
        "fallback": text,
        "title": "AgentSlow",
        "title_link": "https://pace.example.com/agents/a1",
        "text": text,
        "fields": [
            {"title": "agent", "value": "a1", "short": true},
            {"title": "severity", "value": "critical", "short": true},
        ],
        "ts": AT_MS / 1_000,
    });
    assert_eq!(body["attachments"], json!([expected]));
}

#[tokio::test]
async fn slack_messages_stay_short_and_are_green_when_it_is_over() {
    let long = "é<".repeat(5_000);
    let alert = |number: usize| Noticed {
        status: NoticeStatus::Resolved,
        ends_at_ms: Some(AT_MS),
        ..noticed(&format!("a{number}"), "critical", &long)
    };
    let mut notice = notice((0..30).map(alert).collect(), &long);
    notice.status = NoticeStatus::Resolved;
    notice.left_out = 5;
    let request = sent(Target::Slack, &notice).await;
    assert!(request.body.len() < 100_000, "{}", request.body.len());
    let body = request.json();
    let attachments = body["attachments"].as_array().unwrap();
    assert_eq!(attachments.len(), 11);
    assert_eq!(attachments[10]["text"], "and 25 more");
    assert!(attachments.iter().all(|one| one["color"] == "#2e8b57"));
    let text = body["text"].as_str().unwrap();
    assert!(
        text.starts_with("*resolved*: é&lt;é") && text.ends_with('…'),
        "{text}"
    );
}

#[tokio::test]
async fn secrets_go_along_as_a_header_and_are_read_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    let mut receiver = Receiver::start(vec![status("200 OK")]).await;
    let mut to = endpoint(&receiver.url("localhost", "/"));
    to.credentials = Credentials::Token(Source::File(file.clone()));
    let to = channel(Target::Webhook(to));
    let notifier = notifier(&["localhost"]);
    for token in ["one", "two"] {
        std::fs::write(&file, token).unwrap();
        notifier.send(&to, &one_alert()).await.unwrap();
        let head = receiver.next().await.head;
        assert!(
            head.contains(&format!("authorization: bearer {token}\r\n")),
            "{head}"
        );
    }
    std::fs::remove_file(&file).unwrap();
    let error = notifier.send(&to, &one_alert()).await.unwrap_err();
    assert!(
        error.again && error.why.contains("cannot read the secret"),
        "{error}"
    );
    let mut to = endpoint(&receiver.url("localhost", "/"));
    to.credentials = Credentials::Basic(Source::Given(Secret("u:p".to_owned())));
    let to = channel(Target::Webhook(to));
    notifier.send(&to, &one_alert()).await.unwrap();
    let head = receiver.next().await.head;
    assert!(head.contains("authorization: basic dtpw\r\n"), "{head}");
}

#[tokio::test]
async fn a_receiver_with_tls_must_prove_its_name() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = tokio::spawn(async move {
        let mut heads = Vec::new();
        for _ in 0..2 {
            let (stream, _) = listener.accept().await.unwrap();
            // Fails when the other side does not like the certificate.
            if let Ok(mut stream) = acceptor().accept(stream).await {
                use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
                let mut bytes = vec![0; 1_024];
                let read = stream.read(&mut bytes).await.unwrap();
                heads.push(String::from_utf8_lossy(&bytes[..read]).into_owned());
                let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
                stream.write_all(answer).await.unwrap();
            }
        }
        heads
    });
    let notifier = notifier(&["localhost", "127.0.0.2"]);
    let named = webhook(&format!("https://localhost:{port}/x"));
    notifier.send(&named, &one_alert()).await.unwrap();
    let mut strict = Notifier::new(Vec::new(), AllowedHosts::default(), None).unwrap();
    strict.outgoing.allowed = AllowedHosts::parse(&["localhost".to_owned()]).unwrap();
    let error = strict.send(&named, &one_alert()).await.unwrap_err();
    assert!(error.why.contains("its certificate is refused"), "{error}");
    let heads = serving.await.unwrap();
    assert_eq!(heads.len(), 1);
    assert!(heads[0].starts_with("POST /x HTTP/1.1\r\n"), "{heads:?}");
}
