//! What there is to ask about: series, label names, label values, metadata. Owns their parameters
//! and limits; refuses to evaluate anything.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::RequestPartsExt;
use axum::extract::{RawPathParams, Request};
use axum::response::Response;
use http::HeaderMap;
use paceline_metrics::{Engine, Matcher, Metadata, SeriesSource, SourceError, TimeRange};
use paceline_promql::parse_selector;

use super::encode::{self, Frame};
use super::failure::{ErrorType, Failure, bad_data, bad_parameter};
use super::form::Form;
use super::out::{Out, Unread};
use super::parameters::{self, TIME_MAX_MS, TIME_MIN_MS};
use super::pool::{Asked, Desk, Ended, ask};
use super::query::TRUNCATED;
use super::{get, get_and_post};
use crate::http::app::App;
use crate::http::route::{About, Route};
use crate::recorder::questions::Kind;

const SERIES: &str = "/prometheus/api/v1/series";
const LABELS: &str = "/prometheus/api/v1/labels";
const VALUES: &str = "/prometheus/api/v1/label/{name}/values";
const METADATA: &str = "/prometheus/api/v1/metadata";
/// Selectors in one request.
const SETS_MAX: usize = 100;

pub fn routes() -> Vec<Route> {
    let mut routes = Vec::new();
    let names = ["prometheus_series", "prometheus_series_post"];
    let summary = "The labels of series that match.";
    routes.extend(get_and_post(SERIES, names, summary, series));
    let names = ["prometheus_labels", "prometheus_labels_post"];
    let summary = "The names of labels.";
    routes.extend(get_and_post(LABELS, names, summary, label_names));
    let summary = "The values of one label.";
    let about = About::new("GET", VALUES, "prometheus_label_values", summary);
    routes.push(get(about, label_values));
    let summary = "What is known of metrics: kind, unit, description.";
    let about = About::new("GET", METADATA, "prometheus_metadata", summary);
    routes.push(get(about, metadata));
    routes
}

/// What all of them take.
struct Selection {
    sets: Vec<Vec<Matcher>>,
    range: TimeRange,
    limit: usize,
    shown: String,
}

impl Selection {
    fn read(app: &App, form: &Form) -> Result<Self, Failure> {
        app.operations.metrics.require_enabled()?;
        let from_ms = parameters::optional_time(form, "start")?.unwrap_or(TIME_MIN_MS);
        let to_ms = parameters::optional_time(form, "end")?.unwrap_or(TIME_MAX_MS);
        let texts: Vec<&str> = form.all("match[]").collect();
        if SETS_MAX < texts.len() {
            let problem = format!("{} selectors, at most {SETS_MAX} are allowed", texts.len());
            return Err(bad_parameter("match[]", problem));
        }
        let sets = texts.iter().map(|text| matchers(text));
        Ok(Self {
            sets: sets.collect::<Result<_, _>>()?,
            range: TimeRange { from_ms, to_ms },
            limit: parameters::limit(form)?,
            shown: texts.join(", "),
        })
    }

    fn asked(&self, app: &App, what: &str) -> Asked {
        Asked {
            kind: Kind::Labels,
            text: format!("{what} {}", self.shown),
            timeout: app.questions.limits.timeout,
        }
    }

    /// Whatever the source gives, cut to the limit and said to be.
    async fn ask<T: Send>(
        self,
        app: Arc<App>,
        headers: &HeaderMap,
        what: &str,
        select: impl FnOnce(&Engine, &Self) -> Result<Vec<T>, SourceError> + Send + 'static,
        write: impl FnOnce(&mut Out, Vec<T>) -> Result<(), Unread> + Send + 'static,
    ) -> Result<Response, Failure> {
        let asked = self.asked(&app, what);
        let work = move |app: &App, _: &Desk<'_>, out: &mut Out| {
            let mut found = select(app.operations.metrics.engine(), &self).map_err(unanswered)?;
            let mut warnings = Vec::new();
            if self.limit != 0 && self.limit < found.len() {
                found.truncate(self.limit);
                warnings.push(TRUNCATED.to_owned());
            }
            let frame = Frame {
                warnings: &warnings,
                infos: &[],
            };
            encode::success(out, &frame, |out| write(out, found)).map_err(Ended::from)
        };
        ask(app, headers, asked, work).await
    }
}

fn matchers(text: &str) -> Result<Vec<Matcher>, Failure> {
    let set = parse_selector(text).map_err(|error| bad_parameter("match[]", error))?;
    if set.iter().all(|matcher| matcher.matches("")) {
        let problem = "match[] must contain at least one non-empty matcher";
        return Err(bad_parameter("match[]", problem));
    }
    Ok(set)
}

fn unanswered(error: SourceError) -> Failure {
    Failure::new(ErrorType::Execution, error.to_string())
}

