//! `query`, `query_range` and what only reads a question. Owns their parameters and what is said
//! beside an answer; refuses to evaluate.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::response::Response;
use paceline_metrics::SeriesSource;
use paceline_promql::{
    Answer, Cancel, ErrorKind, Options, ParseError, Query, QueryError, RangeSteps, Value,
};

use super::encode::{self, Frame, Timings};
use super::failure::{ErrorType, Failure, bad_data, bad_parameter};
use super::form::Form;
use super::get_and_post;
use super::out::Out;
use super::parameters::{self, Steps};
use super::pool::{Asked, Desk, Ended, ask};
use crate::http::app::App;
use crate::http::route::Route;
use crate::recorder::questions::Kind;

const QUERY: &str = "/prometheus/api/v1/query";
const QUERY_RANGE: &str = "/prometheus/api/v1/query_range";
const FORMAT_QUERY: &str = "/prometheus/api/v1/format_query";
const EXEMPLARS: &str = "/prometheus/api/v1/query_exemplars";
/// Prometheus's own number for warnings, and for remarks.
const REMARKS_MAX: usize = 10;

pub fn routes() -> Vec<Route> {
    let at_one = "PromQL at one time.";
    let over_range = "PromQL at every step of a range.";
    let checked = "PromQL as it was understood, laid out for people.";
    let exemplars = "Exemplars; none are kept.";
    let mut routes = Vec::new();
    let names = ["prometheus_query", "prometheus_query_post"];
    routes.extend(get_and_post(QUERY, names, at_one, instant));
    let names = ["prometheus_query_range", "prometheus_query_range_post"];
    routes.extend(get_and_post(QUERY_RANGE, names, over_range, range));
    let names = ["prometheus_format_query", "prometheus_format_query_post"];
    routes.extend(get_and_post(FORMAT_QUERY, names, checked, format));
    let names = ["prometheus_exemplars", "prometheus_exemplars_post"];
    routes.extend(get_and_post(EXEMPLARS, names, exemplars, no_exemplars));
    routes
}

async fn instant(app: Arc<App>, request: Request) -> Result<Response, Failure> {
    let headers = request.headers().clone();
    let form = Form::read(request).await?;
    let at_ms = parameters::optional_time(&form, "time")?;
    let at_ms = at_ms.unwrap_or_else(|| app.questions.clock.now().wall.0);
    let question = Question::read(&app, &form)?;
    let asked = question.asked(Kind::Instant);
    let evaluate = move |app: &App, desk: &Desk<'_>, out: &mut Out| {
        question.answer(app, desk, out, |query, source, options, cancel| {
            query.instant(source, at_ms, options, cancel)
        })
    };
    ask(app, &headers, asked, evaluate).await
}

async fn range(app: Arc<App>, request: Request) -> Result<Response, Failure> {
    let headers = request.headers().clone();
    let form = Form::read(request).await?;
    let Steps {
        start_ms,
        end_ms,
        step_ms,
    } = Steps::read(&form)?;
    let range = RangeSteps {
        from_ms: start_ms,
        to_ms: end_ms,
        step_ms,
    };
    let question = Question::read(&app, &form)?;
    let asked = question.asked(Kind::Range);
    let evaluate = move |app: &App, desk: &Desk<'_>, out: &mut Out| {
        question.answer(app, desk, out, |query, source, options, cancel| {
            query.range(source, range, options, cancel)
        })
    };
    ask(app, &headers, asked, evaluate).await
}

async fn format(_: Arc<App>, request: Request) -> Result<Response, Failure> {
    let form = Form::read(request).await?;
    let query = Query::parse(form.get("query")).map_err(|error| unreadable(&error))?;
    Ok(super::status::data(&query.pretty()))
}

async fn no_exemplars(_: Arc<App>, request: Request) -> Result<Response, Failure> {
    let form = Form::read(request).await?;
    for name in ["start", "end"] {
        parameters::optional_time(&form, name)?;
    }
    Query::parse(form.get("query")).map_err(|error| unreadable(&error))?;
    Ok(super::status::data::<[(); 0]>(&[]))
}

