//! The decoder against another implementation of the same format, on messages of every shape and
//! on broken ones.

pub mod proto;

use proptest::prelude::*;
use prost::Message as _;

use super::hash::{HashKey, LabelsHash};
use super::message::{Extras, LabelPairs, Message, Sample, Unreadable, Version};
use proto::{Given, one, two};

const KEY: [u64; 2] = [0x1234_5678_9abc_def0, 0x0fed_cba9_8765_4321];

#[derive(Debug, Default, PartialEq)]
struct Walked {
    series: Vec<Given>,
    hashes: Vec<LabelsHash>,
    extras: Extras,
}

fn walk(version: Version, body: &[u8]) -> Result<Walked, Unreadable> {
    let key = HashKey::new(KEY);
    let message = Message::read(version, body, &key)?;
    let (mut walked, mut samples, mut places) = (Walked::default(), Vec::new(), Vec::new());
    walked.extras = message.walk(&key, &mut samples, &mut |at, of_series| {
        walked.hashes.push(at.hash);
        walked.series.push(Given {
            samples: of_series.iter().map(as_proto).collect(),
            ..Given::default()
        });
        places.push(at);
    })?;
    for (at, given) in places.iter().zip(&mut walked.series) {
        let mut pairs = LabelPairs::new();
        message.labels(at, &mut pairs)?;
        given.labels = pairs
            .iter()
            .map(|(name, value)| (name.to_vec(), value.to_vec()))
            .collect();
    }
    Ok(walked)
}

fn as_proto(sample: &Sample) -> proto::Sample {
    proto::Sample {
        timestamp: sample.at_ms,
        value: sample.value,
    }
}

fn any_series() -> impl Strategy<Value = Given> {
    let text = || prop_oneof!["[a-c]{0,2}".prop_map(String::into_bytes), any::<Vec<u8>>()];
    let sample = (
        any::<i64>(),
        any::<f64>().prop_filter("NaN", |value| !value.is_nan()),
    );
    let samples = prop::collection::vec(sample, 0..4);
    let labels = prop::collection::vec((text(), text()), 0..5);
    (labels, samples, 0..3_usize, 0..3_usize).prop_map(
        |(labels, samples, exemplars, histograms)| Given {
            labels,
            exemplars,
            histograms,
            ..Given::new(&[], &samples)
        },
    )
}

proptest! {
    #[test]
    fn what_another_implementation_wrote_is_read(series in prop::collection::vec(any_series(), 0..6)) {
        for (version, body) in [
            (Version::One, one(&series).encode_to_vec()),
            (Version::Two, two(&series).encode_to_vec()),
        ] {
            let walked = walk(version, &body).unwrap();
            let plain = series.iter().map(|given| Given {
                exemplars: 0,
                histograms: 0,
                ..given.clone()
            });
            prop_assert_eq!(&walked.series, &plain.collect::<Vec<_>>());
            prop_assert_eq!(walked.extras.exemplars, sum(&series, |given| given.exemplars));
            prop_assert_eq!(walked.extras.histograms, sum(&series, |given| given.histograms));
            for (at, given) in series.iter().enumerate() {
                for (other_at, other) in series.iter().enumerate() {
                    let are_same = given.labels == other.labels;
                    prop_assert_eq!(walked.hashes[at] == walked.hashes[other_at], are_same);
                }
            }
        }
    }

    #[test]
    fn broken_bytes_are_read_as_prost_reads_them_or_refused(
        series in prop::collection::vec(any_series(), 1..4),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        cut in any::<prop::sample::Index>(),
        is_two in any::<bool>(),
    ) {
        let mut body = match is_two {
            true => two(&series).encode_to_vec(),
            false => one(&series).encode_to_vec(),
        };
        for (at, byte) in changes {
            if !body.is_empty() {
                let at = at.index(body.len());
                body[at] = byte;
            }
        }
        body.truncate(cut.index(body.len() + 1).max(body.len() / 2));
        if is_two {
            // Prost knows nothing of symbols, so only that nothing breaks is checked.
            drop(walk(Version::Two, &body));
            return Ok(());
        }
        let walked = walk(Version::One, &body);
        if let (Ok(walked), Ok(expected)) = (walked, proto::WriteRequest::decode(&body[..])) {
            prop_assert_eq!(walked.series.len(), expected.timeseries.len());
            let samples = |given: &Given| given.samples.len();
            let got: usize = walked.series.iter().map(samples).sum();
            let expected: usize = expected.timeseries.iter().map(|one| one.samples.len()).sum();
            prop_assert_eq!(got, expected);
        }
    }

    #[test]
    fn any_bytes_are_survived(bytes in any::<Vec<u8>>()) {
        drop(walk(Version::One, &bytes));
        drop(walk(Version::Two, &bytes));
    }
}

