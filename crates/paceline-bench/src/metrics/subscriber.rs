//! A subscriber of the live feed, which follows one series among many. Owns when each of its values
//! arrived, taken by a task that does nothing else; refuses frames that are out of their order.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use futures_util::{SinkExt, StreamExt};
use paceline_api::{LiveFrame, LiveRequest, LiveRequestKind};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::clock;

/// The most that the server gives.
const FRAMES_PER_SECOND: u32 = 50;
const NAME: &str = "__name__";

pub struct Subscriber {
    arrivals: mpsc::UnboundedReceiver<(f64, Instant)>,
    reading: JoinHandle<Result<()>>,
}

impl Subscriber {
    /// Follows the series of this name that `selector` means, and those that `others` does: their
    /// changes keep deltas coming, so that the one's wait for the next. Returns when deltas are on.
    pub async fn open(
        address: SocketAddr,
        name: &'static str,
        selector: String,
        others: &str,
    ) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (mut socket, _) = client_async(format!("ws://{address}/api/live"), stream)
            .await
            .context("cannot open the live feed")?;
        let request = LiveRequest {
            kind: LiveRequestKind::Subscribe,
            id: "lag".to_owned(),
            series: vec![selector, others.to_owned()],
            frames_per_second: Some(FRAMES_PER_SECOND),
            ..LiveRequest::default()
        };
        let request = serde_json::to_string(&request)?;
        socket.send(Message::text(request)).await?;
        let LiveFrame::Snapshot(snapshot) = next(&mut socket).await? else {
            bail!("the live feed began with something other than a snapshot");
        };
        ensure!(
            snapshot
                .series
                .iter()
                .all(|series| series.labels[NAME] != name),
            "`{name}` was there before the first push"
        );
        let (tell, arrivals) = mpsc::unbounded_channel();
        let reading = tokio::spawn(read(socket, name, tell));
        Ok(Self { arrivals, reading })
    }

    /// When this value arrived; values come in the order in which they were pushed.
    pub async fn arrival(&mut self, wanted: f64, patience: Duration) -> Result<Instant> {
        let waiting = async {
            while let Some((value, seen)) = self.arrivals.recv().await {
                if value == wanted {
                    return Ok(seen);
                }
            }
            match (&mut self.reading).await {
                Ok(Ok(())) => bail!("the live feed ended"),
                Ok(Err(error)) => Err(error),
                Err(error) => Err(error.into()),
            }
        };
        let seconds = patience.as_secs();
        tokio::time::timeout(patience, waiting)
            .await
            .with_context(|| format!("a sample was not sent {seconds} s after its answer"))?
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

async fn read(
    mut socket: WebSocketStream<TcpStream>,
    name: &str,
    tell: mpsc::UnboundedSender<(f64, Instant)>,
) -> Result<()> {
    let mut seq = 1;
    let mut wanted = None;
    loop {
        let LiveFrame::Delta(delta) = next(&mut socket).await? else {
            bail!("the live feed sent something other than a delta");
        };
        let seen = clock::now();
        seq += 1;
        ensure!(
            delta.seq == seq,
            "frame {} came instead of {seq}",
            delta.seq
        );
        for new in &delta.new {
            if new.labels[NAME] == name {
                wanted = Some(new.reference);
            }
        }
        for (reference, value) in delta.refs.iter().zip(delta.values) {
            if Some(*reference) != wanted {
                continue;
            }
            if tell.send((value.0, seen)).is_err() {
                return Ok(());
            }
        }
    }
}

async fn next(socket: &mut WebSocketStream<TcpStream>) -> Result<LiveFrame> {
    while let Some(message) = socket.next().await {
        match message? {
            Message::Text(text) => return Ok(serde_json::from_str(&text)?),
            Message::Close(close) => bail!("the live feed closed: {close:?}"),
            _ => {}
        }
    }
    bail!("the live feed broke off")
}
