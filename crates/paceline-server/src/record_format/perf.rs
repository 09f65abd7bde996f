//! One line of `perf-metrics.jsonl`: one operation, or `weight` operations that it stands for.

use std::borrow::Cow;
use std::path::Path;

use paceline_core::Timestamp;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::lines::{BadLines, LineError, read_lines};
use super::{quick, write};

#[derive(Clone, Debug, PartialEq)]
pub struct PerfRecord<'a> {
    /// When the operation ended.
    pub timestamp: Timestamp,
    pub operation_type: Cow<'a, str>,
    /// Fractional; microseconds are kept.
    pub duration_ms: f64,
    pub success: bool,
    pub session_id: Option<Cow<'a, str>>,
    pub error: Option<Cow<'a, str>>,
    /// One JSON value, as text.
    pub context: Option<Cow<'a, str>>,
    pub agent_id: Option<Cow<'a, str>>,
    pub stages_ms: Option<StagesMs>,
    /// How many operations this line stands for; 1 unless more happened than are written.
    pub weight: f64,
}

/// Where the time went, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
pub struct StagesMs {
    #[serde(default)]
    pub queue: f64,
    #[serde(default)]
    pub execute: f64,
    #[serde(default)]
    pub commit: f64,
}

impl PerfRecord<'_> {
    /// Appends the record and a newline.
    pub fn write_line(&self, out: &mut Vec<u8>) {
        out.push(b'{');
        write::time(out, "timestamp", self.timestamp);
        write::text(out, "operation_type", &self.operation_type);
        write::milliseconds(out, "duration_ms", self.duration_ms);
        write::boolean(out, "success", self.success);
        write::optional_text(out, "session_id", self.session_id.as_deref());
        write::optional_text(out, "error", self.error.as_deref());
        write::optional_raw(out, "context", self.context.as_deref());
        write::optional_text(out, "agent_id", self.agent_id.as_deref());
        self.write_stages(out);
        write::number(out, "weight", self.weight);
        out.extend_from_slice(b"}\n");
    }

    fn write_stages(&self, out: &mut Vec<u8>) {
        write::key(out, "stages_ms");
        let Some(stages) = self.stages_ms else {
            out.extend_from_slice(b"null");
            return;
        };
        out.push(b'{');
        write::milliseconds(out, "queue", stages.queue);
        write::milliseconds(out, "execute", stages.execute);
        write::milliseconds(out, "commit", stages.commit);
        out.push(b'}');
    }
}

impl<'a> PerfRecord<'a> {
    /// Reads one line.
    ///
    /// # Errors
    /// When it is not JSON, lacks a field that gives it meaning, or holds an impossible number.
    pub fn parse(line: &'a [u8]) -> Result<Self, LineError> {
        quick::parse(line).map_or_else(|| Self::parse_any(line), Ok)
    }

    /// Reads one line of any layout.
    pub(super) fn parse_any(line: &'a [u8]) -> Result<Self, LineError> {
        let raw: Raw<'a> = serde_json::from_slice(line)?;
        let weight = raw.weight.unwrap_or(1.0);
        if !(raw.duration_ms.is_finite() && 0.0 <= raw.duration_ms) {
            return Err("`duration_ms` is not a duration".into());
        }
        if !(weight.is_finite() && 0.0 < weight) {
            return Err("`weight` is not a count".into());
        }
        Ok(Self {
            timestamp: Timestamp(raw.timestamp.as_millis()),
            operation_type: raw.operation_type,
            duration_ms: raw.duration_ms,
            success: raw.success,
            session_id: raw.session_id,
            error: raw.error,
            context: raw.context,
            agent_id: raw.agent_id,
            stages_ms: raw.stages_ms,
            weight,
        })
    }
}

#[derive(Deserialize)]
struct Raw<'a> {
    timestamp: paceline_api::Timestamp,
    #[serde(borrow)]
    operation_type: Cow<'a, str>,
    duration_ms: f64,
    success: bool,
    #[serde(borrow, default)]
    session_id: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "any_text")]
    error: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "raw_text")]
    context: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    agent_id: Option<Cow<'a, str>>,
    #[serde(default)]
    stages_ms: Option<StagesMs>,
    #[serde(default)]
    weight: Option<f64>,
}

fn raw_text<'de: 'a, 'a, D: Deserializer<'de>>(from: D) -> Result<Option<Cow<'a, str>>, D::Error> {
    let raw = <Option<&'de RawValue>>::deserialize(from)?;
    Ok(raw.map(|raw| Cow::Borrowed(raw.get())))
}

