//! Answers of the Prometheus HTTP API, for whoever asks it from Rust. Owns their shapes; refuses to
//! know PromQL.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Number;

/// The envelope of every answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PrometheusAnswer<D> {
    /// `success` or `error`.
    pub status: String,
    #[serde(default = "Option::default", skip_serializing_if = "Option::is_none")]
    pub data: Option<D>,
    #[serde(default, rename = "errorType", skip_serializing_if = "Option::is_none")]
    pub error_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub infos: Vec<String>,
}

/// What PromQL evaluates to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "resultType", content = "result", rename_all = "lowercase")]
pub enum PromValue {
    Scalar(PromPoint),
    String(PromPoint),
    Vector(Vec<PromSample>),
    Matrix(Vec<PromSeries>),
}

/// Unix seconds, and the value as text, because JSON knows neither `NaN` nor `+Inf`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PromPoint(pub Number, pub String);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PromSample {
    pub metric: BTreeMap<String, String>,
    pub value: PromPoint,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PromSeries {
    pub metric: BTreeMap<String, String>,
    /// Oldest first.
    pub values: Vec<PromPoint>,
}

impl PromPoint {
    /// Unix seconds.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.0.as_f64().unwrap_or(f64::NAN)
    }

    /// Rust reads every spelling that Prometheus writes.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.1.parse().unwrap_or(f64::NAN)
    }
}

/// Parameters of `query`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PromQuery {
    pub query: String,
    /// RFC 3339 or unix seconds; now when absent.
    pub time: Option<String>,
    pub timeout: Option<String>,
    pub lookback_delta: Option<String>,
    pub limit: Option<u64>,
}

/// Parameters of `query_range`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PromRangeQuery {
    pub query: String,
    pub start: String,
    pub end: String,
    pub step: String,
    pub timeout: Option<String>,
    pub lookback_delta: Option<String>,
    pub limit: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_reads_and_writes_as_prometheus_does() {
        let check = |text: &str| {
            let answer: PrometheusAnswer<PromValue> = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&answer).unwrap(), text);
        };
        check(
            r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":"b"},"value":[1.500,"NaN"]}]},"warnings":["w"]}"#
                .replace("1.500", "1.5")
                .as_str(),
        );
        check(
            r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1700000000,"+Inf"]]}]}}"#,
        );
        check(r#"{"status":"success","data":{"resultType":"scalar","result":[0,"1"]}}"#);
        check(r#"{"status":"error","errorType":"bad_data","error":"no"}"#);
    }

    #[test]
    fn points_are_numbers() {
        let point = PromPoint(Number::from(7), "-Inf".to_owned());
        assert_eq!((point.seconds(), point.value()), (7.0, f64::NEG_INFINITY));
    }
}
