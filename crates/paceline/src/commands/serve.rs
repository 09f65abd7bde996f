//! `paceline serve`. Owns the flags, what is said at the start, and the log; refuses to decide what
//! is safe to listen on, which the server does.

mod alerts;
mod metrics;
mod metrics_write;
mod query;

use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::{ArgAction, Args};
use paceline_server::config::{Config, FeatureLayer, Layer, Setting, Sources};
use paceline_server::run;
use serde::Serialize;

use crate::failure::Failure;
use crate::signals;
use crate::terminal::{Format, Present, View, print, say};

/// Run the server: HTTP, MCP and the record, all on one port
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  paceline serve
  paceline serve --listen 127.0.0.1:8000 --data ./fleet
  paceline serve --listen 0.0.0.0:7717 --require-tokens --tls-cert cert.pem --tls-key key.pem
  paceline serve --print-config

Flags come before the environment (PACELINE_LISTEN, PACELINE_DATA, …), that before `paceline.toml`,
that before the defaults.")]
pub struct Serve {
    /// Address and port; 127.0.0.1:7717 unless said
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Where everything is kept; the platform's data directory unless said
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// `sqlite`, the embedded store
    #[arg(long)]
    store: Option<String>,
    #[command(flatten)]
    switches: Switches,
    /// Certificate chain, PEM
    #[arg(long, value_name = "FILE")]
    tls_cert: Option<PathBuf>,
    /// Private key, PEM
    #[arg(long, value_name = "FILE")]
    tls_key: Option<PathBuf>,
    /// Host name, beside the loopback ones, that requests may be addressed to; repeatable
    #[arg(
        long = "allowed-host",
        alias = "allowed-hosts",
        value_delimiter = ',',
        value_name = "HOST"
    )]
    allowed_hosts: Vec<String>,
    /// Origin of a page that may call from a browser; repeatable
    #[arg(
        long = "allowed-origin",
        alias = "allowed-origins",
        value_delimiter = ',',
        value_name = "ORIGIN"
    )]
    allowed_origins: Vec<String>,
    /// Silence after which an agent is in warning
    #[arg(long, value_name = "SECONDS")]
    agent_warning_seconds: Option<u32>,
    /// Silence after which an agent is stale
    #[arg(long, value_name = "SECONDS")]
    agent_stale_seconds: Option<u32>,
    /// Silence after which an agent is dead and its tasks go back to the queue
    #[arg(long, value_name = "SECONDS")]
    agent_dead_seconds: Option<u32>,
    #[command(flatten)]
    metrics: metrics::MetricsFlags,
    #[command(flatten)]
    metrics_write: metrics_write::WriteFlags,
    #[command(flatten)]
    alerts: alerts::AlertFlags,
    #[command(flatten)]
    query: query::QueryFlags,
    /// Configuration file; `paceline.toml` here, where there is one, unless said
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print every setting with its source, and do not serve
    #[arg(long)]
    print_config: bool,
    /// Form of `--print-config`
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Args, Debug)]
struct Switches {
    /// Refuse callers without a token
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true",
        require_equals = true, action = ArgAction::Set)]
    require_tokens: Option<bool>,
    /// A proxy in front of it does TLS, so that it may listen beyond this machine
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true",
        require_equals = true, action = ArgAction::Set)]
    behind_proxy: Option<bool>,
    /// Collect per-agent and custom metrics; on unless said
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true",
        require_equals = true, action = ArgAction::Set)]
    enable_agent_metrics: Option<bool>,
    /// Write the last month's report on the first of the month; on unless said
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true",
        require_equals = true, action = ArgAction::Set)]
    monthly_report: Option<bool>,
}

impl Serve {
    pub async fn run(self) -> Result<(), Failure> {
        let environment = |name: &str| std::env::var(name).ok();
        let (file, print_config, format) = (self.config.clone(), self.print_config, self.format);
        let sources = Sources::gather(self.layer(), environment, file.as_deref())?;
        let (mut config, settings) = Config::resolve(&sources)?;
        if print_config {
            return print(&Settings(settings), format);
        }
        start_log();
        config.mcp_fixtures = std::env::var("PACELINE_MCP_FIXTURES").is_ok_and(|on| on == "1");
        let (data, is_tls) = (config.data.clone(), config.tls.is_some());
        run::run(
            config,
            |address| announce(address, is_tls, &data),
            signals::shutdown(),
        )
        .await?;
        Ok(())
    }