fn sum(series: &[Given], of: impl Fn(&Given) -> usize) -> u64 {
    series.iter().map(|given| of(given) as u64).sum()
}

#[test]
fn labels_may_stand_between_samples() {
    let series = [Given::new(&[("__name__", "m"), ("a", "1")], &[(1, 1.0)])];
    let whole = one(&series);
    let together = whole.encode_to_vec();
    // The same fields in another order: label, sample, label.
    let [labels @ .., last] = &whole.timeseries[0].labels[..] else {
        panic!("two labels");
    };
    let first = proto::TimeSeries {
        labels: labels.to_vec(),
        samples: whole.timeseries[0].samples.clone(),
        ..Default::default()
    };
    let second = proto::TimeSeries {
        labels: vec![last.clone()],
        ..Default::default()
    };
    let inner = [first.encode_to_vec(), second.encode_to_vec()].concat();
    let mut scattered = vec![0x0a, u8::try_from(inner.len()).unwrap()];
    scattered.extend(inner);
    let [together, scattered] =
        [together, scattered].map(|body| walk(Version::One, &body).unwrap());
    assert_eq!(together, scattered);
}

#[test]
fn malformed_messages_are_refused_with_message_and_place() {
    let check = |version, body: &[u8], expected: &str| {
        let error = walk(version, body).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    let (one, two) = (Version::One, Version::Two);
    check(
        one,
        &[0x0a, 5, 0],
        "read `prometheus.WriteRequest` at byte 1: a length of 5 bytes",
    );
    check(
        one,
        &[0x08, 1],
        "read `prometheus.WriteRequest` at byte 0: field 1 is not a message",
    );
    check(
        one,
        &[0x0a, 3, 0x12, 9, 0],
        "read `prometheus.TimeSeries` at byte 3: a length of 9",
    );
    check(
        one,
        &[0x0a, 4, 0x12, 2, 0x08, 1],
        "read `prometheus.Sample` at byte 4: field 1 is not a 64-bit float",
    );
    check(
        one,
        &[0x0a, 2, 0x10, 1],
        "read `prometheus.TimeSeries` at byte 2: field 2 is not",
    );
    check(
        one,
        &[0x0a, 3, 0x0a, 1, 0xff],
        "read `prometheus.Label` at byte 4: ",
    );
    check(
        two,
        &[0x22, 1, b'x'],
        "the first symbol must be the empty text",
    );
    check(
        two,
        &[0x22, 0, 0x2a, 4, 0x0a, 2, 0, 7],
        "read `io.prometheus.write.v2.TimeSeries` at byte 4: a reference to symbol 7 of 1",
    );
    check(
        two,
        &[0x22, 0, 0x2a, 3, 0x0a, 1, 0],
        "the labels' references are not pairs",
    );
    check(
        two,
        &[0x22, 0, 0x2a, 4, 0x2a, 2, 0x18, 9],
        "a reference to symbol 9 of 1",
    );
}

#[test]
fn a_request_holds_a_bounded_number_of_everything() {
    let check = |version, piece: &[u8], expected: &str| {
        let body = piece.repeat(super::message::ENTRIES_MAX + 1);
        let error = walk(version, &body).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    check(
        Version::One,
        &[0x0a, 0],
        "more than 500000 series in one request",
    );
    check(Version::One, &[0x0a, 2, 0x12, 0], "more than 500000 s");
    check(
        Version::Two,
        &[0x22, 0],
        "more than 500000 symbols in one request",
    );
    check(
        Version::Two,
        &[0x2a, 0],
        "more than 500000 series in one request",
    );
}
