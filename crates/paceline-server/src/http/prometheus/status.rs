//! What clients ask before their first question: who answers, and what else there is. Owns the
//! truth about this server in Prometheus's shapes; refuses to pretend to have what it has not
//! (targets, rules, a garbage collector).

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::Request;
use axum::response::Response;
use http::StatusCode;
use paceline_api::Timestamp;
use serde::Serialize;
use serde_json::json;

use super::failure::Failure;
use super::get;
use crate::http::answer;
use crate::http::app::App;
use crate::http::route::{About, Route};

/// The Prometheus whose API and PromQL are answered: clients choose what they ask by it.
const PROMETHEUS_VERSION: &str = "3.5.0";

#[derive(Serialize)]
struct Success<'d, T: ?Sized> {
    status: &'static str,
    data: &'d T,
}

/// For what is small and known.
pub fn data<T: Serialize + ?Sized>(data: &T) -> Response {
    let status = "success";
    answer::json(StatusCode::OK, &Success { status, data })
}

type Show = fn(&App) -> Response;

const SHOWN: &[(&str, &str, &str, Show)] = &[
    (
        "/prometheus/api/v1/status/buildinfo",
        "prometheus_buildinfo",
        "Which Prometheus's API is answered, and by what.",
        build_info,
    ),
    (
        "/prometheus/api/v1/status/runtimeinfo",
        "prometheus_runtimeinfo",
        "Since when it runs.",
        runtime_info,
    ),
    (
        "/prometheus/api/v1/status/flags",
        "prometheus_flags",
        "The limits of queries.",
        flags,
    ),
    (
        "/prometheus/api/v1/status/config",
        "prometheus_config",
        "Empty: `paceline serve --print-config` shows the configuration.",
        |_| data(&json!({"yaml": ""})),
    ),
    (
        "/prometheus/api/v1/status/tsdb",
        "prometheus_tsdb",
        "How the metrics engine stands.",
        engine,
    ),
    (
        "/prometheus/api/v1/targets",
        "prometheus_targets",
        "None: agents push.",
        |_| {
            data(&json!({
                "activeTargets": [],
                "droppedTargets": [],
                "droppedTargetCounts": {},
            }))
        },
    ),
    (
        "/prometheus/api/v1/rules",
        "prometheus_rules",
        "Rules as Prometheus groups them.",
        |app| data(&app.operations.alerts.as_prometheus_rules()),
    ),
    (
        "/prometheus/api/v1/alerts",
        "prometheus_alerts",
        "Alerts as Prometheus lists them: pending and firing.",
        |app| data(&app.operations.alerts.as_prometheus_alerts()),
    ),
    (
        "/prometheus/api/v1/alertmanagers",
        "prometheus_alertmanagers",
        "None.",
        |_| data(&json!({"activeAlertmanagers": [], "droppedAlertmanagers": []})),
    ),
];

pub fn routes() -> Vec<Route> {
    let one = |&(path, name, summary, show): &(&'static str, &'static str, &'static str, Show)| {
        let about = About::new("GET", path, name, summary);
        get(about, move |app: Arc<App>, _: Request| async move {
            Ok::<_, Failure>(show(&app))
        })
    };
    SHOWN.iter().map(one).collect()
}

fn build_info(_: &App) -> Response {
    data(&json!({
        "version": PROMETHEUS_VERSION,
        "revision": "",
        "branch": "",
        "buildUser": "",
        "buildDate": "",
        "goVersion": "",
        "application": "Paceline",
        "applicationVersion": env!("CARGO_PKG_VERSION"),
    }))
}

fn runtime_info(app: &App) -> Response {
    let clock = &app.questions.clock;
    let ran_ms = i64::try_from(clock.stopwatch_ns() / 1_000_000).unwrap_or(0);
    let now_ms = clock.now().wall.0;
    let started = Timestamp::from_millis(now_ms - ran_ms).to_string();
    data(&json!({
        "startTime": started,
        "serverTime": Timestamp::from_millis(now_ms).to_string(),
        "lastConfigTime": started,
        "reloadConfigSuccess": true,
    }))
}

fn flags(app: &App) -> Response {
    let limits = &app.questions.limits;
    let flags = BTreeMap::from([
        ("query.timeout", format!("{}s", limits.timeout.as_secs())),
        ("query.max-concurrency", limits.running_max.to_string()),
        ("query.max-samples", limits.samples_max.to_string()),
        (
            "query.lookback-delta",
            format!("{}s", limits.lookback_ms / 1000),
        ),
    ]);
    data(&flags)
}

fn engine(app: &App) -> Response {
    let stats = app.operations.metrics.engine().stats();
    data(&json!({
        "headStats": {
            "numSeries": stats.series,
            "minTime": stats.oldest_raw_ms.unwrap_or(0),
            "maxTime": app.questions.clock.now().wall.0,
        },
        "engine": stats,
    }))
}
