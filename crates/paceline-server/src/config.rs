//! The configuration. Owns every setting's name, default and source (flags > environment > file >
//! defaults); refuses values it does not understand, naming the setting and where it was set.

mod alert_channels;
mod alerts;
mod metrics;
mod metrics_write;
mod query;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use paceline_core::agent::SilencePolicy;
use serde::Deserialize;

pub use alert_channels::ChannelLayer;
pub use alerts::{AlertsConfig, AlertsLayer, HiddenUrl};
pub use metrics::{Bytes, MetricsConfig, MetricsLayer, Span};
pub use query::QueryLayer;

pub use crate::forward::WriteLayer;
use crate::http::prometheus::QueryLimits;

/// What one source says. Flags, environment and file all become one of these.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Layer {
    pub listen: Option<String>,
    pub data: Option<PathBuf>,
    pub store: Option<String>,
    pub require_tokens: Option<bool>,
    pub behind_proxy: Option<bool>,
    pub tls_cert: Option<PathBuf>,
    pub tls_key: Option<PathBuf>,
    /// Host names beside the loopback ones that requests may be addressed to.
    pub allowed_hosts: Option<Vec<String>>,
    /// Origins of pages that may call from a browser.
    pub allowed_origins: Option<Vec<String>>,
    pub agent_warning_seconds: Option<u32>,
    pub agent_stale_seconds: Option<u32>,
    pub agent_dead_seconds: Option<u32>,
    /// Whether the last month's report is written on the first of the month.
    pub monthly_report: Option<bool>,
    pub query: QueryLayer,
    pub features: FeatureLayer,
    pub metrics: MetricsLayer,
    pub metrics_write: WriteLayer,
    pub alerts: AlertsLayer,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct FeatureLayer {
    pub enable_agent_metrics: Option<bool>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    pub listen: SocketAddr,
    pub data: PathBuf,
    pub require_tokens: bool,
    pub behind_proxy: bool,
    pub tls: Option<(PathBuf, PathBuf)>,
    pub allowed_hosts: Vec<String>,
    pub allowed_origins: Vec<String>,
    pub silence: SilencePolicy,
    pub monthly_report: bool,
    pub query: QueryLimits,
    pub enable_agent_metrics: bool,
    pub metrics: MetricsConfig,
    /// Where samples are forwarded to, if anywhere.
    pub metrics_write: Option<crate::forward::Settings>,
    pub alerts: AlertsConfig,
    /// Fixture tools for the MCP conformance suite; never set by a file.
    pub mcp_fixtures: bool,
}

/// One line of `serve --print-config`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    pub name: &'static str,
    pub value: String,
    pub source: String,
}

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("`{name}` is `{value}` ({from}): {problem}")]
    Value {
        name: &'static str,
        value: String,
        from: String,
        problem: String,
    },
    #[error("cannot read configuration file `{path}`: {problem}")]
    File { path: PathBuf, problem: String },
    #[error("no directory for data is known on this system")]
    NoDataDirectory,
}

/// Sources in order of precedence, each with the name it goes by.
pub struct Sources {
    pub layers: Vec<(String, Layer)>,
}

impl Sources {
    /// Flags first, then the environment, then the file: `--config`, or `paceline.toml` here.
    ///
    /// # Errors
    /// When a file that was named, or is there, cannot be understood.
    pub fn gather(
        flags: Layer,
        environment: impl Fn(&str) -> Option<String>,
        file: Option<&Path>,
    ) -> Result<Self, ConfigError> {
        let mut layers = vec![("flag".to_owned(), flags)];
        layers.push(("environment".to_owned(), from_environment(environment)?));
        let default = Path::new("paceline.toml");
        if let Some(path) = file.or_else(|| default.exists().then_some(default)) {
            layers.push((path.display().to_string(), from_file(path)?));
        }
        Ok(Self { layers })
    }

    fn pick<T>(&self, of: impl Fn(&Layer) -> Option<T>) -> Option<(T, String)> {
        self.layers
            .iter()
            .find_map(|(name, layer)| Some((of(layer)?, name.clone())))
    }
}

