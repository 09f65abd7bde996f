//! Sending to receivers that are there, on loopback, and allowed by name.

mod addresses;
mod answers;
mod mails;
mod payloads;
mod private;
pub(crate) mod receiver;
mod sink;

use std::path::Path;
use std::sync::Arc;

use paceline_analysis::alerts::{Fingerprint, Labels, Notice, NoticeStatus, Noticed};
use paceline_api::AlertSeverity;
use rustls::ClientConfig;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::*;
use crate::forward::Credentials;

/// 2026-11-26T14:03:00Z.
const AT_MS: i64 = 1_795_701_780_000;

fn labels(pairs: &[(&str, &str)]) -> Labels {
    let owned = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    owned.collect()
}

fn noticed(agent: &str, severity: &str, summary: &str) -> Noticed {
    let labels = labels(&[
        ("agent", agent),
        ("alertname", "AgentSlow"),
        ("severity", severity),
    ]);
    Noticed {
        fingerprint: Fingerprint::of(&labels),
        status: NoticeStatus::Firing,
        labels,
        annotations: Labels::from([("summary".to_owned(), summary.to_owned())]),
        value: 41.0,
        starts_at_ms: AT_MS,
        ends_at_ms: None,
        path: format!("/agents/{agent}"),
    }
}

fn notice(alerts: Vec<Noticed>, sentence: &str) -> Notice {
    Notice {
        group_key: "{}:{alertname=\"AgentSlow\"}".to_owned(),
        status: NoticeStatus::Firing,
        group_labels: labels(&[("alertname", "AgentSlow")]),
        alerts,
        told: Vec::new(),
        left_out: 0,
        sentence: sentence.to_owned(),
        at_ms: AT_MS + 1_000,
    }
}

fn one_alert() -> Notice {
    notice(
        vec![noticed("a1", "critical", "a1 is slow")],
        "1 agent is slow",
    )
}

fn channel(target: Target) -> Channel {
    Channel {
        name: "ops".to_owned(),
        target,
        severity: AlertSeverity::Warning,
        after_seconds: 0,
        send_resolved: true,
        authorities: Authorities::default(),
    }
}

fn endpoint(url: &str) -> Endpoint {
    Endpoint {
        address: Address::parse(url).unwrap(),
        credentials: Credentials::None,
    }
}

fn webhook(url: &str) -> Channel {
    channel(Target::Webhook(endpoint(url)))
}

/// Hosts are allowed by name, and the certificate of the tests is trusted.
fn notifier(allowed: &[&str]) -> Notifier {
    let allowed: Vec<String> = allowed.iter().map(|host| (*host).to_owned()).collect();
    let mut roots = rustls::RootCertStore::empty();
    let certificate = tls_file("certificate.pem");
    roots
        .add(CertificateDer::from_pem_file(certificate).unwrap())
        .unwrap();
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(ring)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let allowed = AllowedHosts::parse(&allowed).unwrap();
    Notifier {
        channels: Vec::new(),
        external_url: Some("https://pace.example.com".to_owned()),
        outgoing: Outgoing::new(allowed, Arc::new(tls)),
        private: HashMap::new(),
    }
}

fn tls_file(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/http/tests/tls")
        .join(name)
}

fn acceptor() -> tokio_rustls::TlsAcceptor {
    let files = crate::http::TlsFiles {
        certificate: tls_file("certificate.pem"),
        key: tls_file("key.pem"),
    };
    files.acceptor().unwrap()
}
