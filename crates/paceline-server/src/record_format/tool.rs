//! One line of `tool-timing.jsonl`: one call of a tool by an agent.

use std::borrow::Cow;
use std::path::Path;

use paceline_core::Timestamp;
use serde::{Deserialize, Deserializer};

use super::lines::{BadLines, LineError, read_lines};
use super::write;

#[derive(Clone, Debug, PartialEq)]
pub struct ToolRecord<'a> {
    /// When the line was written.
    pub timestamp: Timestamp,
    pub session_id: Option<Cow<'a, str>>,
    pub agent_id: Option<Cow<'a, str>>,
    pub tool: Cow<'a, str>,
    pub call_id: Cow<'a, str>,
    pub start_time: Timestamp,
    pub end_time: Timestamp,
    pub duration_ms: f64,
    pub input_size: Option<u64>,
    pub output_size: Option<u64>,
    pub success: bool,
    pub category: Option<Cow<'a, str>>,
    /// Whether `success` was guessed by whoever wrote the line first; `None` when the line does not
    /// say.
    pub success_reported: Option<bool>,
}

impl ToolRecord<'_> {
    /// Appends the record and a newline. Start and end are milliseconds since 1970, as the format's
    /// first writers have it.
    pub fn write_line(&self, out: &mut Vec<u8>) {
        out.push(b'{');
        write::time(out, "timestamp", self.timestamp);
        write::optional_text(out, "session_id", self.session_id.as_deref());
        write::optional_text(out, "agent_id", self.agent_id.as_deref());
        write::text(out, "tool", &self.tool);
        write::text(out, "call_id", &self.call_id);
        write::integer(out, "start_time", self.start_time.0);
        write::integer(out, "end_time", self.end_time.0);
        write::milliseconds(out, "duration_ms", self.duration_ms);
        write::optional_integer(out, "input_size", self.input_size);
        write::optional_integer(out, "output_size", self.output_size);
        write::boolean(out, "success", self.success);
        write::optional_text(out, "category", self.category.as_deref());
        if let Some(reported) = self.success_reported {
            write::boolean(out, "success_reported", reported);
        }
        out.extend_from_slice(b"}\n");
    }
}

impl<'a> ToolRecord<'a> {
    /// Reads one line.
    ///
    /// # Errors
    /// When it is not JSON, lacks a field that gives it meaning, or holds an impossible number.
    pub fn parse(line: &'a [u8]) -> Result<Self, LineError> {
        let raw: Raw<'a> = serde_json::from_slice(line)?;
        let written = raw.timestamp.map(|at| Timestamp(at.as_millis()));
        let (start, end) = span(raw.start_time, raw.end_time, written, raw.duration_ms)?;
        let duration_ms = raw.duration_ms.unwrap_or_else(|| (end - start) as f64);
        if !(duration_ms.is_finite() && 0.0 <= duration_ms) {
            return Err("`duration_ms` is not a duration".into());
        }
        if raw.call_id.is_empty() || raw.tool.is_empty() {
            return Err("`call_id` or `tool` is empty".into());
        }
        Ok(Self {
            timestamp: written.unwrap_or(end),
            session_id: raw.session_id,
            agent_id: raw.agent_id,
            tool: raw.tool,
            call_id: raw.call_id,
            start_time: start,
            end_time: end,
            duration_ms,
            input_size: raw.input_size,
            output_size: raw.output_size,
            success: raw.success,
            category: raw.category,
            success_reported: raw.success_reported,
        })
    }
}

/// Start and end from whichever of the four is there.
fn span(
    start: Option<Timestamp>,
    end: Option<Timestamp>,
    written: Option<Timestamp>,
    duration_ms: Option<f64>,
) -> Result<(Timestamp, Timestamp), LineError> {
    let ms = duration_ms.map(|ms| ms.round() as i64);
    match (start, end.or(written), ms) {
        (Some(start), Some(end), _) => Ok((start, end)),
        (Some(start), None, Some(ms)) => Ok((start, start + ms)),
        (None, Some(end), Some(ms)) => Ok((end + -ms, end)),
        _ => Err("neither `start_time` and `end_time` nor a time with `duration_ms`".into()),
    }
}

