//! How the server grew old, from its own series. Owns the questions; refuses to judge the answers.

use paceline_analysis::Period;
use paceline_analysis::report::age::{Age, AgeSeries, ROWS, UPTIME};
use paceline_metrics::SeriesSource;
use paceline_promql::{Cancel, MatrixSeries, Options, Query, RangeSteps, Value};

const BYTES: &str = "paceline_store_bytes";
const SERIES: &str = "paceline_metrics_series";
const HOUR_MS: i64 = 3_600_000;
/// Steps of a question; longer periods are asked in longer steps.
const STEPS_MAX: i64 = 2_000;

/// What could be read; a question that fails leaves its series out.
pub(super) fn read(source: &dyn SeriesSource, period: &Period) -> Age {
    let window = window(period);
    let of = |text: String| ask(source, period, &text);
    let mut series = Vec::new();
    for (name, function) in [
        (ROWS, "sum"),
        (BYTES, "max"),
        (SERIES, "max"),
        (UPTIME, "max"),
    ] {
        let answer = of(format!("{function}(last_over_time({name}[{window}]))"));
        let points: Vec<(i64, f64)> = answer
            .into_iter()
            .flat_map(|series| series.points)
            .filter(|point| point.value.is_finite())
            .map(|point| (point.at_ms, point.value))
            .collect();
        if !points.is_empty() {
            let name = name.to_owned();
            series.push(AgeSeries { name, points });
        }
    }
    let builds = of(format!("last_over_time(paceline_build_info[{window}])"));
    Age {
        series,
        versions: versions(&builds),
    }
}

/// When each version was first seen, oldest first.
fn versions(builds: &[MatrixSeries]) -> Vec<(i64, String)> {
    let first = builds.iter().filter_map(|series| {
        let first = series.points.first()?;
        Some((first.at_ms, series.labels.get("version").to_owned()))
    });
    let mut versions: Vec<(i64, String)> = first.collect();
    versions.sort();
    versions
}

fn step_ms(period: &Period) -> i64 {
    let length = period.to.0 - period.previous_from.0;
    (length / STEPS_MAX / HOUR_MS + 1) * HOUR_MS
}

/// As long as a step, so that nothing falls between two.
fn window(period: &Period) -> String {
    format!("{}h", step_ms(period) / HOUR_MS)
}

fn ask(source: &dyn SeriesSource, period: &Period, text: &str) -> Vec<MatrixSeries> {
    let range = RangeSteps {
        from_ms: period.previous_from.0,
        to_ms: period.to.0,
        step_ms: step_ms(period),
    };
    let answer = Query::parse(text)
        .map_err(|error| error.to_string())
        .and_then(|query| {
            let answer = query.range(source, range, &Options::default(), &Cancel::new());
            answer.map_err(|error| error.to_string())
        });
    match answer.map(|answer| answer.value) {
        Ok(Value::Matrix(series)) => series,
        Ok(_) => Vec::new(),
        Err(error) => {
            tracing::warn!(%error, query = text, "the report goes without a series");
            Vec::new()
        }
    }
}