fn from_file(path: &Path) -> Result<Layer, ConfigError> {
    let problem = |problem: String| ConfigError::File {
        path: path.to_owned(),
        problem,
    };
    let text = std::fs::read_to_string(path).map_err(|error| problem(error.to_string()))?;
    toml::from_str(&text).map_err(|error| problem(error.to_string()))
}

fn from_environment(get: impl Fn(&str) -> Option<String>) -> Result<Layer, ConfigError> {
    let text = |name: &str| get(&format!("PACELINE_{name}"));
    let list = |name: &str| {
        text(name).map(|all| all.split(',').map(|one| one.trim().to_owned()).collect())
    };
    Ok(Layer {
        listen: text("LISTEN"),
        data: text("DATA").map(PathBuf::from),
        store: text("STORE"),
        require_tokens: read(text("REQUIRE_TOKENS"), "require_tokens")?,
        behind_proxy: read(text("BEHIND_PROXY"), "behind_proxy")?,
        tls_cert: text("TLS_CERT").map(PathBuf::from),
        tls_key: text("TLS_KEY").map(PathBuf::from),
        allowed_hosts: list("ALLOWED_HOSTS"),
        allowed_origins: list("ALLOWED_ORIGINS"),
        agent_warning_seconds: read(text("AGENT_WARNING_SECONDS"), "agent_warning_seconds")?,
        agent_stale_seconds: read(text("AGENT_STALE_SECONDS"), "agent_stale_seconds")?,
        agent_dead_seconds: read(text("AGENT_DEAD_SECONDS"), "agent_dead_seconds")?,
        monthly_report: read(text("MONTHLY_REPORT"), "monthly_report")?,
        query: QueryLayer::from_environment(text)?,
        features: FeatureLayer {
            enable_agent_metrics: read(text("ENABLE_AGENT_METRICS"), "enable-agent-metrics")?,
        },
        metrics: metrics::from_environment(text)?,
        metrics_write: metrics_write::from_environment(text)?,
        alerts: alerts::from_environment(text),
    })
}

fn read<T: std::str::FromStr>(
    text: Option<String>,
    name: &'static str,
) -> Result<Option<T>, ConfigError>
where
    T::Err: std::fmt::Display,
{
    let Some(value) = text else { return Ok(None) };
    match value.parse() {
        Ok(parsed) => Ok(Some(parsed)),
        Err(problem) => Err(ConfigError::Value {
            name,
            from: "environment".to_owned(),
            problem: format!("{problem}"),
            value,
        }),
    }
}

/// The platform's directory for this program's data.
fn default_data() -> Result<PathBuf, ConfigError> {
    use etcetera::{AppStrategy, AppStrategyArgs, choose_app_strategy};
    let args = AppStrategyArgs {
        top_level_domain: "dev".to_owned(),
        author: "Paceline".to_owned(),
        app_name: "paceline".to_owned(),
    };
    choose_app_strategy(args)
        .map(|strategy| strategy.data_dir())
        .map_err(|_| ConfigError::NoDataDirectory)
}

/// Collects settings with their sources while they are resolved.
struct Resolver<'s> {
    sources: &'s Sources,
    settings: Vec<Setting>,
}

impl Resolver<'_> {
    fn value<T: std::fmt::Debug>(
        &mut self,
        name: &'static str,
        of: impl Fn(&Layer) -> Option<T>,
        default: T,
    ) -> (T, String) {
        let (value, source) = self
            .sources
            .pick(of)
            .unwrap_or((default, "default".to_owned()));
        let shown = format!("{value:?}");
        self.settings.push(Setting {
            name,
            value: shown,
            source: source.clone(),
        });
        (value, source)
    }
}

