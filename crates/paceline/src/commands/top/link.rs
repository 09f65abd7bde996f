//! The connection behind `paceline top`. Owns what is subscribed to, and connecting again; refuses
//! to go on after the server has said no, and to read what it passes on.
//!
//! ```text
//!            +------------- connected -------------+
//!            v                                     |
//! up --ended, lost, gap--> down --after a pause--> connecting --failed--> down
//! up --refused--> the end
//! ```

use std::time::Duration;

use paceline_api::{ErrorDetail, LiveFrame, LiveRequest};
use paceline_client::{Client, ClientError, Live};
use tokio::sync::mpsc::Sender;
use tokio::time::sleep;

use crate::failure::{Failure, innermost};

/// Faster than people read, slower than the server could.
const FRAMES_PER_SECOND: u32 = 5;
const PAUSE: Duration = Duration::from_millis(500);
const PAUSE_MAX: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub enum News {
    Up,
    Frame(LiveFrame),
    /// Why.
    Down(String),
    Refused(ErrorDetail),
}

pub async fn connect(client: &Client) -> Result<Live, ClientError> {
    let mut live = client.live().await?;
    let topic = |id: &str| LiveRequest {
        id: id.to_owned(),
        frames_per_second: Some(FRAMES_PER_SECOND),
        ..LiveRequest::default()
    };
    let fleet = LiveRequest {
        fleet: true,
        ..topic("fleet")
    };
    let operations = LiveRequest {
        operations: true,
        ..topic("operations")
    };
    let alerts = LiveRequest {
        alerts: true,
        ..topic("alerts")
    };
    live.send(&fleet).await?;
    live.send(&operations).await?;
    live.send(&alerts).await?;
    Ok(live)
}

/// Until nobody listens to the news any more, or the server has refused.
pub async fn follow(client: Client, mut live: Live, news: Sender<News>) {
    loop {
        let ended = pass_on(&mut live, &news).await;
        let is_over = matches!(ended, News::Refused(_));
        if news.send(ended).await.is_err() || is_over {
            return;
        }
        live = again(&client, &news).await;
        if news.send(News::Up).await.is_err() {
            return;
        }
    }
}

async fn pass_on(live: &mut Live, news: &Sender<News>) -> News {
    let mut expected = 1;
    loop {
        let frame = match live.next().await {
            Ok(Some(LiveFrame::Error(refusal))) => return News::Refused(refusal.error),
            Ok(Some(frame)) => frame,
            Ok(None) => return News::Down("the server ended the connection".to_owned()),
            Err(error) => return News::Down(why(error)),
        };
        // What is missing cannot be asked for again; a new subscription begins with everything.
        match seq(&frame) {
            Some(seq) if seq == expected => expected += 1,
            Some(_) => return News::Down("frames were lost on the way".to_owned()),
            None => {}
        }
        if news.send(News::Frame(frame)).await.is_err() {
            return News::Down(String::new());
        }
    }
}

fn seq(frame: &LiveFrame) -> Option<u64> {
    match frame {
        LiveFrame::Fleet(frame) => Some(frame.seq),
        LiveFrame::Operations(frame) => Some(frame.seq),
        _ => None,
    }
}

async fn again(client: &Client, news: &Sender<News>) -> Live {
    let mut pause = PAUSE;
    loop {
        sleep(pause).await;
        match connect(client).await {
            Ok(live) => return live,
            // Whether anybody still listens is found out with the next news.
            Err(error) => {
                let _ = news.send(News::Down(why(error))).await;
            }
        }
        pause = PAUSE_MAX.min(pause * 2);
    }
}

/// The address stands above it already.
fn why(error: ClientError) -> String {
    match error {
        ClientError::Transport { source, .. } => innermost(&*source).to_string(),
        ClientError::TimedOut { seconds, .. } => format!("no word within {seconds} s"),
        other => Failure::from(other).sentence,
    }
}

/// A server of an earlier version has the feed, but not these topics.
pub fn refused(error: ErrorDetail) -> Failure {
    let hint = "`paceline top` needs a server of its own version; see `/readyz` of the server";
    let failure = Failure::new(format!(
        "the server refused the live feed: {}",
        error.message
    ));
    failure.hint(error.hint.unwrap_or_else(|| hint.to_owned()))
}
