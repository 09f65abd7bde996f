//! The live feed of the real binary. Owns that a subscriber gets what any client records, and that
//! the end and the restart of the server leave no gap that it does not see.

use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{Message, WebSocket, client};

use crate::call::Expect as _;
use crate::server::Server;

/// On a busy machine, and a debug build.
const PATIENCE: Duration = Duration::from_secs(30);

struct Feed {
    socket: WebSocket<TcpStream>,
    seq: u64,
}

impl Feed {
    /// Subscribed; answers the snapshot too.
    fn of(server: &Server, series: &[&str]) -> (Self, Value) {
        let authority = server
            .url
            .trim_start_matches("http://")
            .trim_end_matches('/');
        let stream = TcpStream::connect(authority).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        let (socket, _) =
            client(format!("ws://{authority}/api/live"), stream).expect("a WebSocket");
        let mut feed = Self { socket, seq: 0 };
        let request = json!({"type": "subscribe", "id": "x", "series": series});
        let sent = feed.socket.send(Message::text(request.to_string()));
        sent.expect("is sent");
        let snapshot = feed.frame();
        assert_eq!(snapshot["type"], "snapshot", "{snapshot}");
        (feed, snapshot)
    }

    fn message(&mut self) -> Message {
        loop {
            match self.socket.read().expect("a message") {
                Message::Ping(_) | Message::Pong(_) => {}
                message => return message,
            }
        }
    }

    fn frame(&mut self) -> Value {
        let message = self.message();
        let text = message.to_text().expect("a text message");
        let frame: Value = serde_json::from_str(text).expect("JSON");
        self.seq += 1;
        assert_eq!(frame["seq"], self.seq, "{frame}");
        frame
    }
}

fn record(server: &Server, value: f64) {
    let body = json!({"samples": [{"name": "live_probe", "value": value}]});
    let answer = server.over_http().call("metric_record", body).granted();
    assert_eq!(answer["accepted"], 1, "{answer}");
}

#[test]
fn a_subscriber_gets_samples_hears_of_the_stop_and_goes_on_after_the_restart() {
    let mut server = Server::start();
    let (mut feed, snapshot) = Feed::of(&server, &["live_probe"]);
    assert_eq!(snapshot["series"], json!([]));
    record(&server, 1.0);
    let delta = feed.frame();
    let labels = json!({"__name__": "live_probe"});
    assert_eq!(delta["new"], json!([{"ref": 0, "labels": labels}]));
    assert_eq!(
        (&delta["refs"], &delta["values"]),
        (&json!([0]), &json!([1.0]))
    );

    server.stop();
    let Message::Close(Some(close)) = feed.message() else {
        panic!("the connection ended without a reason");
    };
    assert_eq!(u16::from(close.code), 1001, "{}", close.reason);

    let server = server.restart(&[]);
    let (mut feed, snapshot) = Feed::of(&server, &["live_probe"]);
    assert_eq!(snapshot["series"][0]["value"], 1.0, "{snapshot}");
    record(&server, 2.0);
    assert_eq!(feed.frame()["values"], json!([2.0]));

    // Without warning, the connection just ends; what was acknowledged is in the next snapshot.
    record(&server, 3.0);
    let server = server.kill_and_restart(&[]);
    let (_, snapshot) = Feed::of(&server, &["live_probe"]);
    assert_eq!(snapshot["series"][0]["value"], 3.0, "{snapshot}");
}

#[test]
fn the_servers_own_series_can_be_followed() {
    let server = Server::start_with(&["--metrics-own-interval=1s"]);
    let (mut feed, _) = Feed::of(&server, &["paceline_live_subscribers"]);
    let mut values = Vec::new();
    while values.last() != Some(&json!(1.0)) {
        let delta = feed.frame();
        values.extend(delta["values"].as_array().expect("values").clone());
        assert!(values.len() < 20, "{values:?}");
    }
}