    fn layer(self) -> Layer {
        let given = |list: Vec<String>| Some(list).filter(|list| !list.is_empty());
        Layer {
            listen: self.listen,
            data: self.data,
            store: self.store,
            require_tokens: self.switches.require_tokens,
            behind_proxy: self.switches.behind_proxy,
            tls_cert: self.tls_cert,
            tls_key: self.tls_key,
            allowed_hosts: given(self.allowed_hosts),
            allowed_origins: given(self.allowed_origins),
            agent_warning_seconds: self.agent_warning_seconds,
            agent_stale_seconds: self.agent_stale_seconds,
            agent_dead_seconds: self.agent_dead_seconds,
            monthly_report: self.switches.monthly_report,
            query: self.query.layer(),
            features: FeatureLayer {
                enable_agent_metrics: self.switches.enable_agent_metrics,
            },
            metrics: self.metrics.layer(),
            metrics_write: self.metrics_write.layer(),
            alerts: self.alerts.layer(),
        }
    }
}

/// Scripts wait for the first line.
fn announce(address: SocketAddr, is_tls: bool, data: &Path) {
    let scheme = if is_tls { "https" } else { "http" };
    say(format!("listening on {scheme}://{address}"));
    say(format!("data in {}", data.display()));
    say(format!("MCP at {scheme}://{address}/mcp"));
}

/// The MCP library logs what its clients are told anyway: a wrong call, a caller that left.
const LOG_FILTER: &str = "warn,rmcp::service=off";

/// Warnings, on the error stream, coloured where that is a terminal; `RUST_LOG` says more or less.
pub fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(LOG_FILTER));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none())
        .with_writer(std::io::stderr);
    // Somebody who has set a log already keeps it.
    let _ = log.try_init();
}

#[derive(Debug)]
struct Settings(Vec<Setting>);

impl Serialize for Settings {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Line<'a> {
            name: &'a str,
            value: &'a str,
            source: &'a str,
        }
        serializer.collect_seq(self.0.iter().map(|setting| Line {
            name: setting.name,
            value: &setting.value,
            source: &setting.source,
        }))
    }
}

impl Present for Settings {
    fn view(&self) -> View {
        let row = |setting: &Setting| {
            vec![
                setting.name.to_owned(),
                setting.value.clone(),
                setting.source.clone(),
            ]
        };
        View::table(
            &["name", "value", "source"],
            self.0.iter().map(row).collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        serve: Serve,
    }

    fn layer(flags: &[&str]) -> Layer {
        let words = std::iter::once("serve").chain(flags.iter().copied());
        Line::try_parse_from(words)
            .unwrap_or_else(|error| panic!("{error}"))
            .serve
            .layer()
    }

    #[test]
    fn what_is_not_said_is_left_to_the_other_sources() {
        let layer = layer(&[]);
        assert!(layer.listen.is_none() && layer.data.is_none() && layer.allowed_hosts.is_none());
        assert!(layer.require_tokens.is_none() && layer.features.enable_agent_metrics.is_none());
    }

    #[test]
    fn switches_go_on_alone_and_off_with_a_value() {
        let check = |flag: &str, expected| {
            assert_eq!(
                layer(&[flag]).features.enable_agent_metrics,
                Some(expected),
                "{flag}"
            );
        };
        check("--enable-agent-metrics", true);
        check("--enable-agent-metrics=true", true);
        check("--enable-agent-metrics=false", false);
    }

    #[test]
    fn lists_are_repeated_or_separated_by_commas() {
        let layer = layer(&["--allowed-host", "a,b", "--allowed-host=c"]);
        assert_eq!(layer.allowed_hosts.unwrap(), ["a", "b", "c"]);
    }
}
