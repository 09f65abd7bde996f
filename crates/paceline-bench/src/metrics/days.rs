//! A question over ninety days. Owns the generated past and what is asked of it; refuses to ask
//! before the days are rolled up.

use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::disk::{self, DAY_MS};
use super::figures::{Figure, Readings};
use super::fleet::Shape;
use super::query::{self, Question, Span};
use super::round::{Round, settle};
use crate::client::Client;
use crate::clock;

const DAYS: i64 = 90;
/// A push a minute: what matters is that rollups stand for many samples each.
const INTERVAL_MS: i64 = 60_000;
/// One agent for so many of the fleet's, as ninety days of all would take hours to push.
const AGENTS_SHARE: usize = 100;
const STEP_SECONDS: u32 = 6 * 3_600;
const MERGE_SECONDS_MAX: u64 = 180;
const POLL: Duration = Duration::from_millis(500);

pub async fn measure(round: &Round<'_>, readings: &mut Readings) -> Result<()> {
    let shape = Shape {
        agents: (round.options.scale_shape().agents / AGENTS_SHARE).max(1),
        interval_ms: INTERVAL_MS,
        ..round.shape()
    };
    let to_ms = clock::wall_ms();
    let from_ms = to_ms - DAYS * DAY_MS;
    let mut lanes = round.lanes(shape).await?;
    let intervals = (to_ms - from_ms) / INTERVAL_MS;
    round
        .rush(&mut lanes, from_ms, intervals as usize, "90 days")
        .await?;
    rolled_up(round).await?;
    let question = Question {
        figure: Figure::Days,
        text: "sum by (agent) (rate(agent_tool_calls_total[6h]))",
        span: Span::Range {
            from_ms,
            to_ms,
            step_seconds: STEP_SECONDS,
        },
        series: shape.agents,
    };
    let mut client = Client::open(round.subject.address).await?;
    query::ask_all(&mut client, round.peer, &[question], readings).await
}

/// Waits until all days that are long over have their rollups.
async fn rolled_up(round: &Round<'_>) -> Result<()> {
    let folder = round
        .subject
        .folder()
        .context("the subject's folder is not ours")?;
    let deadline = clock::now() + Duration::from_secs(MERGE_SECONDS_MAX);
    while (disk::rolled_up_days(folder)? as i64) < DAYS - 2 {
        ensure!(
            clock::now() < deadline,
            "the days were not rolled up within {MERGE_SECONDS_MAX} s"
        );
        tokio::time::sleep(POLL).await;
    }
    settle(round.subject).await;
    Ok(())
}
