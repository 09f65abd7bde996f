//! The client against a stub that answers from a script, one connection at a time.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

use paceline_api::*;
use paceline_client::{Bytes, Client, ClientError, Connection, Method, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What the stub does with one request.
#[derive(Clone, Copy)]
enum Step {
    Answer(u16, &'static str),
    HangUp,
}

use Step::{Answer, HangUp};

struct Stub {
    url: String,
    /// The requests as they came, head and body.
    requests: JoinHandle<Vec<String>>,
}

async fn stub(script: &'static [Step]) -> Stub {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let requests = tokio::spawn(serve(listener, script));
    Stub { url, requests }
}

async fn serve(listener: TcpListener, script: &'static [Step]) -> Vec<String> {
    let mut requests = Vec::new();
    let mut steps = script.iter();
    while requests.len() < script.len() {
        let (mut stream, _) = listener.accept().await.unwrap();
        while let Some(request) = read_request(&mut stream).await {
            requests.push(request);
            match steps.next() {
                Some(&Answer(status, body)) => answer(&mut stream, status, body).await,
                Some(HangUp) | None => break,
            }
            if requests.len() == script.len() {
                break;
            }
        }
    }
    requests
}

async fn answer(stream: &mut TcpStream, status: u16, body: &str) {
    let length = body.len();
    let text = format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n\r\n{body}");
    stream.write_all(text.as_bytes()).await.unwrap();
}

/// None when the peer has closed.
async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut text = String::new();
    let mut buffer = [0; 4096];
    while !is_whole(&text) {
        let length = stream
            .read(&mut buffer)
            .await
            .ok()
            .filter(|length| 0 < *length)?;
        text.push_str(std::str::from_utf8(&buffer[..length]).unwrap());
    }
    Some(text)
}

fn is_whole(text: &str) -> bool {
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    body.len() == header(head, "content-length").map_or(0, |length| length.parse().unwrap())
}

fn header<'a>(request: &'a str, name: &str) -> Option<&'a str> {
    let lines = request.lines().filter_map(|line| line.split_once(": "));
    lines
        .filter(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
        .next()
}

const SENT: &str = r#"{"message_id":"msg_1","position":3,"sequence":1,"sent_at":"2026-10-05T14:03:07.250Z","to":{"all":true}}"#;

