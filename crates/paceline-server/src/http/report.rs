//! Reports as documents, of any period and of kept months, and the history of benchmarks. Owns which
//! forms there are and that a browser saves them instead of showing them here; what is in a document
//! is `paceline-analysis`'.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::header::{CONTENT_DISPOSITION, HeaderValue};
use http::{StatusCode, request::Parts};
use paceline_analysis::report::Document;
use paceline_analysis::{Report, report};
use paceline_api::ReportQuery;
use serde::Serialize;

use super::answer::with_type;
use super::app::App;
use super::failure::internal;
use super::input::{FromQuery, Input, Nothing};
use super::path;
use super::route::{About, AnswerShape, Route};
use crate::operations::ApiFailure;

/// A readable form of a report.
struct Form {
    /// Of the route over a period, and of the one of a kept month.
    paths: [&'static str; 2],
    names: [&'static str; 2],
    extension: &'static str,
    content_type: &'static str,
    render: fn(&Report) -> String,
}

static FORMS: [Form; 4] = [
    Form {
        paths: ["/api/report/laid-out", "/api/reports/{month}/laid-out"],
        names: ["report_laid_out", "report_kept_laid_out"],
        extension: "json",
        content_type: "application/json",
        render: laid_out,
    },
    Form {
        paths: ["/api/report/html", "/api/reports/{month}/html"],
        names: ["report_html", "report_kept_html"],
        extension: "html",
        content_type: "text/html; charset=utf-8",
        render: report::html,
    },
    Form {
        paths: ["/api/report/markdown", "/api/reports/{month}/markdown"],
        names: ["report_markdown", "report_kept_markdown"],
        extension: "md",
        content_type: "text/markdown; charset=utf-8",
        render: report::markdown,
    },
    Form {
        paths: ["/api/report/csv", "/api/reports/{month}/csv"],
        names: ["report_csv", "report_kept_csv"],
        extension: "csv",
        content_type: "text/csv; charset=utf-8",
        render: report::csv,
    },
];

pub fn routes() -> Vec<Route> {
    let history = "Kept results of benchmarks over time, and where their level changed.";
    let about = About::new(
        "GET",
        "/api/benchmark-history",
        "benchmark_history",
        history,
    );
    let history =
        about.calls(|ops, caller, [], Nothing| async move { ops.benchmark_history(&caller).await });
    let documents = FORMS
        .iter()
        .flat_map(|form| [of_period(form), of_month(form)]);
    documents.chain([history]).collect()
}

fn of_period(form: &'static Form) -> Route {
    let summary = "The report of a period as a document.";
    let about = About::new("GET", form.paths[0], form.names[0], summary);
    let shape = AnswerShape::Text(form.content_type);
    let route = about.shows(shape, move |app: Arc<App>, request: Request| async move {
        let (parts, body) = request.into_parts();
        let caller = app.caller(&parts.headers).await?;
        let FromQuery(query) = FromQuery::<ReportQuery>::take(&parts, body).await?;
        let report = app.operations.report_of(&caller, query).await?;
        document(form, report).await
    });
    Route {
        input: FromQuery::<ReportQuery>::shape,
        ..route
    }
}

fn of_month(form: &'static Form) -> Route {
    let summary = "The kept report of a month as a document.";
    let about = About::new("GET", form.paths[1], form.names[1], summary);
    let shape = AnswerShape::Text(form.content_type);
    about.shows(shape, move |app: Arc<App>, request: Request| async move {
        let (mut parts, _) = request.into_parts();
        let caller = app.caller(&parts.headers).await?;
        let month = month(&mut parts).await?;
        let report = app.operations.report_kept(&caller, month).await?;
        document(form, report).await
    })
}

async fn month(parts: &mut Parts) -> Result<String, ApiFailure> {
    Nothing::take(parts, Body::empty()).await?;
    let [month] = path::fields::<1>(parts).await?;
    Ok(month)
}

/// To be saved: shown in a window, a document of this origin would have the page's rights.
async fn document(form: &'static Form, report: Report) -> Result<Response, ApiFailure> {
    let name = file_name(&report.period.name);
    let disposition = format!(
        "attachment; filename=\"paceline-{name}.{}\"",
        form.extension
    );
    let disposition = HeaderValue::from_str(&disposition).map_err(|_| internal())?;
    let text = tokio::task::spawn_blocking(move || (form.render)(&report)).await;
    let text = text.map_err(|_| internal())?;
    let mut response = with_type(StatusCode::OK, form.content_type, text);
    response
        .headers_mut()
        .insert(CONTENT_DISPOSITION, disposition);
    Ok(response)
}

/// For a page that draws charts of its own beside the words and tables that every form has.
fn laid_out(report: &Report) -> String {
    #[derive(Serialize)]
    struct LaidOut<'r> {
        report: &'r Report,
        document: Document,
    }
    let document = report::document(report);
    serde_json::to_string(&LaidOut { report, document }).unwrap_or_default()
}

/// `October 2026` as `october-2026`.
fn file_name(period: &str) -> String {
    let word = |sign: char| {
        if sign.is_ascii_alphanumeric() {
            sign
        } else {
            '-'
        }
    };
    period.to_ascii_lowercase().chars().map(word).collect()
}
