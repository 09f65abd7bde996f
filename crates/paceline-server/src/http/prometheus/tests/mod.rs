//! The Prometheus API against a real engine. Owns shapes, sentences and status codes.
