//! Messages over standard input and output, passed to a server on a port of its own.

use axum::Router;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, Lines, duplex};

use super::super::forward::{Remote, run};
use super::Server;

struct Client {
    input: DuplexStream,
    output: Lines<BufReader<DuplexStream>>,
}

impl Client {
    fn of(url: &str) -> Self {
        let (input, server_input) = duplex(64 * 1024);
        let (server_output, output) = duplex(64 * 1024);
        let remote = Remote::new(url, None).unwrap();
        tokio::spawn(async move {
            let input = BufReader::new(server_input);
            run(&remote, input, server_output).await.unwrap();
        });
        let output = BufReader::new(output).lines();
        Self { input, output }
    }

    async fn say(&mut self, message: Value) {
        let line = format!("{message}\n");
        self.input.write_all(line.as_bytes()).await.unwrap();
    }

    async fn hear(&mut self) -> Value {
        let line = self.output.next_line().await.unwrap().unwrap();
        serde_json::from_str(&line).unwrap()
    }

    async fn call(&mut self, id: u64, tool: &str, arguments: Value) {
        let params = json!({"name": tool, "arguments": arguments});
        self.say(json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params}))
            .await;
    }
}

async fn listen(server: &Server) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().nest("/mcp", server.endpoint.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

#[tokio::test]
async fn a_client_that_starts_a_program_reaches_the_running_server() {
    let server = Server::start();
    let mut client = Client::of(&listen(&server).await);
    let info = json!({"name": "t", "version": "1"});
    let params = json!({"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": info});
    client
        .say(json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params}))
        .await;
    assert_eq!(
        client.hear().await["result"]["protocolVersion"],
        "2025-11-25"
    );
    client
        .say(json!({"jsonrpc": "2.0", "method": "notifications/initialized"}))
        .await;
    client
        .call(1, "task_enqueue", json!({"description": "d"}))
        .await;
    let answer = client.hear().await;
    assert_eq!(answer["id"], 1);
    assert_eq!(answer["result"]["structuredContent"]["status"], "ready");
}

#[tokio::test]
async fn a_message_of_2026_07_28_carries_its_headers() {
    let server = Server::start();
    let mut client = Client::of(&listen(&server).await);
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {}
    });
    let params = json!({"name": "task_queue_status", "arguments": {}, "_meta": meta});
    client
        .say(json!({"jsonrpc": "2.0", "id": "a", "method": "tools/call", "params": params}))
        .await;
    let answer = client.hear().await;
    assert_eq!(
        (&answer["id"], &answer["result"]["resultType"]),
        (&json!("a"), &json!("complete"))
    );
}

#[tokio::test]
async fn a_call_that_was_taken_back_is_never_answered() {
    let server = Server::start();
    let agent_id = server.register("a").await;
    let mut client = Client::of(&listen(&server).await);
    let claim = json!({"agent_id": agent_id, "wait_seconds": 60});
    client.call(1, "task_claim", claim).await;
    let params = json!({"requestId": 1});
    client
        .say(json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params}))
        .await;
    client.call(2, "task_queue_status", json!({})).await;
    assert_eq!(client.hear().await["id"], 2);
}

#[tokio::test]
async fn trouble_is_answered_to_whoever_asked() {
    // Nobody listens on a port that was just given back.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let mut client = Client::of(&url);
    client.call(1, "task_queue_status", json!({})).await;
    let answer = client.hear().await;
    assert_eq!(answer["id"], 1);
    let message = answer["error"]["message"].as_str().unwrap();
    assert!(message.contains("paceline serve"), "{message}");
    client.input.write_all(b"nonsense\n").await.unwrap();
    assert_eq!(client.hear().await["error"]["code"], -32700);
}

#[test]
fn an_address_is_taken_with_and_without_its_path() {
    for url in [
        "http://localhost:1",
        "http://localhost:1/",
        "http://localhost:1/mcp",
    ] {
        assert!(Remote::new(url, Some("plt_x")).is_ok(), "{url}");
    }
    for url in ["localhost:1", "ftp://localhost", ""] {
        assert!(Remote::new(url, None).is_err(), "{url}");
    }
    assert!(Remote::new("http://localhost:1", Some("a\nb")).is_err());
}
