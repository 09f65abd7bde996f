//! A line of `perf-metrics.jsonl` read in the layout that the recorder writes: the fields in the
//! contract's order, no blanks between tokens, texts without escapes. Owns that one layout; refuses
//! everything else without a reason, and the general reader then says what the line is.
//!
//! A report reads millions of lines, and the general reader spends most of its time finding out
//! which field comes next.

use std::borrow::Cow;

use paceline_core::Timestamp;
use serde_json::value::RawValue;

use super::perf::{PerfRecord, StagesMs};

/// Numbers of so many digits are whole in an `f64`, and one division by a power of ten is exact.
const DIGITS_MAX: usize = 15;
const POWERS_OF_TEN: [f64; DIGITS_MAX + 1] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
];

/// `None` where the general reader has to look.
pub(super) fn parse(line: &[u8]) -> Option<PerfRecord<'_>> {
    let mut rest = Rest(line);
    let timestamp = rest.after(b"{\"timestamp\":")?.text()?;
    let timestamp: paceline_api::Timestamp = timestamp.parse().ok()?;
    let operation_type = rest.after(b",\"operation_type\":")?.text()?;
    let duration_ms = rest.after(b",\"duration_ms\":")?.number()?;
    let success = rest.after(b",\"success\":")?.boolean()?;
    let session_id = rest.after(b",\"session_id\":")?.optional(Rest::text)?;
    let error = rest.after(b",\"error\":")?.optional(Rest::text)?;
    let context = rest.after(b",\"context\":")?.optional(Rest::value)?;
    let agent_id = rest.after(b",\"agent_id\":")?.optional(Rest::text)?;
    let stages_ms = rest.after(b",\"stages_ms\":")?.optional(Rest::stages)?;
    let weight = rest.after(b",\"weight\":")?.number()?;
    rest.after(b"}")?;
    let is_all = rest.0.is_empty() && 0.0 < weight;
    is_all.then(|| PerfRecord {
        timestamp: Timestamp(timestamp.as_millis()),
        operation_type: Cow::Borrowed(operation_type),
        duration_ms,
        success,
        session_id: session_id.map(Cow::Borrowed),
        error: error.map(Cow::Borrowed),
        context: context.map(Cow::Borrowed),
        agent_id: agent_id.map(Cow::Borrowed),
        stages_ms,
        weight,
    })
}

