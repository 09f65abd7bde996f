//! Settings of alerts. Owns their names, defaults and bounds; refuses to print where channels send
//! to, because such an address is often a secret. Channels themselves: `alert_channels.rs`.

use std::fmt;
use std::path::PathBuf;

use serde::Deserialize;

use super::alert_channels::{self, ChannelLayer};
use super::{ConfigError, Resolver, Span};
use crate::notify::{Address, AllowedHosts, Channel};

const DAY_MS: i64 = 86_400_000;
const DEDUPLICATE_MS: i64 = DAY_MS;
const DEDUPLICATE_MS_MAX: i64 = 30 * DAY_MS;

/// What one source says: `[alerts]` of the file, `--alert-…`, `PACELINE_ALERT_…`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AlertsLayer {
    /// Rule files, and folders of them.
    pub rules: Option<Vec<PathBuf>>,
    /// Where people see the dashboard, for links.
    pub external_url: Option<String>,
    /// Receivers that may be on private networks, as their channels name them.
    pub allowed_hosts: Option<Vec<String>>,
    pub deduplicate: Option<String>,
    /// A channel by its address alone, named `webhook`.
    pub webhook: Option<HiddenUrl>,
    /// Likewise, named `alertmanager`.
    pub alertmanager: Option<HiddenUrl>,
    pub channels: Option<Vec<ChannelLayer>>,
}

/// Whoever knows it can post to it: it is not printed.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct HiddenUrl(pub String);

impl fmt::Debug for HiddenUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Address::parse(&self.0) {
            Ok(address) => write!(f, "{address:?}"),
            Err(_) => f.write_str("(hidden)"),
        }
    }
}

/// The part of a configuration that alerts need.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertsConfig {
    /// Rule files, and folders of them; one that is not there holds no rules.
    pub rules: Vec<PathBuf>,
    /// Without a slash at its end.
    pub external_url: Option<String>,
    pub allowed_hosts: AllowedHosts,
    /// An alert that fires again within this time is not told again.
    pub deduplicate_ms: i64,
    pub channels: Vec<Channel>,
}

impl AlertsConfig {
    /// Of a server that was told nothing about alerts.
    #[must_use]
    pub fn new(data: &std::path::Path) -> Self {
        Self {
            rules: vec![data.join("rules")],
            external_url: None,
            allowed_hosts: AllowedHosts::default(),
            deduplicate_ms: DEDUPLICATE_MS,
            channels: Vec::new(),
        }
    }
}

/// `PACELINE_ALERT_RULES` and so on; channels with more than an address are the file's.
pub(super) fn from_environment(text: impl Fn(&str) -> Option<String>) -> AlertsLayer {
    let list = |name: &str| -> Option<Vec<String>> {
        let all = text(name)?;
        Some(all.split(',').map(|one| one.trim().to_owned()).collect())
    };
    AlertsLayer {
        rules: list("ALERT_RULES").map(|all| all.into_iter().map(PathBuf::from).collect()),
        external_url: text("ALERT_EXTERNAL_URL"),
        allowed_hosts: list("ALERT_ALLOWED_HOSTS"),
        deduplicate: text("ALERT_DEDUPLICATE"),
        webhook: text("ALERT_WEBHOOK").map(HiddenUrl),
        alertmanager: text("ALERTMANAGER").map(HiddenUrl),
        channels: None,
    }
}

pub(super) fn resolve(
    from: &mut Resolver<'_>,
    data: &std::path::Path,
) -> Result<AlertsConfig, ConfigError> {
    let allowed_hosts = allowed_hosts(from)?;
    Ok(AlertsConfig {
        rules: rules(from, data)?,
        external_url: external_url(from)?,
        deduplicate_ms: deduplicate(from)?,
        channels: alert_channels::resolve(from, &allowed_hosts)?,
        allowed_hosts,
    })
}

/// A path that somebody named has to be there: a typing error would look like a quiet fleet.
fn rules(from: &mut Resolver<'_>, data: &std::path::Path) -> Result<Vec<PathBuf>, ConfigError> {
    let default = AlertsConfig::new(data).rules;
    let is_said = from.sources.pick(|l| l.alerts.rules.clone()).is_some();
    let (rules, source) = from.value("alert_rules", |l| l.alerts.rules.clone(), default);
    match rules.iter().find(|path| is_said && !path.exists()) {
        None => Ok(rules),
        Some(missing) => Err(ConfigError::Value {
            name: "alert_rules",
            value: missing.display().to_string(),
            from: source,
            problem: "there is no such file or folder".to_owned(),
        }),
    }
}

fn external_url(from: &mut Resolver<'_>) -> Result<Option<String>, ConfigError> {
    let of = |l: &super::Layer| l.alerts.external_url.clone().map(Some);
    let (Some(url), source) = from.value("alert_external_url", of, None) else {
        return Ok(None);
    };
    match Address::parse(&url) {
        Ok(_) => Ok(Some(url.trim_end_matches('/').to_owned())),
        Err(problem) => Err(ConfigError::Value {
            name: "alert_external_url",
            value: without_secret(url),
            from: source,
            problem,
        }),
    }
}

fn allowed_hosts(from: &mut Resolver<'_>) -> Result<AllowedHosts, ConfigError> {
    let of = |l: &super::Layer| l.alerts.allowed_hosts.clone();
    let (hosts, source) = from.value("alert_allowed_hosts", of, Vec::new());
    AllowedHosts::parse(&hosts).map_err(|(value, problem)| ConfigError::Value {
        name: "alert_allowed_hosts",
        value,
        from: source,
        problem,
    })
}

fn deduplicate(from: &mut Resolver<'_>) -> Result<i64, ConfigError> {
    let of = |l: &super::Layer| l.alerts.deduplicate.clone();
    let default = "24h".to_owned();
    let (value, source) = from.value("alert_deduplicate", of, default);
    let problem = match value.parse::<Span>() {
        Ok(Span(ms)) if (0..=DEDUPLICATE_MS_MAX).contains(&ms) => return Ok(ms),
        Ok(_) => "must be 0 to 30d".to_owned(),
        Err(problem) => problem,
    };
    Err(ConfigError::Value {
        name: "alert_deduplicate",
        value,
        from: source,
        problem,
    })
}

/// An address that is refused may hold the password that it is refused for.
pub(super) fn without_secret(url: String) -> String {
    match url.contains('@') {
        true => "(hidden)".to_owned(),
        false => url,
    }
}

#[cfg(test)]
mod tests;
