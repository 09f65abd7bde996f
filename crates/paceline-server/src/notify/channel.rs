//! A channel as it is configured. Owns what is known of a receiver: where, how, who is told and
//! when; refuses to print an address or a secret.

use std::fmt;
use std::path::PathBuf;

use lettre::message::Mailbox;
use paceline_api::{AlertChannelKind, AlertSeverity};

use super::address::{Address, Host};
use super::authority::Authorities;
use crate::forward::{Credentials, Source};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    pub name: String,
    pub target: Target,
    /// What is sent there at least.
    pub severity: AlertSeverity,
    /// Only alerts that nobody acknowledged for so long; 0: at once.
    pub after_seconds: u64,
    /// Whether it is told that an alert is over.
    pub send_resolved: bool,
    /// Whom it trusts beside the public authorities.
    pub authorities: Authorities,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Webhook(Endpoint),
    Alertmanager(Endpoint),
    Slack(Endpoint),
    Email(Box<Mail>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    pub address: Address,
    pub credentials: Credentials,
}

#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    pub server: Host,
    pub tls: MailTls,
    pub from: Mailbox,
    pub to: Vec<Mailbox>,
    pub login: Option<Login>,
}

/// Mail without encryption is for relays on the same machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailTls {
    /// Begins in the clear and does not go on without TLS.
    StartTls,
    Implicit,
    None,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    pub user: String,
    pub password: Source,
}

impl Channel {
    #[must_use]
    pub const fn kind(&self) -> AlertChannelKind {
        match self.target {
            Target::Webhook(_) => AlertChannelKind::Webhook,
            Target::Alertmanager(_) => AlertChannelKind::Alertmanager,
            Target::Slack(_) => AlertChannelKind::Slack,
            Target::Email(_) => AlertChannelKind::Email,
        }
    }

    /// The receiver's, to be shown; of an address the rest may be a secret.
    #[must_use]
    pub fn host(&self) -> &Host {
        match &self.target {
            Target::Webhook(endpoint)
            | Target::Alertmanager(endpoint)
            | Target::Slack(endpoint) => endpoint.address.host(),
            Target::Email(mail) => &mail.server,
        }
    }
}

impl Target {
    #[must_use]
    pub fn has_tls(&self) -> bool {
        match self {
            Self::Webhook(endpoint) | Self::Alertmanager(endpoint) | Self::Slack(endpoint) => {
                endpoint.address.is_tls
            }
            Self::Email(mail) => mail.tls != MailTls::None,
        }
    }
}

impl Login {
    #[must_use]
    pub fn new(user: String, password_file: PathBuf) -> Self {
        Self {
            user,
            password: Source::File(password_file),
        }
    }
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.server, self.to.len())
    }
}