impl Config {
    /// # Errors
    /// When a value makes no sense, alone or beside another.
    pub fn resolve(sources: &Sources) -> Result<(Self, Vec<Setting>), ConfigError> {
        let mut from = Resolver {
            sources,
            settings: Vec::new(),
        };
        let listen = listen(&mut from)?;
        let data = match sources.pick(|layer| layer.data.clone()) {
            Some(_) => PathBuf::new(),
            None => default_data()?,
        };
        let (data, _) = from.value("data", |layer| layer.data.clone(), data);
        store(&mut from)?;
        let tls = tls(&mut from)?;
        let silence = silence(&mut from)?;
        let alerts = alerts::resolve(&mut from, &data)?;
        let config = Self {
            listen,
            data,
            require_tokens: from.value("require_tokens", |l| l.require_tokens, false).0,
            behind_proxy: from.value("behind_proxy", |l| l.behind_proxy, false).0,
            tls,
            allowed_hosts: from
                .value("allowed_hosts", |l| l.allowed_hosts.clone(), vec![])
                .0,
            allowed_origins: from
                .value("allowed_origins", |l| l.allowed_origins.clone(), vec![])
                .0,
            silence,
            monthly_report: from.value("monthly_report", |l| l.monthly_report, true).0,
            query: query::limits(&mut from)?,
            enable_agent_metrics: from
                .value(
                    "enable-agent-metrics",
                    |l| l.features.enable_agent_metrics,
                    true,
                )
                .0,
            metrics: metrics::resolve(&mut from)?,
            metrics_write: metrics_write::resolve(&mut from)?,
            alerts,
            mcp_fixtures: false,
        };
        Ok((config, from.settings))
    }
}

fn listen(from: &mut Resolver<'_>) -> Result<SocketAddr, ConfigError> {
    let (text, source) = from.value("listen", |l| l.listen.clone(), "127.0.0.1:7717".to_owned());
    let text = text.replacen("localhost", "127.0.0.1", 1);
    text.parse().map_err(|_| ConfigError::Value {
        name: "listen",
        value: text,
        from: source,
        problem: "must be an address and a port, such as `127.0.0.1:7717`".to_owned(),
    })
}

/// Only the embedded store exists so far; an unknown one must not be taken for it.
fn store(from: &mut Resolver<'_>) -> Result<(), ConfigError> {
    let (store, source) = from.value("store", |l| l.store.clone(), "sqlite".to_owned());
    if store == "sqlite" {
        return Ok(());
    }
    Err(ConfigError::Value {
        name: "store",
        value: store,
        from: source,
        problem: "this version has the embedded store only, `sqlite`".to_owned(),
    })
}

fn tls(from: &mut Resolver<'_>) -> Result<Option<(PathBuf, PathBuf)>, ConfigError> {
    let (cert, source) = from.value("tls_cert", |l| l.tls_cert.clone().map(Some), None);
    let (key, _) = from.value("tls_key", |l| l.tls_key.clone().map(Some), None);
    match (cert, key) {
        (Some(cert), Some(key)) => Ok(Some((cert, key))),
        (None, None) => Ok(None),
        (cert, key) => Err(ConfigError::Value {
            name: "tls_cert",
            value: cert.or(key).unwrap_or_default().display().to_string(),
            from: source,
            problem: "`tls_cert` and `tls_key` go together".to_owned(),
        }),
    }
}

