//! Alerts on their way out. Owns what each kind of channel is sent, and what an answer means; refuses
//! to decide who is told what and when, to keep what could not be sent, and to show what a receiver
//! answers.
//!
//! ```text
//! Notice ──> webhook | alertmanager | slack ──> exchange ──┐
//!       └──> mail ───────────────────────────────────────┴──> address: resolve, check, connect
//! ```
//!
//! Decision 0033 says why addresses are checked as they are.

mod address;
mod authority;
mod channel;
mod exchange;
mod mail;
mod slack;
mod smtp;
#[cfg(test)]
pub(crate) mod tests;
mod text;
mod webhook;

use std::collections::HashMap;
use std::time::Duration;

use paceline_analysis::alerts::{Notice, Noticed};

use crate::forward::SettingsError;
use exchange::Outgoing;

pub use address::{Address, AllowedHosts, Host};
pub use authority::Authorities;
pub use channel::{Channel, Endpoint, Login, Mail, MailTls, Target};
pub(crate) use text::one_line;

/// For so long an Alertmanager believes that an alert fires, unless it is told again: as Prometheus does
/// it, four times the minute after which it repeats itself.
pub const FIRING_BELIEVED_MS: i64 = 4 * 60_000;

/// Sends to the channels of a configuration.
pub struct Notifier {
    channels: Vec<Channel>,
    external_url: Option<String>,
    outgoing: Outgoing,
    /// Of channels that trust more than the public authorities, by name.
    private: HashMap<String, Outgoing>,
}

/// Why something was not delivered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct SendError {
    /// One sentence; never what the receiver said, which may be anything.
    pub why: String,
    /// Whether another attempt may end otherwise.
    pub again: bool,
    /// How long the receiver wants to be left alone.
    pub after: Option<Duration>,
}

impl Notifier {
    /// # Errors
    /// When TLS cannot be used at all.
    pub fn new(
        channels: Vec<Channel>,
        allowed: AllowedHosts,
        external_url: Option<String>,
    ) -> Result<Self, rustls::Error> {
        let trusting = |authorities: &Authorities| -> Result<Outgoing, rustls::Error> {
            Ok(Outgoing::new(allowed.clone(), authorities.client()?))
        };
        let private = channels.iter();
        let private = private.filter(|channel| !channel.authorities.is_empty());
        let private = private.map(|channel| {
            let outgoing = trusting(&channel.authorities)?;
            Ok((channel.name.clone(), outgoing))
        });
        let private = private.collect::<Result<_, rustls::Error>>()?;
        Ok(Self {
            external_url,
            outgoing: trusting(&Authorities::default())?,
            private,
            channels,
        })
    }

    fn outgoing(&self, channel: &Channel) -> &Outgoing {
        let private = self.private.get(&channel.name);
        private.unwrap_or(&self.outgoing)
    }

    #[must_use]
    pub fn channels(&self) -> &[Channel] {
        &self.channels
    }

    /// Once, in the channel's own form.
    ///
    /// # Errors
    /// [`SendError`], which says whether another attempt makes sense.
    pub async fn send(&self, channel: &Channel, notice: &Notice) -> Result<(), SendError> {
        let link = self.external_url.as_deref();
        let outgoing = self.outgoing(channel);
        match &channel.target {
            Target::Webhook(endpoint) => {
                let body = webhook::message(notice, &channel.name, link);
                outgoing.post(endpoint, written(body)?).await
            }
            Target::Slack(endpoint) => {
                let body = slack::message(notice, link);
                outgoing.post(endpoint, written(body)?).await
            }
            Target::Alertmanager(_) => {
                let believed_until_ms = notice.at_ms.saturating_add(FIRING_BELIEVED_MS);
                self.push(channel, &notice.alerts, believed_until_ms).await
            }
            Target::Email(to) => {
                let message = mail::message(notice, &channel.name, to, link)?;
                outgoing.mail(to, &message).await
            }
        }
    }

    /// Alerts as they are, to an Alertmanager, which groups and repeats by itself. It takes those that
    /// fire for over at `ends_at_ms_of_firing` unless it is told again before.
    ///
    /// # Errors
    /// [`SendError`], which says whether another attempt makes sense.
    pub async fn push(
        &self,
        channel: &Channel,
        alerts: &[Noticed],
        ends_at_ms_of_firing: i64,
    ) -> Result<(), SendError> {
        let Target::Alertmanager(endpoint) = &channel.target else {
            let why = format!("`{}` is no Alertmanager", channel.name);
            return Err(SendError::for_good(why));
        };
        let body = webhook::push(alerts, ends_at_ms_of_firing, self.external_url.as_deref());
        let endpoint = Endpoint {
            address: endpoint.address.below("/api/v2/alerts"),
            credentials: endpoint.credentials.clone(),
        };
        let outgoing = self.outgoing(channel);
        outgoing.post(&endpoint, written(body)?).await
    }
}

fn written(body: serde_json::Result<Vec<u8>>) -> Result<Vec<u8>, SendError> {
    body.map_err(|error| SendError::for_good(format!("the notice cannot be written: {error}")))
}

/// Each time, so that a secret can be changed without a restart.
async fn read_secret<T: Send + 'static>(
    read: impl FnOnce() -> Result<T, SettingsError> + Send + 'static,
) -> Result<T, SendError> {
    match tokio::task::spawn_blocking(read).await {
        Ok(Ok(secret)) => Ok(secret),
        Ok(Err(error)) => Err(SendError::again(format!("cannot {error}"))),
        Err(_) => Err(SendError::again("reading a secret panicked".to_owned())),
    }
}

impl SendError {
    pub(crate) const fn again(why: String) -> Self {
        Self {
            why,
            again: true,
            after: None,
        }
    }

    pub(crate) const fn for_good(why: String) -> Self {
        Self {
            why,
            again: false,
            after: None,
        }
    }
}
