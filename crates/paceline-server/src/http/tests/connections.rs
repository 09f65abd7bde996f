//! Real sockets: how connections begin, carry TLS and end.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;

use super::super::{TlsFiles, serve};

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<std::io::Result<()>>,
}

fn start(routes: Router, tls: Option<TlsFiles>) -> Running {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async { stopped.await.unwrap_or_default() };
    let served = tokio::spawn(serve(listener, routes, tls, shutdown));
    Running {
        address,
        stop,
        served,
    }
}

fn hello() -> Router {
    Router::new().route("/", get(async || "hello"))
}

/// Sends a request and reads until the answer's body `end` or the connection's end.
async fn ask<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S, head: &str, end: &str) -> String {
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let mut buffer = [0; 4_096];
    while end.is_empty() || !answer.ends_with(end) {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => break,
            Ok(length) => answer.push_str(&String::from_utf8_lossy(&buffer[..length])),
        }
    }
    answer
}

const ASK: &str = "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";

#[tokio::test]
async fn an_idle_connection_is_kept_until_the_server_stops() {
    let running = start(hello(), None);
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    for _ in 0..3 {
        assert!(
            ask(&mut stream, ASK, "hello")
                .await
                .starts_with("HTTP/1.1 200")
        );
    }
    running.stop.send(()).unwrap();
    assert_eq!(ask(&mut stream, "", "").await, "");
    running.served.await.unwrap().unwrap();
    assert!(TcpStream::connect(running.address).await.is_err());
}

#[tokio::test]
async fn a_request_under_way_is_answered_before_the_server_ends() {
    let (entered, leave) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (entering, leaving) = (Arc::clone(&entered), Arc::clone(&leave));
    let wait = move || {
        let (entering, leaving) = (Arc::clone(&entering), Arc::clone(&leaving));
        async move {
            entering.notify_one();
            leaving.notified().await;
            "late"
        }
    };
    let running = start(Router::new().route("/", get(wait)), None);
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    let asking = tokio::spawn(async move { ask(&mut stream, ASK, "").await });
    entered.notified().await;
    running.stop.send(()).unwrap();
    tokio::task::yield_now().await;
    leave.notify_one();
    assert!(asking.await.unwrap().ends_with("late"));
    running.served.await.unwrap().unwrap();
}

#[tokio::test]
async fn what_is_no_http_or_too_much_of_it_is_refused() {
    let running = start(hello(), None);
    let huge = format!(
        "GET / HTTP/1.1\r\nhost: localhost\r\nx: {}\r\n\r\n",
        "x".repeat(100_000)
    );
    for (sent, expected) in [
        ("nonsense\r\n\r\n", "HTTP/1.1 400"),
        (&huge, "HTTP/1.1 431"),
    ] {
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        let answer = ask(&mut stream, sent, "").await;
        assert!(answer.starts_with(expected), "{answer}");
    }
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    assert!(
        ask(&mut stream, ASK, "hello")
            .await
            .starts_with("HTTP/1.1 200")
    );
}

fn test_files() -> TlsFiles {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http/tests/tls");
    TlsFiles {
        certificate: directory.join("certificate.pem"),
        key: directory.join("key.pem"),
    }
}

#[tokio::test]
async fn tls_is_spoken_where_it_is_configured_and_nothing_else() {
    let files = test_files();
    let running = start(hello(), Some(files.clone()));
    let mut roots = rustls::RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_file(&files.certificate).unwrap())
        .unwrap();
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(ring)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(running.address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let connector = TlsConnector::from(Arc::new(config));
    let mut stream = connector.connect(name, stream).await.unwrap();
    assert!(
        ask(&mut stream, ASK, "hello")
            .await
            .starts_with("HTTP/1.1 200")
    );
    let mut plain = TcpStream::connect(running.address).await.unwrap();
    assert!(!ask(&mut plain, ASK, "").await.contains("HTTP"));
}

#[tokio::test]
async fn unusable_tls_files_stop_the_start() {
    let files = test_files();
    let swapped = TlsFiles {
        certificate: files.key.clone(),
        key: files.certificate,
    };
    let running = start(hello(), Some(swapped));
    let error = running.served.await.unwrap().unwrap_err().to_string();
    assert!(error.starts_with("use TLS certificate `"), "{error}");
}
