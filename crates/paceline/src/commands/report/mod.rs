//! `paceline report`. Owns where the report comes from and where it goes; refuses to compute or to
//! phrase it.

mod view;

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use paceline_analysis::report::{csv, html, markdown};
use paceline_analysis::{Period, PeriodError, Report as Model};
use paceline_api::ReportQuery;
use paceline_server::report::{
    ReportError, Sources, build_report, kept_months, period, write_file,
};

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
    /// Months of another time zone, such as +02:00 or -05:30; UTC unless said
    #[arg(long, value_name = "±HH:MM", allow_hyphen_values = true, conflicts_with = "url",
        requires = "month", value_parser = utc_offset)]
    utc_offset: Option<i32>,
    /// Name the months whose reports are kept, and stop
    #[arg(long, conflicts_with_all = ["days", "month", "url"])]
    list: bool,
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
        if self.list {
            return self.list_kept();
        }
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
        write_file(&path, text.as_bytes()).map_err(|error| {
            Failure::to(format_args!("write `{shown}`"), &error)
                .hint("nothing was left half-written; name another place with `--output`")
        })?;
        say(format!("the report is in {shown}"));
        Ok(())
    }

    fn list_kept(&self) -> Result<(), Failure> {
        let (config, _) = self.local.configuration()?;
        let months = kept_months(&config.data);
        if months.is_empty() {
            say("no report is kept: a server writes one on the first of each month");
        }
        let lines = months.iter().map(|month| {
            let page = config.data.join(format!("reports/{month}.html"));
            format!("{month}  {}\n", page.display())
        });
        print_text(&lines.collect::<String>())
    }

    fn zoned(&self, period: Period) -> Period {
        match self.utc_offset {
            Some(minutes) => period.shifted(minutes),
            None => period,
        }
    }

    async fn report(&self) -> Result<Model, Failure> {
        match self.address() {
            Some(_) if self.utc_offset.is_some() => {
                Err(Failure::usage("a server reports months in UTC")
                    .hint("leave out `--utc-offset`, or name the data directory with `--data`"))
            }
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
        let now = opened.clock.now();
        let outcome = match period(self.month.as_deref(), self.days, now.wall) {
            Ok(period) => {
                let from = Sources {
                    store: &*opened.store,
                    series: Arc::clone(opened.metrics.engine()) as _,
                    data_dir: &config.data,
                    now,
                };
                build_report(from, self.zoned(period)).await
            }
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

/// Minutes east of UTC.
fn utc_offset(text: &str) -> Result<i32, String> {
    let wrong = || "is none such as `+02:00` or `-05:30`".to_owned();
    let (sign, rest) = match text.split_at_checked(1) {
        Some(("+", rest)) => (1, rest),
        Some(("-", rest)) => (-1, rest),
        _ => return Err(wrong()),
    };
    let (hours, minutes) = rest.split_once(':').unwrap_or((rest, "00"));
    let number = |text: &str, max: i32| -> Result<i32, String> {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse::<i32>().ok().filter(|number| *number <= max);
        number.filter(|_| digits).ok_or_else(wrong)
    };
    Ok(sign * (number(hours, 14)? * 60 + number(minutes, 59)?))
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
    fn offsets_are_read_as_they_are_written() {
        let check = |text: &str, expected: Option<i32>| {
            assert_eq!(utc_offset(text).ok(), expected, "{text}");
        };
        check("+02:00", Some(120));
        check("-05:30", Some(-330));
        check("+14", Some(840));
        for text in [
            "", "2", "02:00", "+2:00", "+15:00", "+02:60", "+02:0a", "−02",
        ] {
            check(text, None);
        }
        let flags = ["--month", "2026-10", "--utc-offset", "-05:30"];
        assert_eq!(read(&flags).unwrap().utc_offset, Some(-330));
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