async fn series(app: Arc<App>, request: Request) -> Result<Response, Failure> {
    let headers = request.headers().clone();
    let form = Form::read(request).await?;
    if form.all("match[]").next().is_none() {
        return Err(bad_data("no match[] parameter provided"));
    }
    let mut selection = Selection::read(&app, &form)?;
    let series_max = usize::try_from(app.questions.limits.series_max).unwrap_or(usize::MAX);
    selection.limit = match selection.limit {
        0 => series_max,
        limit => limit.min(series_max),
    };
    let select = |engine: &Engine, selection: &Selection| {
        // One more than wanted shows that there are more.
        let limit = selection.limit.saturating_add(1);
        engine.series(&selection.sets, selection.range, limit)
    };
    selection
        .ask(app, &headers, "series", select, encode::label_sets)
        .await
}

async fn label_names(app: Arc<App>, request: Request) -> Result<Response, Failure> {
    let headers = request.headers().clone();
    let form = Form::read(request).await?;
    let selection = Selection::read(&app, &form)?;
    let select = |engine: &Engine, selection: &Selection| {
        engine.label_names(&selection.sets, selection.range)
    };
    let write = |out: &mut Out, names: Vec<String>| encode::strings(out, &names);
    selection.ask(app, &headers, "labels", select, write).await
}

async fn label_values(app: Arc<App>, mut request: Request) -> Result<Response, Failure> {
    let headers = request.headers().clone();
    let name = label_of(&mut request).await?;
    let form = Form::read(request).await?;
    let selection = Selection::read(&app, &form)?;
    let what = format!("values of `{name}`");
    let select = move |engine: &Engine, selection: &Selection| {
        engine.label_values(&name, &selection.sets, selection.range)
    };
    let write = |out: &mut Out, values: Vec<String>| encode::strings(out, &values);
    selection.ask(app, &headers, &what, select, write).await
}

async fn label_of(request: &mut Request) -> Result<String, Failure> {
    let (mut parts, body) = std::mem::take(request).into_parts();
    let fields = parts.extract::<RawPathParams>().await;
    *request = Request::from_parts(parts, body);
    let fields = fields.map_err(|_| bad_data("the path is not UTF-8"))?;
    let name = fields.iter().next().map_or("", |(_, value)| value);
    let name = unescaped(name);
    if name.is_empty() || name.chars().any(char::is_control) {
        return Err(bad_data(format!("invalid label name: {name:?}")));
    }
    Ok(name)
}

/// `U__` is how clients write a name with other characters into a path: `_2e_` for a dot, `__` for
/// an underscore (Prometheus, `model/labels.go`). What does not decode is a name as it is.
fn unescaped(name: &str) -> String {
    let decoded = name.strip_prefix("U__").and_then(decoded);
    decoded.unwrap_or_else(|| name.to_owned())
}

fn decoded(name: &str) -> Option<String> {
    let mut decoded = String::new();
    let mut rest = name;
    while let Some((plain, escape)) = rest.split_once('_') {
        decoded.push_str(plain);
        let (code, after) = escape.split_once('_')?;
        match code {
            "" => decoded.push('_'),
            code => decoded.push(char::from_u32(u32::from_str_radix(code, 16).ok()?)?),
        }
        rest = after;
    }
    decoded.push_str(rest);
    Some(decoded)
}

async fn metadata(app: Arc<App>, request: Request) -> Result<Response, Failure> {
    let headers = request.headers().clone();
    let form = Form::read(request).await?;
    let selection = Selection::read(&app, &form)?;
    let metric = form.get("metric").to_owned();
    let select = move |engine: &Engine, _: &Selection| {
        let mut all = engine.metadata()?;
        if !metric.is_empty() {
            all.retain(|(name, _)| *name == metric);
        }
        Ok(all)
    };
    selection
        .ask(app, &headers, "metadata", select, write_metadata)
        .await
}

fn write_metadata(out: &mut Out, all: Vec<(String, Metadata)>) -> Result<(), Unread> {
    out.bytes.push(b'{');
    let by_name: BTreeMap<String, Metadata> = all.into_iter().collect();
    for (at, (name, metadata)) in by_name.into_iter().enumerate() {
        encode::comma(&mut out.bytes, at);
        encode::text(&mut out.bytes, &name);
        out.bytes.extend_from_slice(b":[{\"type\":");
        // A kind is written as Prometheus calls it.
        let _ = serde_json::to_writer(&mut out.bytes, &metadata.kind);
        out.bytes.extend_from_slice(b",\"help\":");
        encode::text(&mut out.bytes, &metadata.description);
        out.bytes.extend_from_slice(b",\"unit\":");
        encode::text(&mut out.bytes, &metadata.unit);
        out.bytes.extend_from_slice(b"}]");
        out.settle()?;
    }
    out.bytes.push(b'}');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::unescaped;

    #[test]
    fn escaped_names_of_labels_are_read() {
        let check = |name: &str, expected: &str| assert_eq!(unescaped(name), expected);
        check("agent", "agent");
        check("U__http_2e_status", "http.status");
        check("U__a__b", "a_b");
        check("U__a_zz_b", "U__a_zz_b");
        check("U__a_2e", "U__a_2e");
    }
}
