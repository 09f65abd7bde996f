//! Values as Prometheus's JSON. Owns the shapes of results, labels and statistics; writes bytes as it
//! goes and refuses to build a tree of them first.

use std::io::Write as _;
use std::time::Duration;

use paceline_metrics::{Labels, Resolution};
use paceline_promql::{Answer, MatrixSeries, Point, Stats, Value, VectorSample};

use super::number;
use super::out::{Out, Unread};

/// What goes around the data.
pub struct Frame<'a> {
    pub warnings: &'a [String],
    pub infos: &'a [String],
}

/// The envelope, with `data` written by the caller.
pub fn success(
    out: &mut Out,
    frame: &Frame<'_>,
    data: impl FnOnce(&mut Out) -> Result<(), Unread>,
) -> Result<(), Unread> {
    out.bytes
        .extend_from_slice(br#"{"status":"success","data":"#);
    data(out)?;
    for (name, texts) in [("warnings", frame.warnings), ("infos", frame.infos)] {
        if !texts.is_empty() {
            // Writing to a `Vec` cannot fail.
            let _ = write!(out.bytes, ",\"{name}\":");
            strings(out, texts)?;
        }
    }
    out.bytes.push(b'}');
    Ok(())
}

pub fn strings<T: AsRef<str>>(out: &mut Out, texts: &[T]) -> Result<(), Unread> {
    out.bytes.push(b'[');
    for (at, one) in texts.iter().enumerate() {
        comma(&mut out.bytes, at);
        text(&mut out.bytes, one.as_ref());
        out.settle()?;
    }
    out.bytes.push(b']');
    Ok(())
}

pub fn label_sets(out: &mut Out, sets: Vec<Labels>) -> Result<(), Unread> {
    out.bytes.push(b'[');
    for (at, set) in sets.into_iter().enumerate() {
        comma(&mut out.bytes, at);
        labels(&mut out.bytes, &set);
        out.settle()?;
    }
    out.bytes.push(b']');
    Ok(())
}

/// `resultType`, `result` and, where asked for, `stats`.
pub fn result(out: &mut Out, answer: Answer, stats: Option<&Timings>) -> Result<(), Unread> {
    let kind = answer.value.kind().as_str();
    let _ = write!(out.bytes, r#"{{"resultType":"{kind}","result":"#);
    value(out, answer.value)?;
    if let Some(timings) = stats {
        statistics(&mut out.bytes, &answer.stats, answer.resolution, timings);
    }
    out.bytes.push(b'}');
    Ok(())
}

fn value(out: &mut Out, value: Value) -> Result<(), Unread> {
    match value {
        Value::Scalar(at) => point(&mut out.bytes, at),
        Value::String { at_ms, text: said } => {
            out.bytes.push(b'[');
            number::time(&mut out.bytes, at_ms);
            out.bytes.push(b',');
            text(&mut out.bytes, &said);
            out.bytes.push(b']');
        }
        Value::Vector(samples) => return vector(out, samples),
        Value::Matrix(series) => return matrix(out, series),
    }
    Ok(())
}

fn vector(out: &mut Out, samples: Vec<VectorSample>) -> Result<(), Unread> {
    out.bytes.push(b'[');
    for (at, sample) in samples.into_iter().enumerate() {
        comma(&mut out.bytes, at);
        out.bytes.extend_from_slice(br#"{"metric":"#);
        labels(&mut out.bytes, &sample.labels);
        out.bytes.extend_from_slice(br#","value":"#);
        point(&mut out.bytes, sample.point);
        out.bytes.push(b'}');
        out.settle()?;
    }
    out.bytes.push(b']');
    Ok(())
}

/// A series is let go of once it is written.
fn matrix(out: &mut Out, all: Vec<MatrixSeries>) -> Result<(), Unread> {
    out.bytes.push(b'[');
    for (at, series) in all.into_iter().enumerate() {
        comma(&mut out.bytes, at);
        out.bytes.extend_from_slice(br#"{"metric":"#);
        labels(&mut out.bytes, &series.labels);
        out.bytes.extend_from_slice(br#","values":["#);
        for (at, one) in series.points.into_iter().enumerate() {
            comma(&mut out.bytes, at);
            point(&mut out.bytes, one);
            out.settle()?;
        }
        out.bytes.extend_from_slice(b"]}");
        out.settle()?;
    }
    out.bytes.push(b']');
    Ok(())
}

fn point(out: &mut Vec<u8>, point: Point) {
    out.push(b'[');
    number::time(out, point.at_ms);
    out.push(b',');
    number::value(out, point.value);
    out.push(b']');
}

pub fn labels(out: &mut Vec<u8>, labels: &Labels) {
    out.push(b'{');
    for (at, label) in labels.iter().enumerate() {
        comma(out, at);
        text(out, &label.name);
        out.push(b':');
        text(out, &label.value);
    }
    out.push(b'}');
}

/// A JSON string.
pub fn text(out: &mut Vec<u8>, text: &str) {
    // A string can always be written to a `Vec`.
    let _ = serde_json::to_writer(out, text);
}

pub fn comma(out: &mut Vec<u8>, at: usize) {
    if at != 0 {
        out.push(b',');
    }
}

/// What the evaluator cannot know.
pub struct Timings {
    pub queued: Duration,
}

/// As Prometheus's `util/stats`, with `resolution` beside it.
fn statistics(out: &mut Vec<u8>, stats: &Stats, resolution: Resolution, timings: &Timings) {
    let seconds = |duration: Duration| duration.as_secs_f64();
    let inner = stats.total.saturating_sub(stats.fetch);
    let _ = write!(
        out,
        r#","stats":{{"timings":{{"evalTotalTime":{},"resultSortTime":0,"queryPreparationTime":{},"innerEvalTime":{},"execQueueTime":{},"execTotalTime":{}}},"samples":{{"totalQueryableSamples":{},"peakSamples":{}}},"series":{},"resolution":"{}"}}"#,
        seconds(stats.total),
        seconds(stats.fetch),
        seconds(inner),
        seconds(timings.queued),
        seconds(stats.total + timings.queued),
        stats.samples,
        stats.samples_peak,
        stats.series,
        resolution_name(resolution),
    );
}

fn resolution_name(resolution: Resolution) -> &'static str {
    match resolution {
        Resolution::Raw => "raw",
        Resolution::FiveMinutes => "five_minutes",
        Resolution::OneHour => "one_hour",
    }
}

/// Said beside an answer that was not made from the samples themselves.
pub fn resolution_info(resolution: Resolution) -> Option<String> {
    let step = match resolution {
        Resolution::Raw => return None,
        Resolution::FiveMinutes => "5 minutes",
        Resolution::OneHour => "1 hour",
    };
    Some(format!(
        "Paceline info: part of this answer was made from rollups of {step}"
    ))
}
