//! Every number comes back with its bits; damaged bytes are an error or other numbers, never a panic.

use proptest::prelude::*;

use super::{
    CHUNK_SAMPLES_MAX, CodecError, decode_times, decode_values, encode_times, encode_values,
    encode_values_dense,
};
use crate::{is_stale, stale_marker};

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}

fn packed(values: &[f64]) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode_values(values, &mut bytes);
    bytes
}

fn assert_returns(values: &[f64]) {
    for encode in [encode_values, encode_values_dense] {
        let (mut bytes, mut decoded) = (vec![], vec![1.0]);
        encode(values, &mut bytes);
        decode_values(&bytes, values.len(), &mut decoded).expect("what was encoded");
        assert_eq!(bits(&decoded[1..]), bits(values));
    }
}

fn any_value() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => (-1000_i64..1000).prop_map(|whole| whole as f64),
        4 => (-100_000_i64..100_000).prop_map(|whole| whole as f64 / 1000.0),
        2 => any::<u64>().prop_map(f64::from_bits),
        1 => prop::sample::select(vec![
            stale_marker(), f64::NAN, -f64::NAN, 0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY,
            f64::MIN_POSITIVE, f64::from_bits(1), f64::MAX, f64::MIN, 9e15, 9.1e15, 1e300, 0.1 + 0.2,
        ]),
    ]
}

fn any_values() -> impl Strategy<Value = Vec<f64>> {
    let mixed = prop::collection::vec(any_value(), 0..300);
    let mostly_decimal = (
        prop::collection::vec(-9_999_i64..9_999, 1..900),
        any::<usize>(),
    )
        .prop_map(|(whole, place)| {
            let mut values: Vec<f64> = whole.iter().map(|whole| *whole as f64 / 100.0).collect();
            let place = place % values.len();
            values[place] = stale_marker();
            values
        });
    let runs = prop::collection::vec((any_value(), 1_usize..80), 0..20).prop_map(|runs| {
        runs.into_iter()
            .flat_map(|(value, length)| std::iter::repeat_n(value, length))
            .collect()
    });
    let floats = prop::collection::vec(any::<f64>(), 300..900);
    prop_oneof![mixed, mostly_decimal, runs, floats]
}

proptest! {
    #[test]
    fn every_value_comes_back_with_its_bits(values in any_values()) {
        assert_returns(&values);
    }

    #[test]
    fn every_time_comes_back(
        times in prop_oneof![
            prop::collection::vec(any::<i64>(), 0..300),
            prop::collection::vec(1_700_000_000_000_i64..1_700_000_900_000, 0..300),
            (any::<i64>(), any::<i64>(), 0_i64..300).prop_map(|(first, step, count)| {
                (0..count).map(|at| first.wrapping_add(step.wrapping_mul(at))).collect()
            }),
        ]
    ) {
        let (mut bytes, mut decoded) = (vec![], vec![]);
        encode_times(&times, &mut bytes);
        decode_times(&bytes, times.len(), &mut decoded).expect("what was encoded");
        prop_assert_eq!(decoded, times);
    }

    #[test]
    fn any_bytes_end_in_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..200), kind in 0_u8..9, count in 0_usize..600) {
        let (mut bytes, mut values, mut times) = (bytes, vec![], vec![]);
        if let Some(first) = bytes.first_mut() {
            *first = kind;
        }
        let decoded = decode_values(&bytes, count, &mut values).is_ok();
        prop_assert_eq!(values.len(), if decoded { count } else { 0 });
        let decoded = decode_times(&bytes, count, &mut times).is_ok();
        prop_assert_eq!(times.len(), if decoded { count } else { 0 });
    }

    #[test]
    fn damaged_chunks_end_in_an_answer(values in any_values(), at in any::<usize>(), flip in 1_u8.., cut in any::<usize>()) {
        for encode in [encode_values, encode_values_dense] {
            let (mut bytes, mut decoded) = (vec![], vec![]);
            encode(&values, &mut bytes);
            if bytes.is_empty() {
                continue;
            }
            let at = at % bytes.len();
            bytes[at] ^= flip;
            let _ = decode_values(&bytes, values.len(), &mut decoded);
            bytes.truncate(cut % bytes.len());
            let _ = decode_values(&bytes, values.len(), &mut decoded);
        }
    }
}

#[test]
fn special_values_do_not_spoil_the_decimals_around_them() {
    let mut values: Vec<f64> = (0..120).map(|at| 20.0 + f64::from(at % 7) / 10.0).collect();
    let plain = packed(&values).len();
    values[60] = stale_marker();
    values[119] = -0.0;
    assert!(packed(&values).len() < plain + 30);
    assert_returns(&values);
    let mut decoded = vec![];
    decode_values(&packed(&values), 120, &mut decoded).expect("decodes");
    assert!(is_stale(decoded[60]) && decoded[119].is_sign_negative());
}

#[test]
fn usual_series_cost_about_a_byte_a_sample() {
    let check = |name: &str, bytes_max: usize, value: &dyn Fn(i64) -> f64| {
        let values: Vec<f64> = (0..120).map(value).collect();
        let bytes = packed(&values).len();
        assert!(bytes <= bytes_max, "{name}: {bytes} bytes");
        assert_returns(&values);
    };
    let noise = |at: i64| (at * 7_919 + at * at * 104_729) % 97;
    check("constant", 8, &|_| 42.5);
    check("state", 40, &|at| (at / 40) as f64);
    check("regular counter", 16, &|at| (at * 1_000) as f64);
    check("counter", 120, &|at| (at * 60 + noise(at) % 50) as f64);
    check("percent", 140, &|at| 37.0 + noise(at) as f64 / 10.0);
    check("seconds", 140, &|at| (150 + noise(at)) as f64 / 1_000.0);
}

#[test]
fn a_regular_interval_costs_a_few_bytes() {
    let times: Vec<i64> = (0..8_640)
        .map(|at| 1_700_000_000_000 + at * 10_000)
        .collect();
    let mut bytes = Vec::new();
    encode_times(&times, &mut bytes);
    assert!(bytes.len() <= 10, "{}", bytes.len());
}

#[test]
fn a_count_from_damaged_bytes_allocates_nothing() {
    let mut values = Vec::new();
    let result = decode_values(&packed(&[1.0]), CHUNK_SAMPLES_MAX + 1, &mut values);
    assert_eq!(result, Err(CodecError::TooMany(CHUNK_SAMPLES_MAX + 1)));
    assert_eq!(values.capacity(), 0);
}
