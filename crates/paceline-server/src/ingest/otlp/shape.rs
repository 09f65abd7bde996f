//! How many messages a protobuf body holds, before it is decoded: a decoder allocates a structure
//! for each, and two bytes are enough to make one. Owns the walk over the wire format; refuses to
//! judge it: what is broken here is found and worded by the decoder.

/// The fields of a message that are messages themselves, by number.
pub struct Shape(&'static [(u32, &'static Shape)]);

pub static METRICS: Shape = Shape(&[(1, &RESOURCE_METRICS)]);
pub static LOGS: Shape = Shape(&[(1, &RESOURCE_LOGS)]);
pub static TRACES: Shape = Shape(&[(1, &RESOURCE_SPANS)]);

static LEAF: Shape = Shape(&[]);
static ANY_VALUE: Shape = Shape(&[(5, &VALUES), (6, &KEY_VALUES)]);
static VALUES: Shape = Shape(&[(1, &ANY_VALUE)]);
static KEY_VALUES: Shape = Shape(&[(1, &KEY_VALUE)]);
static KEY_VALUE: Shape = Shape(&[(2, &ANY_VALUE)]);
static RESOURCE: Shape = Shape(&[(1, &KEY_VALUE), (3, &LEAF)]);
static SCOPE: Shape = Shape(&[(3, &KEY_VALUE)]);

static RESOURCE_METRICS: Shape = Shape(&[(1, &RESOURCE), (2, &SCOPE_METRICS)]);
static SCOPE_METRICS: Shape = Shape(&[(1, &SCOPE), (2, &METRIC)]);
static METRIC: Shape = Shape(&[
    (5, &NUMBERS),
    (7, &NUMBERS),
    (9, &HISTOGRAMS),
    (10, &EXPONENTIAL_HISTOGRAMS),
    (11, &SUMMARIES),
    (12, &KEY_VALUE),
]);
static NUMBERS: Shape = Shape(&[(1, &NUMBER)]);
static NUMBER: Shape = Shape(&[(5, &EXEMPLAR), (7, &KEY_VALUE)]);
static HISTOGRAMS: Shape = Shape(&[(1, &HISTOGRAM)]);
static HISTOGRAM: Shape = Shape(&[(8, &EXEMPLAR), (9, &KEY_VALUE)]);
static EXPONENTIAL_HISTOGRAMS: Shape = Shape(&[(1, &EXPONENTIAL_HISTOGRAM)]);
static EXPONENTIAL_HISTOGRAM: Shape =
    Shape(&[(1, &KEY_VALUE), (8, &LEAF), (9, &LEAF), (11, &EXEMPLAR)]);
static SUMMARIES: Shape = Shape(&[(1, &SUMMARY)]);
static SUMMARY: Shape = Shape(&[(6, &LEAF), (7, &KEY_VALUE)]);
static EXEMPLAR: Shape = Shape(&[(7, &KEY_VALUE)]);

static RESOURCE_LOGS: Shape = Shape(&[(1, &RESOURCE), (2, &SCOPE_LOGS)]);
static SCOPE_LOGS: Shape = Shape(&[(1, &SCOPE), (2, &LOG_RECORD)]);
static LOG_RECORD: Shape = Shape(&[(5, &ANY_VALUE), (6, &KEY_VALUE)]);

static RESOURCE_SPANS: Shape = Shape(&[(1, &RESOURCE), (2, &SCOPE_SPANS)]);
static SCOPE_SPANS: Shape = Shape(&[(1, &SCOPE), (2, &SPAN)]);
static SPAN: Shape = Shape(&[
    (9, &KEY_VALUE),
    (11, &SPAN_EVENT),
    (13, &SPAN_LINK),
    (15, &LEAF),
]);
static SPAN_EVENT: Shape = Shape(&[(3, &KEY_VALUE)]);
static SPAN_LINK: Shape = Shape(&[(4, &KEY_VALUE)]);

/// As many as there are, or more than `at_most` as soon as that is certain.
pub fn messages(body: &[u8], shape: &'static Shape, at_most: usize) -> usize {
    // A stack of our own: nesting is the sender's choice.
    let mut open = vec![(body, shape)];
    let mut count = 0;
    while let Some((bytes, shape)) = open.pop() {
        let mut rest = bytes;
        while let Some(field) = next_field(&mut rest) {
            let Some(inner) = field.bytes else { continue };
            if let Some((_, shape)) = shape.0.iter().find(|(number, _)| *number == field.number) {
                count += 1;
                if at_most < count {
                    return count;
                }
                open.push((inner, shape));
            }
        }
    }
    count
}

struct Field<'b> {
    number: u32,
    /// Of a field with a length.
    bytes: Option<&'b [u8]>,
}

fn next_field<'b>(rest: &mut &'b [u8]) -> Option<Field<'b>> {
    let tag = varint(rest)?;
    let number = u32::try_from(tag >> 3).ok()?;
    let bytes = match tag & 7 {
        0 => varint(rest).map(|_| None)?,
        1 => skip(rest, 8).map(|_| None)?,
        2 => {
            let length = usize::try_from(varint(rest)?).ok()?;
            Some(skip(rest, length)?)
        }
        5 => skip(rest, 4).map(|_| None)?,
        _ => return None,
    };
    Some(Field { number, bytes })
}

fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn skip<'b>(rest: &mut &'b [u8], length: usize) -> Option<&'b [u8]> {
    let (skipped, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(skipped)
}

#[cfg(test)]
mod tests {
    use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
    use opentelemetry_proto::tonic::metrics::v1::metric::Data;
    use opentelemetry_proto::tonic::metrics::v1::{
        Gauge, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics,
    };
    use prost::Message;

    use super::*;

    fn of_points(count: usize) -> Vec<u8> {
        let gauge = Gauge {
            data_points: vec![NumberDataPoint::default(); count],
        };
        let metric = Metric {
            data: Some(Data::Gauge(gauge)),
            ..Metric::default()
        };
        let scope = ScopeMetrics {
            metrics: vec![metric],
            ..ScopeMetrics::default()
        };
        let resource = ResourceMetrics {
            scope_metrics: vec![scope],
            ..ResourceMetrics::default()
        };
        let request = ExportMetricsServiceRequest {
            resource_metrics: vec![resource],
        };
        request.encode_to_vec()
    }

    #[test]
    fn empty_messages_are_counted_before_they_are_made() {
        let check = |points, at_most, expected| {
            assert_eq!(messages(&of_points(points), &METRICS, at_most), expected);
        };
        check(0, 100, 4);
        check(7, 100, 11);
        check(1_000_000, 100, 101);
        assert_eq!(messages(b"\x0a\xff\xff", &METRICS, 9), 0);
    }
}