fn silence(from: &mut Resolver<'_>) -> Result<SilencePolicy, ConfigError> {
    let default = SilencePolicy::default();
    let seconds = |ms: i64| u32::try_from(ms / 1_000).unwrap_or(u32::MAX);
    let (warning, _) = from.value(
        "agent_warning_seconds",
        |l| l.agent_warning_seconds,
        seconds(default.warning_ms),
    );
    let (stale, _) = from.value(
        "agent_stale_seconds",
        |l| l.agent_stale_seconds,
        seconds(default.stale_ms),
    );
    let (dead, source) = from.value(
        "agent_dead_seconds",
        |l| l.agent_dead_seconds,
        seconds(default.dead_ms),
    );
    if warning < stale && stale < dead && 0 < warning {
        let ms = |seconds: u32| i64::from(seconds) * 1_000;
        return Ok(SilencePolicy {
            warning_ms: ms(warning),
            stale_ms: ms(stale),
            dead_ms: ms(dead),
        });
    }
    Err(ConfigError::Value {
        name: "agent_dead_seconds",
        value: dead.to_string(),
        from: source,
        problem: format!("seconds to warning ({warning}), stale ({stale}), dead must rise"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(text: &str) -> Layer {
        toml::from_str(text).unwrap()
    }

    fn sources(flag: &str, environment: &str, file: &str) -> Sources {
        let names = ["flag", "environment", "paceline.toml"];
        let layers = names.iter().zip([flag, environment, file]);
        Sources {
            layers: layers
                .map(|(name, text)| ((*name).to_owned(), layer(text)))
                .collect(),
        }
    }

    #[test]
    fn the_nearest_source_wins_and_is_named() {
        let all = sources(
            "listen = '127.0.0.1:1'\ndata = '/d'",
            "listen = '127.0.0.1:2'\nrequire_tokens = true",
            "listen = '127.0.0.1:3'\n[features]\nenable-agent-metrics = false",
        );
        let (config, settings) = Config::resolve(&all).unwrap();
        assert_eq!(config.listen.port(), 1);
        assert!(config.require_tokens && !config.enable_agent_metrics);
        let source = |name| &settings.iter().find(|one| one.name == name).unwrap().source;
        assert_eq!(source("listen"), "flag");
        assert_eq!(source("require_tokens"), "environment");
        assert_eq!(source("enable-agent-metrics"), "paceline.toml");
        assert_eq!(source("behind_proxy"), "default");
    }

    #[test]
    fn nonsense_is_refused_by_name_and_source() {
        for (text, expected) in [
            ("listen = 'here'", "`listen` is `here` (flag)"),
            ("store = 'postgres://x'", "embedded store only"),
            ("tls_cert = 'c.pem'", "go together"),
            ("agent_dead_seconds = 5", "must rise"),
            (
                "[metrics]\nretention = '5'",
                "`metrics_retention` is `5` (flag): must be a duration",
            ),
            ("[metrics]\nretention = '1h'", "must be 1d to 3660d"),
            ("[metrics]\nraw_budget = '1MiB'", "at least 64MiB"),
            ("[metrics]\nraw_budget = 'big'", "must be a size"),
            ("[metrics]\nout_of_order = '2d'", "must be 0 to 1d"),
            ("[metrics]\nseries_max = 0", "at least 1"),
        ] {
            let error = Config::resolve(&sources(&format!("data='/d'\n{text}"), "", ""))
                .unwrap_err()
                .to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn what_is_said_of_metrics_reaches_the_engine() {
        let file = "data='/d'\n[metrics]\nretention='30d'\nraw_budget='none'\nper_agent_max=7";
        let flag = "[metrics]\nretention='7d'";
        let (config, settings) = Config::resolve(&sources(flag, "", file)).unwrap();
        let options = config
            .metrics
            .apply(paceline_metrics::EngineOptions::new("/d"));
        assert_eq!(options.retention_ms, 7 * 86_400_000);
        assert_eq!(options.raw_bytes_max, None);
        assert_eq!(options.limits.metrics_per_agent_max, 7);
        let named = |name| settings.iter().find(|one| one.name == name).unwrap();
        assert_eq!(named("metrics_retention").source, "flag");
        assert_eq!(named("metrics_raw_budget").source, "paceline.toml");
        assert_eq!(named("metrics_out_of_order").value, "\"1h\"");
        let (config, _) = Config::resolve(&sources("data='/d'", "", "")).unwrap();
        assert_eq!(config.metrics, MetricsConfig::default());
    }

    #[test]
    fn a_misspelt_environment_value_is_refused() {
        let get = |name: &str| (name == "PACELINE_REQUIRE_TOKENS").then(|| "yes".to_owned());
        let error = from_environment(get).unwrap_err().to_string();
        assert!(
            error.contains("`require_tokens` is `yes` (environment)"),
            "{error}"
        );
    }
}
