//! Channels as a file describes them. Owns which fields each kind has; refuses a field that a kind
//! does nothing with, and two channels of one name.

use std::fmt;
use std::path::{Path, PathBuf};

use http::uri::Authority;
use lettre::message::Mailbox;
use paceline_api::AlertSeverity;
use serde::Deserialize;

use super::{ConfigError, Layer, Resolver, Span};
use crate::forward::{Credentials, Source};
use crate::notify::{
    Address, AllowedHosts, Authorities, Channel, Endpoint, Host, Login, Mail, MailTls, Target,
};

const NAME_LENGTH_MAX: usize = 64;
const RECIPIENTS_MAX: usize = 50;

/// One `[[alerts.channels]]`.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ChannelLayer {
    pub name: String,
    /// `webhook`, `alertmanager`, `slack` or `email`.
    pub kind: String,
    pub url: Option<String>,
    /// A file with the address, where that is a secret.
    pub url_file: Option<PathBuf>,
    pub token_file: Option<PathBuf>,
    pub basic_file: Option<PathBuf>,
    /// Authorities that the receiver's certificate may be of, beside the public ones.
    pub ca_file: Option<PathBuf>,
    /// `info`, `warning` or `critical`, the least that is sent.
    pub severity: Option<String>,
    /// Only what nobody acknowledged for so long.
    pub after: Option<String>,
    pub send_resolved: Option<bool>,
    /// `host:port`.
    pub server: Option<String>,
    /// `starttls`, `tls` or `none`.
    pub tls: Option<String>,
    pub from: Option<String>,
    pub to: Option<Vec<String>>,
    pub username: Option<String>,
    pub password_file: Option<PathBuf>,
}

impl fmt::Debug for ChannelLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.kind)
    }
}

type Problem = String;

pub(super) fn resolve(
    from: &mut Resolver<'_>,
    allowed: &AllowedHosts,
) -> Result<Vec<Channel>, ConfigError> {
    let mut channels = Vec::new();
    let short = [
        short(from, "alert_webhook", "webhook", |l| {
            l.alerts.webhook.clone()
        }),
        short(from, "alertmanager", "alertmanager", |l| {
            l.alerts.alertmanager.clone()
        }),
    ];
    let of = |l: &Layer| l.alerts.channels.clone();
    let (described, source) = from.value("alert_channels", of, Vec::new());
    let described = described
        .into_iter()
        .map(|layer| ("alert_channels", layer, source.clone()));
    for (name, layer, from) in short.into_iter().flatten().chain(described) {
        let value = layer.name.clone();
        let channel = match channel(layer, allowed) {
            Ok(one) if has(&channels, &one) => Err("is the name of another channel too".to_owned()),
            other => other,
        };
        channels.push(channel.map_err(|problem| ConfigError::Value {
            name,
            value,
            from,
            problem,
        })?);
    }
    Ok(channels)
}

fn has(channels: &[Channel], one: &Channel) -> bool {
    channels.iter().any(|known| known.name == one.name)
}

/// A channel that is its address alone.
fn short(
    from: &mut Resolver<'_>,
    setting: &'static str,
    kind: &str,
    of: fn(&Layer) -> Option<super::alerts::HiddenUrl>,
) -> Option<(&'static str, ChannelLayer, String)> {
    let (url, source) = from.value(setting, |layer| of(layer).map(Some), None);
    let layer = ChannelLayer {
        name: kind.to_owned(),
        kind: kind.to_owned(),
        url: Some(url?.0),
        ..ChannelLayer::default()
    };
    Some((setting, layer, source))
}

fn channel(layer: ChannelLayer, allowed: &AllowedHosts) -> Result<Channel, Problem> {
    check_name(&layer.name)?;
    let target = match layer.kind.as_str() {
        "webhook" => Target::Webhook(endpoint(&layer)?),
        "alertmanager" => Target::Alertmanager(endpoint(&layer)?),
        "slack" => Target::Slack(endpoint(&layer)?),
        "email" => Target::Email(Box::new(mail(&layer)?)),
        "" => return Err("has no `kind`: webhook, alertmanager, slack or email".to_owned()),
        kind => {
            return Err(format!(
                "`kind` is `{kind}` and must be webhook, alertmanager, slack or email"
            ));
        }
    };
    let channel = Channel {
        authorities: authorities(layer.ca_file.as_deref(), &target)?,
        name: layer.name,
        target,
        severity: severity(layer.severity.as_deref())?,
        after_seconds: after(layer.after.as_deref())?,
        send_resolved: layer.send_resolved.unwrap_or(true),
    };
    channel.host().check(allowed)?;
    Ok(channel)
}

fn authorities(file: Option<&Path>, target: &Target) -> Result<Authorities, Problem> {
    match file {
        None => Ok(Authorities::default()),
        Some(_) if !target.has_tls() => {
            Err("has a `ca_file` and no TLS, which alone asks for one: remove it".to_owned())
        }
        Some(file) => Authorities::read(file).map_err(|problem| format!("`ca_file`: {problem}")),
    }
}

fn check_name(name: &str) -> Result<(), Problem> {
    let known = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    if name.is_empty() || NAME_LENGTH_MAX < name.len() || !name.chars().all(known) {
        return Err(format!(
            "`name` must be 1 to {NAME_LENGTH_MAX} letters, digits, `-` and `_`"
        ));
    }
    Ok(())
}

