//! A real Alertmanager takes Paceline's alerts, groups them and hears of their end.

use std::process::{Child, Command, Stdio};

use serde_json::json;
use tempfile::TempDir;

use super::receiver::Receiver;
use super::{get, post, push, until};
use crate::http::Connection;
use crate::prometheus::peer::{free_port, program};
use crate::server::Server;

struct Alertmanager {
    child: Child,
    url: String,
    _home: TempDir,
}

impl Alertmanager {
    /// One notification a name of alerts, a second after the first of them.
    fn start(receiver: &Receiver) -> Self {
        let home = tempfile::tempdir().expect("a temporary directory");
        let config = format!(
            "route:\n  receiver: test\n  group_by: [alertname]\n  group_wait: 1s\n  \
             group_interval: 1s\n  repeat_interval: 1h\nreceivers:\n- name: test\n  \
             webhook_configs:\n  - url: {}\n    send_resolved: true\n",
            receiver.url
        );
        let file = home.path().join("alertmanager.yml");
        std::fs::write(&file, config).expect("its configuration");
        let listen = format!("127.0.0.1:{}", free_port());
        let storage = home.path().join("data");
        let child = Command::new(program("prometheus-alertmanager"))
            .arg(format!("--config.file={}", file.display()))
            .arg(format!("--storage.path={}", storage.display()))
            .arg(format!("--web.listen-address={listen}"))
            .arg("--cluster.listen-address=")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!(
                    "no `prometheus-alertmanager` ({error}): `cargo xtask test` installs Debian's \
                     package"
                )
            });
        let url = format!("http://{listen}");
        until("Alertmanager is ready", || {
            let answer = Connection::to(&url).get("/-/ready").ok()?;
            (answer.status == 200).then_some(())
        });
        Self {
            child,
            url,
            _home: home,
        }
    }
}

impl Drop for Alertmanager {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_real_alertmanager_receives_groups_and_resolves() {
    let receiver = Receiver::start(false);
    let alertmanager = Alertmanager::start(&receiver);
    let server = Server::start_with(&[
        "--alertmanager",
        &alertmanager.url,
        "--alert-allow-host",
        "127.0.0.1",
    ]);
    let mut connection = server.connect();
    let rule = json!({"name": "Hot", "expr": "heat > 20", "severity": "critical",
        "annotations": {"summary": "{{ $labels.room }} is too warm"}});
    post(&mut connection, "/api/alert-rules", &rule);
    for room in ["kitchen", "cellar"] {
        push(&mut connection, "heat", room, 41.0);
    }
    let mut there = Connection::to(&alertmanager.url);
    let filter = "/api/v2/alerts?filter=alertname%3D%22Hot%22";
    let alerts = until("both alerts are with Alertmanager", || {
        let alerts = get(&mut there, filter).as_array()?.clone();
        (alerts.len() == 2).then_some(alerts)
    });
    for alert in &alerts {
        assert_eq!(alert["labels"]["severity"], "critical");
        let room = alert["labels"]["room"].as_str().expect("a room");
        let summary = alert["annotations"]["summary"].as_str().expect("a summary");
        assert!(
            summary.starts_with(&format!("{room} is too warm, since")),
            "{summary}"
        );
    }
    let is_of = |notice: &serde_json::Value, status: &str| {
        notice["groupLabels"]["alertname"] == "Hot" && notice["status"] == status
    };
    let told = until("one notification has both", || {
        let taken = receiver.taken();
        let of_both = |notice: &&serde_json::Value| {
            is_of(notice, "firing")
                && notice["alerts"]
                    .as_array()
                    .is_some_and(|all| all.len() == 2)
        };
        taken.iter().find(of_both).cloned()
    });
    assert_eq!(told["commonLabels"]["alertname"], "Hot");
    for room in ["kitchen", "cellar"] {
        push(&mut connection, "heat", room, 4.0);
    }
    until("Alertmanager says that it is over", || {
        let taken = receiver.taken();
        taken
            .iter()
            .any(|notice| is_of(notice, "resolved"))
            .then_some(())
    });
    let deliveries = get(&mut connection, "/api/alert-deliveries");
    let first = &deliveries["items"][0];
    assert_eq!(first["channel"], "alertmanager", "{deliveries}");
    assert_eq!(first["state"], "delivered");
}
