//! `paceline report`. Owns where the report comes from and where it goes; refuses to compute or to
//! phrase it.

mod view;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use paceline_analysis::report::{csv, html, markdown};
use paceline_analysis::{PeriodError, Report as Model};
use paceline_api::ReportQuery;
use paceline_server::report::{ReportError, build_report, period};

use crate::failure::Failure;
use crate::local::Local;
use crate::remote;
use crate::terminal::{Format, Present, print, print_text, say};

/// What the fleet did in a period, beside the one before: speed, reliability, agents, quality
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  paceline report --days 7
  paceline report --month 2026-10 --output october.html
  paceline report --days=30 --format json | jq .reliability
  paceline report --url http://127.0.0.1:7717

While a server runs on the data directory, ask it with `--url`.")]
pub struct Report {
    /// The last days, up to now; 7 unless said
    #[arg(long, conflicts_with = "month", value_name = "N")]
    days: Option<u32>,
    /// A calendar month in UTC, such as 2026-10
    #[arg(long, value_name = "YYYY-MM")]
    month: Option<String>,
    /// Form of the report; as the name of `--output` says, else a table
    #[arg(long, value_enum)]
    format: Option<ReportFormat>,
    /// Write it there
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Ask this running server
    #[arg(long, value_name = "URL", conflicts_with_all = ["data", "config"])]
    url: Option<String>,
    /// Token for `--url`
    #[arg(
        long,
        env = "PACELINE_TOKEN",
        value_name = "TOKEN",
        hide_env_values = true
    )]
    token: Option<String>,
    #[command(flatten)]
    local: Local,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ReportFormat {
    Table,
    Html,
    Markdown,
    Json,
    Csv,
}

impl Report {
    pub async fn run(self) -> Result<(), Failure> {
        let format = self
            .format
            .unwrap_or_else(|| named_by(self.output.as_ref()));
        let report = self.report().await?;
        let text = match format {
            ReportFormat::Table if self.output.is_none() => return print(&report, Format::Table),
            ReportFormat::Json if self.output.is_none() => return print(&report, Format::Json),
            ReportFormat::Table => report.view().render(None),
            ReportFormat::Html => html(&report),
            ReportFormat::Markdown => markdown(&report),
            ReportFormat::Csv => csv(&report),
            ReportFormat::Json => serde_json::to_string_pretty(&report)
                .map_err(|error| Failure::to("write the report as JSON", &error))?,
        };
        let Some(path) = self.output else {
            return print_text(&text);
        };
        let shown = path.display();
        std::fs::write(&path, text)
            .map_err(|error| Failure::to(format_args!("write `{shown}`"), &error))?;
        say(format!("the report is in {shown}"));
        Ok(())
    }

    async fn report(&self) -> Result<Model, Failure> {
        match self.address() {
            Some(url) => self.ask(&url).await,
            None => self.read().await,
        }
    }

    /// A directory that was named wins over an address that lies in the environment.
    fn address(&self) -> Option<String> {
        let from_environment = || {
            let is_local = self.local.data.is_some() || self.local.config.is_some();
            std::env::var("PACELINE_URL")
                .ok()
                .filter(|url| !is_local && !url.is_empty())
        };
        self.url.clone().or_else(from_environment)
    }

    async fn ask(&self, url: &str) -> Result<Model, Failure> {
        let client = remote::client(url, self.token.as_deref())?;
        let query = ReportQuery {
            month: self.month.clone(),
            days: self.days,
        };
        let answer = client.report(&query).await?;
        serde_json::from_value(answer).map_err(|error| {
            Failure::to("understand the report", &error)
                .hint("is the server of another version than this program?")
        })
    }

    async fn read(&self) -> Result<Model, Failure> {
        let (opened, config) = self.local.open().map_err(or_ask)?;
        let now = opened.clock.now().wall;
        let outcome = match period(self.month.as_deref(), self.days, now) {
            Ok(period) => build_report(&*opened.store, &config.data, period).await,
            Err(error) => {
                opened.close().await;
                return Err(error.into());
            }
        };
        opened.close().await;
        Ok(outcome?)
    }
}

/// A server that runs on the directory keeps it to itself.
fn or_ask(failure: Failure) -> Failure {
    let hint = failure.hint.clone().unwrap_or_default();
    failure.hint(format!("{hint}; a running server answers with `--url`"))
}

fn named_by(output: Option<&PathBuf>) -> ReportFormat {
    let extension = output.and_then(|path| path.extension()?.to_str());
    match extension {
        Some("html" | "htm") => ReportFormat::Html,
        Some("md" | "markdown") => ReportFormat::Markdown,
        Some("json") => ReportFormat::Json,
        Some("csv") => ReportFormat::Csv,
        _ => ReportFormat::Table,
    }
}

impl From<PeriodError> for Failure {
    fn from(error: PeriodError) -> Self {
        Self::usage(error.to_string()).hint("`--days 7` or `--month 2026-10`")
    }
}

impl From<ReportError> for Failure {
    fn from(error: ReportError) -> Self {
        Self::new(error.to_string()).hint("`paceline doctor` checks the data directory")
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        report: Report,
    }

    fn read(flags: &[&str]) -> Option<Report> {
        let words = std::iter::once("report").chain(flags.iter().copied());
        Line::try_parse_from(words).ok().map(|line| line.report)
    }

    #[test]
    fn days_are_taken_with_a_space_and_with_an_equals_sign() {
        assert_eq!(read(&["--days", "7"]).unwrap().days, Some(7));
        assert_eq!(read(&["--days=7"]).unwrap().days, Some(7));
        assert!(read(&["--days", "-1"]).is_none());
        assert!(read(&["--days", "7", "--month", "2026-10"]).is_none());
    }

    #[test]
    fn the_output_s_name_says_the_form() {
        let check = |name: &str, expected| {
            assert_eq!(named_by(Some(&PathBuf::from(name))), expected, "{name}");
        };
        check("october.html", ReportFormat::Html);
        check("october.md", ReportFormat::Markdown);
        check("october.json", ReportFormat::Json);
        check("october.csv", ReportFormat::Csv);
        check("october", ReportFormat::Table);
        assert_eq!(named_by(None), ReportFormat::Table);
    }
}