/// Others write an error as an object or a number; its text is what counts.
fn any_text<'de: 'a, 'a, D: Deserializer<'de>>(from: D) -> Result<Option<Cow<'a, str>>, D::Error> {
    let Some(raw) = <Option<&'de RawValue>>::deserialize(from)? else {
        return Ok(None);
    };
    let text = raw.get();
    if !text.starts_with('"') {
        return Ok(Some(Cow::Borrowed(text)));
    }
    serde_json::from_str::<String>(text)
        .map(|text| Some(text.into()))
        .map_err(serde::de::Error::custom)
}

/// Reads a file; answers how many lines held something, good or bad.
///
/// # Errors
/// When the file cannot be opened.
pub fn read_perf(
    path: &Path,
    bad: &mut BadLines,
    mut use_record: impl FnMut(PerfRecord<'_>),
) -> std::io::Result<u64> {
    read_lines(path, bad, |_, line| {
        use_record(PerfRecord::parse(line)?);
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> PerfRecord<'static> {
        PerfRecord {
            timestamp: Timestamp(1_791_208_987_250),
            operation_type: "task_claim".into(),
            duration_ms: 1.0306,
            success: false,
            session_id: Some("ses \"1\"\n".into()),
            error: Some("`tsk_1` is held".into()),
            context: Some("{\"task_id\":\n\"tsk_1\"}".into()),
            agent_id: Some("agt_1".into()),
            stages_ms: Some(StagesMs {
                queue: 0.5,
                execute: 0.031,
                commit: 0.5,
            }),
            weight: 2.5,
        }
    }

    #[test]
    fn fields_are_written_in_the_contracts_order_with_microseconds() {
        let mut out = Vec::new();
        full().write_line(&mut out);
        let expected = concat!(
            r#"{"timestamp":"2026-10-05T14:03:07.250Z","operation_type":"task_claim","#,
            r#""duration_ms":1.031,"success":false,"session_id":"ses \"1\"\n","#,
            r#""error":"`tsk_1` is held","context":{"task_id": "tsk_1"},"agent_id":"agt_1","#,
            r#""stages_ms":{"queue":0.500,"execute":0.031,"commit":0.500},"weight":2.5}"#,
            "\n"
        );
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn a_written_line_reads_back() {
        let mut out = Vec::new();
        let mut record = full();
        record.write_line(&mut out);
        record.duration_ms = 1.031;
        record.context = Some("{\"task_id\": \"tsk_1\"}".into());
        assert_eq!(PerfRecord::parse(&out), Ok(record));
    }

    #[test]
    fn absent_and_null_are_the_same() {
        let short = r#"{"timestamp":"2026-10-05T14:03:07Z","operation_type":"a","duration_ms":4,"success":true}"#;
        let long = r#"{"timestamp":"2026-10-05T14:03:07.000Z","operation_type":"a","duration_ms":4.0,"success":true,
            "session_id":null,"error":null,"context":null,"agent_id":null,"stages_ms":null,"weight":null,"pid":3}"#;
        let record = PerfRecord::parse(short.as_bytes()).unwrap();
        assert_eq!(PerfRecord::parse(long.as_bytes()).unwrap(), record);
        assert_eq!((record.weight, record.duration_ms), (1.0, 4.0));
        assert!(record.context.is_none() && record.error.is_none());
    }

    #[test]
    fn impossible_lines_are_refused_with_a_reason() {
        let check = |line: &str, expected: &str| {
            let error = PerfRecord::parse(line.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(expected), "{line}: {error}");
        };
        let of = |duration: &str, more: &str| {
            let time = r#"{"timestamp":"2026-10-05T14:03:07Z","operation_type":"a","success":true"#;
            format!("{time},\"duration_ms\":{duration}{more}}}")
        };
        check(&of("-1", ""), "not a duration");
        check(&of("1", ",\"weight\":0"), "not a count");
        check(&of("\"1\"", ""), "invalid type");
        check(&of("1", ",\"session_id\":\"\\ud800\""), "column");
        check(r#"{"timestamp":"yesterday"}"#, "RFC 3339");
        check("{}", "missing field");
        check("", "EOF");
    }

    #[test]
    fn nonsense_durations_are_written_as_zero() {
        for duration_ms in [f64::NAN, -3.0, f64::NEG_INFINITY] {
            let mut out = Vec::new();
            PerfRecord {
                duration_ms,
                ..full()
            }
            .write_line(&mut out);
            assert_eq!(PerfRecord::parse(&out).unwrap().duration_ms, 0.0);
        }
    }
}
