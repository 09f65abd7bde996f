//! OTLP's two encodings. Owns what a body is read as and what an answer is written as; refuses to
//! look into the data.
//!
//! A JSON body says by its field which signal it holds, so it is read at any of the three paths:
//! some exporters know one address only.

use axum::response::Response;
use http::StatusCode;
use opentelemetry_proto::tonic::collector::logs::v1::{
    ExportLogsPartialSuccess, ExportLogsServiceRequest, ExportLogsServiceResponse,
};
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsPartialSuccess, ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::logs::v1::ResourceLogs;
use opentelemetry_proto::tonic::metrics::v1::ResourceMetrics;
use opentelemetry_proto::tonic::trace::v1::ResourceSpans;
use prost::Message;
use serde::{Deserialize, Serialize};

use super::limits::MESSAGES_MAX;
use super::refusal::Refusal;
use super::shape::{self, messages};
use crate::http::answer::{json, with_type};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Protobuf,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Signal {
    Metrics,
    Logs,
    Traces,
}

impl Signal {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Metrics => "metrics",
            Self::Logs => "logs",
            Self::Traces => "traces",
        }
    }
}

/// What a request brought.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Telemetry {
    pub resource_metrics: Vec<ResourceMetrics>,
    pub resource_logs: Vec<ResourceLogs>,
    pub resource_spans: Vec<ResourceSpans>,
}

/// What was not taken of a request that was otherwise fine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rejected {
    pub count: u64,
    pub message: String,
}

/// `google.rpc.Status` without its details.
#[derive(Clone, PartialEq, Message, Serialize)]
pub struct Status {
    #[prost(int32, tag = "1")]
    pub code: i32,
    #[prost(string, tag = "2")]
    pub message: String,
}

impl Format {
    /// By a `Content-Type` header.
    pub fn named(content_type: &str) -> Option<Self> {
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        match essence.to_ascii_lowercase().as_str() {
            "application/x-protobuf" | "application/protobuf" => Some(Self::Protobuf),
            "application/json" => Some(Self::Json),
            _ => None,
        }
    }

    pub fn read(self, signal: Signal, body: &[u8]) -> Result<Telemetry, Refusal> {
        match self {
            Self::Protobuf => read_protobuf(signal, body),
            Self::Json => read_json(body),
        }
    }

    pub fn answer(self, signal: Signal, rejected: Rejected) -> Response {
        let count = i64::try_from(rejected.count).unwrap_or(i64::MAX);
        let error_message = rejected.message;
        let is_partial = count != 0 || !error_message.is_empty();
        match signal {
            Signal::Metrics => self.success(&ExportMetricsServiceResponse {
                partial_success: is_partial.then_some(ExportMetricsPartialSuccess {
                    rejected_data_points: count,
                    error_message,
                }),
            }),
            Signal::Logs => self.success(&ExportLogsServiceResponse {
                partial_success: is_partial.then_some(ExportLogsPartialSuccess {
                    rejected_log_records: count,
                    error_message,
                }),
            }),
            Signal::Traces => self.success(&ExportTraceServiceResponse {
                partial_success: is_partial.then_some(ExportTracePartialSuccess {
                    rejected_spans: count,
                    error_message,
                }),
            }),
        }
    }

    fn success<T: Message + Serialize>(self, message: &T) -> Response {
        match self {
            Self::Protobuf => protobuf(StatusCode::OK, message),
            Self::Json => json(StatusCode::OK, &in_json(message)),
        }
    }

    pub fn status(self, status: StatusCode, code: i32, message: &str) -> Response {
        let body = Status {
            code,
            message: message.to_owned(),
        };
        match self {
            Self::Protobuf => protobuf(status, &body),
            Self::Json => json(status, &body),
        }
    }
}

fn protobuf(status: StatusCode, message: &impl Message) -> Response {
    with_type(status, "application/x-protobuf", message.encode_to_vec())
}

/// As OTLP's JSON has it: 64-bit numbers are texts, and what says nothing is left out.
fn in_json<T: Serialize>(message: &T) -> serde_json::Value {
    let mut value = serde_json::to_value(message).unwrap_or_default();
    let Some(fields) = value.as_object_mut() else {
        return value;
    };
    fields.retain(|_, field| !field.is_null());
    let parts = fields
        .values_mut()
        .filter_map(serde_json::Value::as_object_mut);
    for field in parts.flat_map(serde_json::Map::values_mut) {
        if field.is_number() {
            *field = field.to_string().into();
        }
    }
    value
}

fn read_protobuf(signal: Signal, body: &[u8]) -> Result<Telemetry, Refusal> {
    let shape = match signal {
        Signal::Metrics => &shape::METRICS,
        Signal::Logs => &shape::LOGS,
        Signal::Traces => &shape::TRACES,
    };
    if MESSAGES_MAX < messages(body, shape, MESSAGES_MAX) {
        return Err(too_many_messages());
    }
    let mut read = Telemetry::default();
    let decoded = match signal {
        Signal::Metrics => ExportMetricsServiceRequest::decode(body)
            .map(|request| read.resource_metrics = request.resource_metrics),
        Signal::Logs => ExportLogsServiceRequest::decode(body)
            .map(|request| read.resource_logs = request.resource_logs),
        Signal::Traces => ExportTraceServiceRequest::decode(body)
            .map(|request| read.resource_spans = request.resource_spans),
    };
    match decoded {
        Ok(()) => Ok(read),
        Err(error) => Err(Refusal::malformed(format!(
            "the body is no OTLP {} in protobuf: {error}",
            signal.as_str()
        ))),
    }
}

fn read_json(body: &[u8]) -> Result<Telemetry, Refusal> {
    if body.trim_ascii().is_empty() {
        return Ok(Telemetry::default());
    }
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err(Refusal::malformed("the body is no JSON object"));
    }
    // Braces inside of texts count too: the bound is far above what a sender comes near.
    let braces = body.iter().filter(|byte| **byte == b'{').count();
    if MESSAGES_MAX < braces {
        return Err(too_many_messages());
    }
    serde_json::from_slice(body)
        .map_err(|error| Refusal::malformed(format!("the body is no OTLP in JSON: {error}")))
}

fn too_many_messages() -> Refusal {
    Refusal::too_large(format!(
        "the body holds more than {MESSAGES_MAX} points, attributes and values"
    ))
}