/// A question that can be asked, and what was asked for beside its answer.
struct Question {
    query: Query,
    options: Options,
    timeout: Duration,
    /// Series in the answer; 0 is no limit.
    limit: usize,
    with_stats: bool,
}

impl Question {
    fn read(app: &App, form: &Form) -> Result<Self, Failure> {
        app.operations.metrics.require_enabled()?;
        let limits = &app.questions.limits;
        let timeout = parameters::optional_duration(form, "timeout")?;
        let timeout = timeout.map_or(limits.timeout, |ms| {
            Duration::from_millis(ms.unsigned_abs())
        });
        let lookback = parameters::optional_duration(form, "lookback_delta")?;
        let options = app.questions.options(lookback);
        Ok(Self {
            limit: parameters::limit(form)?,
            query: Query::parse(form.get("query")).map_err(|error| unreadable(&error))?,
            options,
            timeout: timeout.min(limits.timeout),
            with_stats: !form.get("stats").is_empty(),
        })
    }

    fn asked(&self, kind: Kind) -> Asked {
        Asked {
            kind,
            text: self.query.text().to_owned(),
            timeout: self.timeout,
        }
    }

    fn answer(
        self,
        app: &App,
        desk: &Desk<'_>,
        out: &mut Out,
        evaluate: impl FnOnce(
            &Query,
            &dyn SeriesSource,
            &Options,
            &Cancel,
        ) -> Result<Answer, QueryError>,
    ) -> Result<(), Ended> {
        let source = &**app.operations.metrics.engine();
        let mut answer = evaluate(&self.query, source, &self.options, desk.cancel)
            .map_err(|error| unanswered(&error))?;
        let mut warnings = shortened(std::mem::take(&mut answer.warnings), "warning");
        let mut infos = shortened(std::mem::take(&mut answer.infos), "info");
        infos.extend(encode::resolution_info(answer.resolution));
        if truncate(&mut answer.value, self.limit) {
            warnings.push(TRUNCATED.to_owned());
        }
        let timings = Timings {
            queued: desk.queued,
        };
        let frame = Frame {
            warnings: &warnings,
            infos: &infos,
        };
        encode::success(out, &frame, |out| {
            encode::result(out, answer, self.with_stats.then_some(&timings))
        })?;
        Ok(())
    }
}

/// Prometheus's sentence.
pub const TRUNCATED: &str = "results truncated due to limit";

fn truncate(value: &mut Value, limit: usize) -> bool {
    let length = match value {
        Value::Vector(samples) => samples.len(),
        Value::Matrix(series) => series.len(),
        Value::Scalar(_) | Value::String { .. } => 0,
    };
    if limit == 0 || length <= limit {
        return false;
    }
    match value {
        Value::Vector(samples) => samples.truncate(limit),
        Value::Matrix(series) => series.truncate(limit),
        Value::Scalar(_) | Value::String { .. } => {}
    }
    true
}

fn shortened(mut remarks: Vec<String>, what: &str) -> Vec<String> {
    let rest = remarks.len().saturating_sub(REMARKS_MAX);
    if rest != 0 {
        remarks.truncate(REMARKS_MAX);
        remarks.push(format!("{rest} more {what} annotations omitted"));
    }
    remarks
}

fn unreadable(error: &ParseError) -> Failure {
    bad_parameter("query", error)
}

pub fn unanswered(error: &QueryError) -> Failure {
    let kind = match error.kind() {
        ErrorKind::BadData => return bad_data(error.to_string()),
        ErrorKind::Execution => ErrorType::Execution,
        ErrorKind::Timeout => ErrorType::Timeout,
        ErrorKind::Canceled => ErrorType::Canceled,
    };
    Failure::new(kind, error.to_string())
}