/// What of the line is still to be read.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn after(&mut self, expected: &[u8]) -> Option<&mut Self> {
        self.0 = self.0.strip_prefix(expected)?;
        Some(self)
    }

    fn optional<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        if self.after(b"null").is_some() {
            return Some(None);
        }
        read(self).map(Some)
    }

    /// Between quotes; what needs unescaping, or must not stand in a text, is not for this reader.
    fn text(&mut self) -> Option<&'a str> {
        let rest = self.0.strip_prefix(b"\"")?;
        let is_plain = |byte: &u8| b' ' <= *byte && *byte != b'"' && *byte != b'\\';
        let length = rest.iter().position(|byte| !is_plain(byte))?;
        let (text, rest) = rest.split_at(length);
        self.0 = rest.strip_prefix(b"\"")?;
        std::str::from_utf8(text).ok()
    }

    fn boolean(&mut self) -> Option<bool> {
        if self.after(b"true").is_some() {
            return Some(true);
        }
        self.after(b"false").map(|_| false)
    }

    /// Digits, and a point among them at most; no sign and no exponent.
    fn number(&mut self) -> Option<f64> {
        let (whole, digits) = self.digits(0)?;
        let is_padded = 1 < digits && self.0[0] == b'0';
        self.0 = &self.0[digits..];
        if is_padded || matches!(self.0.first(), Some(b'e' | b'E')) {
            return None;
        }
        if self.after(b".").is_none() {
            return Some(whole as f64);
        }
        let (all, places) = self.digits(whole)?;
        self.0 = &self.0[places..];
        let is_short =
            digits + places <= DIGITS_MAX && !matches!(self.0.first(), Some(b'e' | b'E'));
        is_short.then(|| all as f64 / POWERS_OF_TEN[places])
    }

    /// The digits that come next, behind those of `before`, and how many they are: at least one.
    fn digits(&self, before: u64) -> Option<(u64, usize)> {
        let digits = self.0.iter().take_while(|byte| byte.is_ascii_digit());
        let (mut value, mut count) = (before, 0);
        for digit in digits.take(DIGITS_MAX + 1) {
            value = value.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
            count += 1;
        }
        (0 < count && count <= DIGITS_MAX).then_some((value, count))
    }

    fn stages(&mut self) -> Option<StagesMs> {
        let stages = StagesMs {
            queue: self.after(b"{\"queue\":")?.number()?,
            execute: self.after(b",\"execute\":")?.number()?,
            commit: self.after(b",\"commit\":")?.number()?,
        };
        self.after(b"}")?;
        Some(stages)
    }

    /// Any JSON, as text.
    fn value(&mut self) -> Option<&'a str> {
        let mut values = serde_json::Deserializer::from_slice(self.0).into_iter::<&RawValue>();
        let value = values.next()?.ok()?;
        self.0 = &self.0[values.byte_offset()..];
        Some(value.get())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn record() -> impl Strategy<Value = PerfRecord<'static>> {
        let text = || proptest::option::of("[a-z_ é\"\\\\\n]{0,12}".prop_map(Cow::Owned));
        let context = prop_oneof![
            Just(None),
            Just(Some(Cow::Borrowed("{\"a\": [1, \"}\"]}"))),
            Just(Some(Cow::Borrowed("\"text\""))),
        ];
        let stages = proptest::option::of([0.0..9e3_f64, 0.0..9.0_f64, 0.0..0.1_f64]);
        let time = -62_167_219_200_000..253_402_300_800_000_i64;
        let counts = (0.0..1e7_f64, prop_oneof![Just(1.0), 0.001..1e6_f64]);
        let texts = (text(), text(), text());
        (
            time,
            "[a-z_\"]{0,9}",
            counts,
            any::<bool>(),
            texts,
            context,
            stages,
        )
            .prop_map(
                |(at, operation, (duration_ms, weight), success, texts, context, stages)| {
                    PerfRecord {
                        timestamp: Timestamp(at),
                        operation_type: operation.into(),
                        duration_ms,
                        success,
                        session_id: texts.0,
                        error: texts.1,
                        agent_id: texts.2,
                        context,
                        stages_ms: stages.map(|[queue, execute, commit]| StagesMs {
                            queue,
                            execute,
                            commit,
                        }),
                        weight,
                    }
                },
            )
    }

    proptest! {
        /// Whatever stands in a line, this reader says what the general one says, or nothing.
        #[test]
        fn it_agrees_with_the_general_reader(record in record(), place: usize, byte: u8) {
            let mut line = Vec::new();
            record.write_line(&mut line);
            line.pop();
            prop_assert!(agrees(&line));
            let place = place % line.len();
            line[place] = byte;
            prop_assert!(agrees(&line), "{}", String::from_utf8_lossy(&line));
            line.truncate(place);
            prop_assert!(agrees(&line));
        }
    }

    fn agrees(line: &[u8]) -> bool {
        parse(line).is_none_or(|quick| PerfRecord::parse_any(line) == Ok(quick))
    }

    /// Else nothing would be quick about it.
    #[test]
    fn a_line_as_the_recorder_writes_it_is_read() {
        let check = |line: &str, expected: bool| {
            assert_eq!(parse(line.as_bytes()).is_some(), expected, "{line}");
        };
        let plain = concat!(
            r#"{"timestamp":"2026-10-05T14:03:07.250Z","operation_type":"task_claim","#,
            r#""duration_ms":1.031,"success":true,"session_id":null,"error":null,"#,
            r#""context":{"task_id":"tsk_1"},"agent_id":"agt_1","#,
            r#""stages_ms":{"queue":0.500,"execute":0,"commit":0.500},"weight":1}"#,
        );
        check(plain, true);
        check(&plain.replace("\"weight\":1", "\"weight\":2.5"), true);
        check(&plain.replace("{\"task_id\":\"tsk_1\"}", "null"), true);
        check(&plain.replace("\"weight\":1", "\"weight\":0"), false);
        check(&plain.replace("\"weight\":1", "\"weight\":1e3"), false);
        check(&plain.replace("1.031", "01.031"), false);
        check(&plain.replace("agt_1", "agt_\\u0031"), false);
        check(&plain.replace(",\"success\"", ", \"success\""), false);
        check(&format!("{plain} "), false);
    }
}
