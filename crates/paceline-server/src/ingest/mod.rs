//! Ways in for other programs' formats: Prometheus remote write and OTLP. Owns how their messages
//! become rows; refuses to store anything: rows go through `Operations::metric_push`.

pub mod otlp;
pub mod remote_write;