fn severity(text: Option<&str>) -> Result<AlertSeverity, Problem> {
    match text {
        None | Some("warning") => Ok(AlertSeverity::Warning),
        Some("info") => Ok(AlertSeverity::Info),
        Some("critical") => Ok(AlertSeverity::Critical),
        Some(other) => Err(format!(
            "`severity` is `{other}` and must be info, warning or critical"
        )),
    }
}

fn after(text: Option<&str>) -> Result<u64, Problem> {
    let Some(text) = text else { return Ok(0) };
    let span: Span = text
        .parse()
        .map_err(|problem| format!("`after` is `{text}` and {problem}"))?;
    if 0 < span.0 % 1_000 {
        return Err(format!("`after` is `{text}` and must be whole seconds"));
    }
    Ok(span.0.unsigned_abs() / 1_000)
}

fn endpoint(layer: &ChannelLayer) -> Result<Endpoint, Problem> {
    let of_mail = [
        ("server", layer.server.is_some()),
        ("tls", layer.tls.is_some()),
        ("from", layer.from.is_some()),
        ("to", layer.to.is_some()),
        ("username", layer.username.is_some()),
        ("password_file", layer.password_file.is_some()),
    ];
    refuse(&layer.kind, &of_mail)?;
    let url = match (&layer.url, &layer.url_file) {
        (Some(url), None) => url.clone(),
        (None, Some(file)) => read(file)?,
        (None, None) => return Err("needs an address: `url` or `url_file`".to_owned()),
        (Some(_), Some(_)) => return Err("`url` and `url_file` do not go together".to_owned()),
    };
    let address = Address::parse(&url).map_err(|problem| format!("its address {problem}"))?;
    let credentials = match (&layer.token_file, &layer.basic_file) {
        (None, None) => Credentials::None,
        (Some(file), None) => Credentials::Token(Source::File(file.clone())),
        (None, Some(file)) => Credentials::Basic(Source::File(file.clone())),
        (Some(_), Some(_)) => {
            return Err("`token_file` and `basic_file` do not go together".to_owned());
        }
    };
    // Now, and not when the first alert has nowhere to go.
    credentials
        .authorization()
        .map_err(|error| format!("cannot {error}"))?;
    Ok(Endpoint {
        address,
        credentials,
    })
}

fn mail(layer: &ChannelLayer) -> Result<Mail, Problem> {
    let of_http = [
        ("url", layer.url.is_some()),
        ("url_file", layer.url_file.is_some()),
        ("token_file", layer.token_file.is_some()),
        ("basic_file", layer.basic_file.is_some()),
    ];
    refuse(&layer.kind, &of_http)?;
    let (tls, port) = match layer.tls.as_deref() {
        None | Some("starttls") => (MailTls::StartTls, 587),
        Some("tls") => (MailTls::Implicit, 465),
        Some("none") => (MailTls::None, 25),
        Some(other) => {
            return Err(format!(
                "`tls` is `{other}` and must be starttls, tls or none"
            ));
        }
    };
    let server = layer
        .server
        .as_deref()
        .ok_or("needs a `server`, `host:port`")?;
    let from = layer.from.as_deref().ok_or("needs a `from` address")?;
    let to = layer.to.as_deref().unwrap_or_default();
    if to.is_empty() || RECIPIENTS_MAX < to.len() {
        return Err(format!("needs 1 to {RECIPIENTS_MAX} addresses in `to`"));
    }
    Ok(Mail {
        server: mail_server(server, port)?,
        tls,
        from: mailbox("from", from)?,
        to: to
            .iter()
            .map(|one| mailbox("to", one))
            .collect::<Result<_, _>>()?,
        login: login(layer, tls)?,
    })
}

fn mail_server(text: &str, port: u16) -> Result<Host, Problem> {
    let authority = text.parse::<Authority>().ok();
    let authority = authority
        .filter(|authority| !authority.as_str().contains('@'))
        .ok_or("`server` must be `host:port`, such as `mail.example.com:587`")?;
    Host::of(&authority, port).map_err(|problem| format!("`server` {problem}"))
}

fn mailbox(field: &str, text: &str) -> Result<Mailbox, Problem> {
    let refused = || {
        let shown: String = text.chars().filter(|one| !one.is_control()).collect();
        format!("`{field}` holds `{shown}`, which is no mail address such as `team@example.com`")
    };
    if text.chars().any(char::is_control) {
        return Err(refused());
    }
    text.parse().map_err(|_| refused())
}

fn login(layer: &ChannelLayer, tls: MailTls) -> Result<Option<Login>, Problem> {
    match (&layer.username, &layer.password_file) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) if tls == MailTls::None => {
            Err("would send its password in the clear: set `tls` to starttls or tls".to_owned())
        }
        (Some(user), Some(file)) => {
            read(file)?;
            Ok(Some(Login::new(user.clone(), file.clone())))
        }
        _ => Err("`username` and `password_file` go together".to_owned()),
    }
}

fn read(file: &Path) -> Result<String, Problem> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| format!("cannot read `{}`: {error}", file.display()))?;
    Ok(text.trim().to_owned())
}

fn refuse(kind: &str, fields: &[(&str, bool)]) -> Result<(), Problem> {
    match fields.iter().find(|(_, is_given)| *is_given) {
        None => Ok(()),
        Some((field, _)) => Err(format!(
            "`{field}` means nothing to kind `{kind}`: remove it"
        )),
    }
}
