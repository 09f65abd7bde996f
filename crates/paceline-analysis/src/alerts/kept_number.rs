//! A number as JSON keeps it. Owns the words for what JSON has no number for, as Prometheus writes them:
//! an alert on a division by zero must survive a restart.

use serde::{Deserialize, Deserializer, Serializer};

pub fn serialize<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        value if value.is_finite() => serializer.serialize_f64(*value),
        value if value.is_nan() => serializer.serialize_str("NaN"),
        value if *value < 0.0 => serializer.serialize_str("-Inf"),
        _ => serializer.serialize_str("+Inf"),
    }
}

pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Kept {
        Number(f64),
        Word(String),
    }
    Ok(match Kept::deserialize(deserializer)? {
        Kept::Number(value) => value,
        Kept::Word(word) if word == "+Inf" => f64::INFINITY,
        Kept::Word(word) if word == "-Inf" => f64::NEG_INFINITY,
        Kept::Word(_) => f64::NAN,
    })
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::*;

    #[derive(Serialize, Deserialize)]
    struct One(#[serde(with = "super")] f64);

    #[test]
    fn every_number_comes_back() {
        for value in [0.1, -7.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
            let text = serde_json::to_string(&One(value)).unwrap();
            let back: One = serde_json::from_str(&text).unwrap();
            assert_eq!(back.0.to_bits(), value.to_bits(), "{text}");
        }
    }
}
