//! `paceline alert watch`: a line for each alert that begins and ends, for a terminal or a script.
//! Owns what is told; refuses to repeat: what was there before the start is told once.

use std::collections::BTreeMap;
use std::time::Duration;

use clap::Args;
use paceline_api::{Alert, AlertListQuery, AlertState, LiveFrame, LiveRequest};
use paceline_client::{Client, ClientError, Live};

use super::view::{severity, severity_word};
use crate::failure::Failure;
use crate::terminal::words::time;
use crate::terminal::{Format, print_text, say};

const ID: &str = "alerts";
const PAGE: u32 = 500;
const AGAIN_AFTER: Duration = Duration::from_secs(2);

/// Follow alerts: a line for each that begins to fire, and for each that is over
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  paceline alert watch
  paceline alert watch --severity critical --format json | jq -r .sentence

It goes on until it is stopped, and connects again when the server comes back.")]
pub struct Watch {
    /// Nothing less severe: info, warning or critical
    #[arg(long, value_parser = severity, value_name = "SEVERITY")]
    severity: Option<paceline_api::AlertSeverity>,
    /// End after so many lines
    #[arg(long, value_name = "N")]
    count: Option<u64>,
}

/// What was told of each alert, by fingerprint.
type Told = BTreeMap<String, AlertState>;

impl Watch {
    pub async fn run(self, client: &Client, format: Format) -> Result<(), Failure> {
        let (mut told, mut lines) = (Told::new(), 0);
        let mut live = follow(client).await?;
        loop {
            match live.next().await {
                Ok(Some(LiveFrame::Alerts(_))) => {
                    for alert in news(client, &mut told).await? {
                        if self.severity.is_some_and(|least| alert.severity < least) {
                            continue;
                        }
                        print_text(&line(&alert, format)?)?;
                        lines += 1;
                        if self.count.is_some_and(|count| count <= lines) {
                            return Ok(());
                        }
                    }
                }
                Ok(Some(LiveFrame::Error(refused))) => {
                    return Err(Failure::usage(refused.error.message));
                }
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => {
                    say("the connection is lost; trying again");
                    live = again(client).await;
                }
            }
        }
    }
}

async fn follow(client: &Client) -> Result<Live, ClientError> {
    let mut live = client.live().await?;
    let request = LiveRequest {
        id: ID.to_owned(),
        alerts: true,
        ..LiveRequest::default()
    };
    live.send(&request).await?;
    Ok(live)
}

async fn again(client: &Client) -> Live {
    loop {
        tokio::time::sleep(AGAIN_AFTER).await;
        if let Ok(live) = follow(client).await {
            return live;
        }
    }
}

/// Those that fire and were not told, and those that were and are over.
async fn news(client: &Client, told: &mut Told) -> Result<Vec<Alert>, ClientError> {
    let mut news = Vec::new();
    for state in [AlertState::Resolved, AlertState::Firing] {
        for alert in all(client, state).await? {
            let before = told.insert(alert.fingerprint.clone(), state);
            let is_news = match state {
                AlertState::Resolved => before == Some(AlertState::Firing),
                _ => before != Some(state),
            };
            if is_news {
                news.push(alert);
            }
        }
    }
    news.sort_by_key(|alert| alert.resolved_at.or(alert.fired_at));
    Ok(news)
}

async fn all(client: &Client, state: AlertState) -> Result<Vec<Alert>, ClientError> {
    let mut query = AlertListQuery {
        state: Some(state),
        limit: Some(PAGE),
        ..AlertListQuery::default()
    };
    let mut all = Vec::new();
    loop {
        let page = client.list_alerts(&query).await?;
        all.extend(page.items);
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            return Ok(all);
        }
    }
}

fn line(alert: &Alert, format: Format) -> Result<String, Failure> {
    if format == Format::Json {
        let text = serde_json::to_string(alert);
        let text = text.map_err(|error| Failure::to("write an alert as JSON", &error))?;
        return Ok(text + "\n");
    }
    let (at, word) = match alert.resolved_at {
        Some(at) => (at, "over"),
        None => (
            alert.fired_at.unwrap_or(alert.active_at),
            severity_word(alert.severity),
        ),
    };
    Ok(format!(
        "{}  {word:<8}  {}  {}\n",
        time(at),
        alert.name,
        alert.sentence
    ))
}