fn hello() -> MessageSendRequest {
    serde_json::from_str(r#"{"to":{"all":true},"type":"hello"}"#).unwrap()
}

#[tokio::test]
async fn a_create_is_repeated_with_the_same_key_when_the_connection_is_lost() {
    let stub = stub(&[HangUp, HangUp, Answer(201, SENT)]).await;
    let client = Client::new(&stub.url, Some("secret".into())).unwrap();
    let sent = client.send_message(&hello()).await.unwrap();
    assert_eq!((sent.position, sent.to), (3, Recipient::All));

    let requests = stub.requests.await.unwrap();
    let keys: Vec<_> = requests
        .iter()
        .map(|one| header(one, "idempotency-key").unwrap())
        .collect();
    assert_eq!(keys.len(), 3);
    assert!(keys.iter().all(|key| *key == keys[0] && 32 < key.len()));
    assert!(requests[0].starts_with("POST /api/messages HTTP/1.1"));
    assert!(requests[0].ends_with(r#"{"to":{"all":true},"type":"hello"}"#));
    assert_eq!(header(&requests[0], "authorization"), Some("Bearer secret"));
    assert_eq!(
        header(&requests[0], "content-type"),
        Some("application/json")
    );
}

#[tokio::test]
async fn two_creates_have_two_keys() {
    let stub = stub(&[Answer(201, SENT), Answer(201, SENT)]).await;
    let client = Client::new(&stub.url, None).unwrap();
    client.send_message(&hello()).await.unwrap();
    client.clone().send_message(&hello()).await.unwrap();
    let requests = stub.requests.await.unwrap();
    assert_ne!(
        header(&requests[0], "idempotency-key"),
        header(&requests[1], "idempotency-key")
    );
    assert_eq!(header(&requests[0], "authorization"), None);
}

#[tokio::test]
async fn repeating_ends_and_says_whom_it_could_not_reach() {
    // A fourth attempt would be answered.
    let stub = stub(&[HangUp, HangUp, HangUp, Answer(201, SENT)]).await;
    let client = Client::new(&stub.url, None).unwrap();
    let error = client.send_message(&hello()).await.unwrap_err();
    assert!(matches!(error, ClientError::Transport { .. }), "{error:?}");
    assert_eq!(
        error.to_string(),
        format!("reach the server at `{}`", stub.url)
    );
}

#[tokio::test]
async fn a_claim_is_sent_once() {
    // A second attempt would be answered.
    let stub = stub(&[HangUp, Answer(204, "")]).await;
    let client = Client::new(&stub.url, None).unwrap();
    let request = serde_json::from_str(r#"{"agent_id":"agt_1"}"#).unwrap();
    let error = client.claim_task(&request).await.unwrap_err();
    assert!(matches!(error, ClientError::Transport { .. }), "{error:?}");
}

#[tokio::test]
async fn nothing_to_claim_is_none() {
    let stub = stub(&[Answer(204, "")]).await;
    let client = Client::new(&stub.url, None).unwrap();
    let request = serde_json::from_str(r#"{"agent_id":"agt_1"}"#).unwrap();
    assert_eq!(client.claim_task(&request).await.unwrap(), None);
}

#[tokio::test]
async fn a_refusal_is_the_servers_own() {
    let refusal = r#"{"error":{"code":"stale_fence","message":"fence 2 is old"}}"#;
    let script = Box::leak(Box::new([Answer(409, refusal), Answer(502, "bad gateway")]));
    let stub = stub(script).await;
    let client = Client::new(&stub.url, None).unwrap();

    let error = client.get_task("tsk_1").await.unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::StaleFence));
    assert_eq!(error.to_string(), "fence 2 is old (stale_fence)");

    let error = client.get_task("tsk_1").await.unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::Internal));
    assert!(error.to_string().contains("bad gateway"), "{error}");
}

#[tokio::test]
async fn an_answer_that_is_no_answer_is_named_by_its_path() {
    let stub = stub(&[Answer(200, r#"{"task_id":7}"#)]).await;
    let client = Client::new(&stub.url, None).unwrap();
    let error = client.get_task("tsk_1").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "understand the answer to `/api/tasks/tsk_1`"
    );
}

#[tokio::test]
async fn what_a_removal_says_travels_in_the_query() {
    let gone = r#"{"namespace":"n","key":"a/b","version":2}"#;
    let stub = stub(Box::leak(Box::new([Answer(200, gone)]))).await;
    let client = Client::new(&stub.url, None).unwrap();
    let query = MemoryDeleteQuery {
        expected_version: Some(2),
        ..Default::default()
    };
    assert_eq!(
        client
            .delete_memory("n", "a/b", &query)
            .await
            .unwrap()
            .version,
        2
    );
    let requests = stub.requests.await.unwrap();
    assert!(requests[0].starts_with("DELETE /api/memory/n/a%2Fb?expected_version=2 HTTP/1.1"));
}

#[tokio::test]
async fn probes_need_no_body_and_a_path_before_the_routes_is_kept() {
    let stub = stub(&[Answer(200, "ok"), Answer(503, "starting")]).await;
    let client = Client::new(&format!("{}/paceline/", stub.url), None).unwrap();
    client.health().await.unwrap();
    assert_eq!(
        client.readiness().await.unwrap_err().code(),
        Some(ErrorCode::Unavailable)
    );
    let requests = stub.requests.await.unwrap();
    assert!(requests[0].starts_with("GET /paceline/healthz HTTP/1.1"));
}

#[tokio::test]
async fn a_connection_is_kept_and_hands_answers_back_as_they_came() {
    let stub = stub(&[Answer(201, "a"), Answer(409, "b")]).await;
    let mut connection = Connection::open(&stub.url, Some("secret")).await.unwrap();
    let first = connection
        .send(Method::POST, "/api/tasks", Bytes::from("{}"))
        .await
        .unwrap();
    assert_eq!(first, (StatusCode::CREATED, Bytes::from("a")));
    let second = connection
        .send(Method::GET, "/api/tasks?limit=1", Bytes::new())
        .await
        .unwrap();
    assert_eq!(second, (StatusCode::CONFLICT, Bytes::from("b")));
    let requests = stub.requests.await.unwrap();
    assert_eq!(
        header(&requests[1], "host"),
        stub.url.strip_prefix("http://")
    );
    assert_eq!(header(&requests[1], "authorization"), Some("Bearer secret"));
}

#[tokio::test]
async fn addresses_that_cannot_work_are_refused_at_once() {
    for url in ["", "127.0.0.1:7717", "ftp://host", "http://host/?a=1"] {
        let refused = Client::new(url, None);
        assert!(matches!(refused, Err(ClientError::Address { .. })), "{url}");
    }
    let refused = Connection::open("https://host", None).await;
    assert!(matches!(refused, Err(ClientError::Address { .. })));
}
