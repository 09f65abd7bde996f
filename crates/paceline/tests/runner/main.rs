//! Paceline from outside: the real binary, real processes, real sockets. Owns every promise that
//! only holds when all parts are together; refuses to look inside: what a test knows, a client
//! could know.
//!
//! Each server listens on a port of its own on 127.0.0.1 and works in a temporary directory.

mod alerts;
mod bad_data;
mod bad_requests;
mod bad_starts;
mod bad_states;
mod benchmarks;
mod call;
mod command_line;
mod crash;
mod dashboard;
mod elections;
mod exactly_once;
mod full_disk;
mod http;
mod live;
mod live_topics;
mod metrics;
mod nothing_lost;
mod official_clients;
mod prometheus;
mod server;
mod strangers;
mod telemetry;
mod top;
mod workers;
