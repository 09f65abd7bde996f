//! Connections. Owns accepting, their number, their time limits and their end; refuses to look
//! into requests.
//!
//! A loop of its own over hyper instead of `axum::serve`: that one does not set `TCP_NODELAY`
//! (a keep-alive client then waits 44 ms for an answer of 0.1 ms), knows no limit on connections
//! and no TLS.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_rustls::TlsAcceptor;

use super::limits::{
    CONNECTIONS_MAX, DRAIN_MAX, HEADER_BYTES_MAX, HEADER_READ_MAX, TLS_HANDSHAKE_MAX,
};
use super::tls::TlsFiles;

/// When the system has no descriptor left, accepting again at once only burns a core.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\nconnection: close\r\n\
content-type: application/json\r\ncontent-length: 101\r\n\r\n\
{\"error\":{\"code\":\"unavailable\",\"message\":\"all connections are taken\",\
\"hint\":\"try again in a second\"}}";

/// Answers on `listener` until `shutdown` ends, then lets requests under way finish.
///
/// # Errors
/// When TLS files are unusable or the listener cannot be used; never because of one connection.
pub async fn serve(
    listener: std::net::TcpListener,
    app: Router,
    tls: Option<TlsFiles>,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let tls = tls.map(|files| files.acceptor()).transpose()?;
    listener.set_nonblocking(true)?;
    let listener = TcpListener::from_std(listener)?;
    let door = Arc::new(Door {
        protocol: protocol(),
        app,
        tls,
    });
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let (stop, stopped) = watch::channel(());
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut shutdown => break,
        };
        match (accepted, Arc::clone(&places).try_acquire_owned()) {
            (Ok((stream, _)), Ok(place)) => {
                let visit = Arc::clone(&door).welcome(stream, stopped.clone(), place);
                tokio::spawn(visit);
            }
            (Ok((stream, _)), Err(_)) => turn_away(stream),
            (Err(error), _) => pause_after(&error).await,
        }
    }
    drop((listener, stopped));
    drain(stop).await;
    Ok(())
}

/// Every connection holds a receiver until it ends.
async fn drain(stop: watch::Sender<()>) {
    stop.send_replace(());
    if tokio::time::timeout(DRAIN_MAX, stop.closed())
        .await
        .is_err()
    {
        let seconds = DRAIN_MAX.as_secs();
        tracing::warn!("some requests did not end within {seconds} s of the stop");
    }
}

async fn pause_after(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    // These end one connection, which its client knows already.
    if matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    ) {
        return;
    }
    tracing::error!(%error, "cannot accept a connection");
    tokio::time::sleep(ACCEPT_PAUSE).await;
}

fn protocol() -> http1::Builder {
    let mut protocol = http1::Builder::new();
    protocol
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_READ_MAX)
        .max_header_size(HEADER_BYTES_MAX)
        .max_buf_size(HEADER_BYTES_MAX);
    protocol
}

/// What every connection needs.
struct Door {
    protocol: http1::Builder,
    app: Router,
    tls: Option<TlsAcceptor>,
}

impl Door {
    async fn welcome(
        self: Arc<Self>,
        stream: TcpStream,
        stopped: watch::Receiver<()>,
        place: OwnedSemaphorePermit,
    ) {
        // Without it Nagle's algorithm holds answers back for the client's delayed acknowledgement.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection closed before it was served");
            return;
        }
        match &self.tls {
            None => self.converse(stream, stopped).await,
            Some(tls) => match tokio::time::timeout(TLS_HANDSHAKE_MAX, tls.accept(stream)).await {
                Ok(Ok(stream)) => self.converse(stream, stopped).await,
                Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
                Err(_) => tracing::debug!("a TLS handshake took too long"),
            },
        }
        drop(place);
    }

    async fn converse<S>(&self, stream: S, mut stopped: watch::Receiver<()>)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let service = TowerToHyperService::new(self.app.clone());
        let connection = self
            .protocol
            .serve_connection(TokioIo::new(stream), service);
        let mut connection = pin!(connection.with_upgrades());
        let ended = tokio::select! {
            biased;
            ended = connection.as_mut() => ended,
            _ = stopped.changed() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection ended early");
        }
    }
}

fn turn_away(mut stream: TcpStream) {
    tokio::spawn(async move {
        // Best effort: a client that is not reading learns it from the closed connection.
        let _ = tokio::time::timeout(ACCEPT_PAUSE, stream.write_all(FULL)).await;
    });
}
