//! The client, the stage and the drive together, against the ceiling.

use std::time::Duration;

use tokio::net::TcpListener;

use crate::client::Client;
use crate::interrupt::Interrupt;
use crate::process::Subject;
use crate::report::Figures;
use crate::scenario::{Load, Scenario};
use crate::stage::Stage;

async fn ceiling() -> Subject {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(crate::serve_ceiling(listener));
    Subject::running(address)
}

fn stage(subject: &Subject) -> Stage<'_> {
    Stage {
        subject,
        clients: 4,
        load: Load::Closed,
        warm_up_max: Duration::from_millis(20),
        duration: Duration::from_millis(200),
        interrupt: Interrupt::default(),
    }
}

#[tokio::test]
async fn the_ceiling_answers_a_closed_and_an_open_loop() {
    let subject = ceiling().await;
    for scenario in [
        Scenario::Ceiling,
        Scenario::CeilingOne,
        Scenario::EnqueueOpen,
    ] {
        let stage = Stage {
            load: scenario.spec().load.at(Some(500)),
            ..stage(&subject)
        };
        let measured = scenario.run(&stage).await.unwrap();
        let figures = Figures::new(&measured, 1);
        assert_eq!(figures.errors, 0, "{:?}", measured.tally.first_error);
        assert!(0 < figures.operations && 0.0 < figures.rate);
        assert!(figures.p50_ms <= figures.p99_ms && figures.p99_ms <= figures.max_ms * 1.001);
    }
}

#[tokio::test]
async fn what_is_no_success_is_an_error_that_quotes_the_answer() {
    let subject = ceiling().await;
    let mut client = Client::open(subject.address).await.unwrap();
    let error = client
        .post("/api/tasks", b"{\"description\":7}")
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("POST /api/tasks answered 422"), "{error}");
    let error = client.get("/nowhere").await.unwrap_err().to_string();
    assert!(error.contains("GET /nowhere answered 404"), "{error}");
    let measured = Scenario::Heartbeat.run(&stage(&subject)).await;
    assert!(measured.is_err());
}

#[tokio::test]
async fn a_connection_opens_again_after_its_server_closed_it() {
    let subject = ceiling().await;
    let mut client = Client::open(subject.address).await.unwrap();
    let closing = crate::http::Request {
        method: "GET",
        path: "/nowhere",
        headers: "connection: close\r\n",
        body: b"",
    };
    assert!(client.send(&closing).await.is_err());
    // The close is noticed by the request after it, and the one after that has a new connection.
    let _ = client.get("/nowhere").await;
    let error = client.get("/nowhere").await.unwrap_err().to_string();
    assert!(error.contains("answered 404"), "{error}");
}