#[derive(Deserialize)]
struct Raw<'a> {
    #[serde(default)]
    timestamp: Option<paceline_api::Timestamp>,
    #[serde(borrow, default)]
    session_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    agent_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    tool: Cow<'a, str>,
    #[serde(borrow)]
    call_id: Cow<'a, str>,
    #[serde(default, deserialize_with = "instant")]
    start_time: Option<Timestamp>,
    #[serde(default, deserialize_with = "instant")]
    end_time: Option<Timestamp>,
    #[serde(default)]
    duration_ms: Option<f64>,
    #[serde(default)]
    input_size: Option<u64>,
    #[serde(default)]
    output_size: Option<u64>,
    success: bool,
    #[serde(borrow, default)]
    category: Option<Cow<'a, str>>,
    #[serde(default)]
    success_reported: Option<bool>,
}

/// Milliseconds since 1970, or RFC 3339.
fn instant<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Instant {
        Millis(f64),
        Text(paceline_api::Timestamp),
    }
    let instant = <Option<Instant>>::deserialize(from)?;
    Ok(instant.map(|instant| match instant {
        Instant::Millis(ms) => Timestamp(ms as i64),
        Instant::Text(text) => Timestamp(text.as_millis()),
    }))
}

/// Reads a file; answers how many lines held something, good or bad.
///
/// # Errors
/// When the file cannot be opened.
pub fn read_tools(
    path: &Path,
    bad: &mut BadLines,
    mut use_record: impl FnMut(ToolRecord<'_>),
) -> std::io::Result<u64> {
    read_lines(path, bad, |_, line| {
        use_record(ToolRecord::parse(line)?);
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = concat!(
        r#"{"timestamp":"2026-01-02T09:18:31.315Z","session_id":null,"agent_id":null,"#,
        r#""tool":"read","call_id":"c1","start_time":1767345511311,"end_time":1767345511315,"#,
        r#""duration_ms":4,"input_size":2,"output_size":null,"success":true,"#,
        r#""category":"file_ops"}"#,
        "\n"
    );

    #[test]
    fn a_line_reads_and_writes_back_unchanged() {
        let mut out = Vec::new();
        ToolRecord::parse(LINE.as_bytes())
            .unwrap()
            .write_line(&mut out);
        assert_eq!(String::from_utf8(out).unwrap(), LINE);
    }

    #[test]
    fn times_are_taken_from_wherever_they_are() {
        let check = |fields: &str, expected: Option<(i64, i64, f64)>| {
            let line = format!(r#"{{"tool":"t","call_id":"c","success":true{fields}}}"#);
            let record = ToolRecord::parse(line.as_bytes()).ok();
            let got = record.map(|one| (one.start_time.0, one.end_time.0, one.duration_ms));
            assert_eq!(got, expected, "{fields}");
        };
        let second = r#","timestamp":"1970-01-01T00:00:01Z""#;
        check(
            r#","start_time":100,"duration_ms":4.5"#,
            Some((100, 105, 4.5)),
        );
        check(r#","start_time":100,"end_time":107"#, Some((100, 107, 7.0)));
        check(
            &format!(r#"{second},"duration_ms":50"#),
            Some((950, 1_000, 50.0)),
        );
        check(
            &format!(r#"{second},"start_time":"1970-01-01T00:00:00.9Z""#),
            Some((900, 1_000, 100.0)),
        );
        check(second, None);
        check(r#","start_time":100,"end_time":90"#, None);
        check("", None);
    }

    #[test]
    fn a_guessed_flag_stays_marked() {
        let mut record = ToolRecord::parse(LINE.as_bytes()).unwrap();
        record.success_reported = Some(true);
        let mut out = Vec::new();
        record.write_line(&mut out);
        assert_eq!(
            ToolRecord::parse(&out).unwrap().success_reported,
            Some(true)
        );
    }
}
