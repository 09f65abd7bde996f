//! Questions. Owns what is asked and how long the answers take; refuses to take an answer of the
//! wrong size for a fast one.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anyhow::{Result, ensure};
use serde::Deserialize;

use super::blueprint;
use super::figures::{Figure, Part, Readings};
use super::fleet::Shape;
use super::peer::Peer;
use crate::client::{Client, quote, read};
use crate::clock;
use crate::process::Subject;
use crate::tally::Tally;

/// Repetitions of each question, and the fewest where a subject is slow.
const REPETITIONS: usize = 20;
const REPETITIONS_MIN: usize = 15;
const SECONDS_MAX: u64 = 10;
const STEP_SECONDS: u32 = 15;
const RANGE_MS: i64 = 3_600_000;

/// One question.
pub struct Question<'a> {
    pub figure: fn(Part) -> Figure,
    pub text: &'a str,
    pub span: Span,
    /// Series in a right answer.
    pub series: usize,
}

/// Of which time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Span {
    At(i64),
    Range {
        from_ms: i64,
        to_ms: i64,
        step_seconds: u32,
    },
}

/// What the issue asks, over a fleet that was pushed from `from_ms` to `to_ms`.
pub fn questions(shape: Shape, from_ms: i64, to_ms: i64) -> [Question<'static>; 4] {
    let hour = Span::Range {
        from_ms: from_ms.max(to_ms - RANGE_MS),
        to_ms,
        step_seconds: STEP_SECONDS,
    };
    let quantile =
        "histogram_quantile(0.99, sum by (le) (rate(agent_tool_duration_seconds_bucket[5m])))";
    let of = |figure, text, span, series| Question {
        figure,
        text,
        span,
        series,
    };
    [
        of(
            Figure::TopK,
            "topk(10, agent_cpu_percent)",
            Span::At(to_ms),
            shape.agents.min(10),
        ),
        of(
            Figure::SumRate,
            "sum by (agent) (rate(agent_cost_dollars_total[5m]))",
            hour,
            shape.agents,
        ),
        of(Figure::QuantileInstant, quantile, Span::At(to_ms), 1),
        of(Figure::QuantileRange, quantile, hour, 1),
    ]
}

/// Asks each question many times and notes the median and the p99.
pub async fn ask_all(
    client: &mut Client,
    peer: Peer,
    questions: &[Question<'_>],
    readings: &mut Readings,
) -> Result<()> {
    for question in questions {
        let path = question.path(peer);
        let uncached = format!("{path}{}", peer.spec().uncached);
        let tally = ask(client, &uncached, question.series).await?;
        readings.note((question.figure)(Part::P50), peer, tally.quantile_ms(0.5));
        readings.note((question.figure)(Part::P99), peer, tally.quantile_ms(0.99));
        if uncached != path {
            let tally = ask(client, &path, question.series).await?;
            readings.note(
                (question.figure)(Part::Cached),
                peer,
                tally.quantile_ms(0.5),
            );
        }
    }
    Ok(())
}

async fn ask(client: &mut Client, path: &str, series: usize) -> Result<Tally> {
    let mut tally = Tally::new();
    let begin = clock::now();
    for repetition in 0..REPETITIONS {
        let asked = clock::now();
        let answer = client.get(path).await?;
        let answered = clock::now();
        let found = occurrences(answer.body, b"\"metric\":");
        ensure!(
            found == series,
            "{path} answered {found} series instead of {series}: {}",
            quote(answer.body)
        );
        tally.record(answered - asked, answered);
        let is_enough = REPETITIONS_MIN <= repetition + 1;
        if is_enough && SECONDS_MAX < (answered - begin).as_secs() {
            break;
        }
    }
    Ok(tally)
}

/// How many samples of the fleet a subject has of a time. Asked metric by metric: without their
/// names, series of different metrics would be the same.
pub async fn count(peer: Peer, subject: &Subject, (from_ms, to_ms): (i64, i64)) -> Result<u64> {
    let mut client = Client::open(subject.address).await?;
    let names: BTreeSet<_> = blueprint::specs(1)
        .into_iter()
        .map(|spec| spec.name)
        .collect();
    let mut samples = 0;
    for name in names {
        let seconds = (to_ms - from_ms) / 1_000;
        let question = Question {
            figure: Figure::TopK,
            text: &format!("sum(count_over_time({name}[{seconds}s]))"),
            span: Span::At(to_ms - 1),
            series: 1,
        };
        let path = format!("{}{}", question.path(peer), peer.spec().uncached);
        let answer: Answer = read(client.get(&path).await?.body)?;
        let found = answer.data.result.first();
        samples += found.map_or(Ok(0), |one| one.value.1.parse::<u64>())?;
    }
    Ok(samples)
}

/// Of an instant query.
#[derive(Deserialize)]
struct Answer {
    data: AnswerData,
}

#[derive(Deserialize)]
struct AnswerData {
    result: Vec<AnswerSeries>,
}

#[derive(Deserialize)]
struct AnswerSeries {
    value: (f64, String),
}

impl Question<'_> {
    pub fn path(&self, peer: Peer) -> String {
        let prefix = peer.spec().query;
        let query = encoded(self.text);
        match self.span {
            Span::At(at_ms) => format!("{prefix}/query?query={query}&time={}", seconds(at_ms)),
            Span::Range {
                from_ms,
                to_ms,
                step_seconds,
            } => format!(
                "{prefix}/query_range?query={query}&start={}&end={}&step={step_seconds}",
                seconds(from_ms),
                seconds(to_ms)
            ),
        }
    }
}

/// Milliseconds as seconds with three digits, exactly.
pub fn seconds(at_ms: i64) -> String {
    format!("{}.{:03}", at_ms.div_euclid(1_000), at_ms.rem_euclid(1_000))
}

/// For the query part of a URL.
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(2 * text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a `String` cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// How often the needle occurs; its occurrences do not overlap.
fn occurrences(haystack: &[u8], needle: &[u8]) -> usize {
    let first = needle[0];
    let mut rest = haystack;
    let mut found = 0;
    while let Some(at) = rest.iter().position(|&byte| byte == first) {
        rest = &rest[at..];
        let is_match = rest.starts_with(needle);
        found += usize::from(is_match);
        rest = &rest[if is_match { needle.len() } else { 1 }..];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_a_path_that_any_of_them_takes() {
        let shape = Shape {
            agents: 5,
            metrics: 100,
            interval_ms: 10_000,
        };
        let [top, rates, ..] = questions(shape, 0, 7_200_500);
        assert_eq!(
            top.path(Peer::Paceline),
            "/prometheus/api/v1/query?query=topk%2810%2C%20agent_cpu_percent%29&time=7200.500"
        );
        let path = rates.path(Peer::Prometheus);
        assert!(
            path.starts_with("/api/v1/query_range?query=sum%20by%20%28agent%29"),
            "{path}"
        );
        assert!(
            path.ends_with("&start=3600.500&end=7200.500&step=15"),
            "{path}"
        );
        assert_eq!((top.series, rates.series), (5, 5));
    }

    #[test]
    fn series_are_counted_in_an_answer() {
        let check = |text: &str, expected| {
            assert_eq!(occurrences(text.as_bytes(), b"\"metric\":"), expected)
        };
        check("", 0);
        check("[{\"metric\":{\"a\":\"b\"}},{\"metric\":{}}]", 2);
        check("\"metri", 0);
    }
}
