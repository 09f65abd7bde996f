//! Receivers whose certificate is of a private authority, which is in a file.

use std::path::{Path, PathBuf};

use tokio_rustls::TlsAcceptor;

use super::receiver::{Receiver, status};
use super::sink::Sink;
use super::*;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/notify/tests/tls")
        .join(name)
}

/// With a certificate of the authority in `authority.pem`.
fn private_acceptor() -> TlsAcceptor {
    let files = crate::http::TlsFiles {
        certificate: file("certificate.pem"),
        key: file("key.pem"),
    };
    files.acceptor().unwrap()
}

fn trusting(target: Target) -> Channel {
    Channel {
        authorities: Authorities::read(&file("authority.pem")).unwrap(),
        ..channel(target)
    }
}

/// As a configuration makes it, on loopback.
async fn send(channel: &Channel) -> Result<(), SendError> {
    let allowed = AllowedHosts::parse(&["localhost".to_owned()]).unwrap();
    let notifier = Notifier::new(vec![channel.clone()], allowed, None).unwrap();
    notifier.send(channel, &one_alert()).await
}

#[tokio::test]
async fn a_receiver_of_a_private_authority_is_told_by_who_trusts_it_and_by_nobody_else() {
    let answers = vec![status("200 OK")];
    let mut receiver = Receiver::behind(Some(private_acceptor()), answers).await;
    let address = format!("https://localhost:{}/x", receiver.address.port());
    for target in [Target::Webhook, Target::Slack, Target::Alertmanager] {
        let trusting = trusting(target(endpoint(&address)));
        send(&trusting).await.unwrap();
        let head = receiver.next().await.head;
        assert!(head.starts_with("post /x"), "{head}");
        let strange = channel(trusting.target);
        let error = send(&strange).await.unwrap_err();
        let expected = "no TLS connection to `localhost:";
        assert!(error.why.starts_with(expected) && error.again, "{error}");
    }
    assert!(receiver.is_quiet());
}

#[tokio::test]
async fn a_mail_server_of_a_private_authority_is_spoken_to() {
    for tls in [MailTls::Implicit, MailTls::StartTls] {
        let sink = Sink::behind(private_acceptor(), tls, None).await;
        let mail = Mail {
            server: Host::new("localhost", sink.address.port()).unwrap(),
            tls,
            from: "pace@example.com".parse().unwrap(),
            to: vec!["ops@example.com".parse().unwrap()],
            login: None,
        };
        send(&trusting(Target::Email(Box::new(mail))))
            .await
            .unwrap();
        let message = sink.taken().await.message;
        assert!(message.contains("1 agent is slow"), "{message}");
    }
}

/// The authority is trusted, its certificate for another name is not.
#[tokio::test]
async fn an_authority_vouches_for_the_name_that_the_channel_has() {
    let answers = vec![status("200 OK")];
    let mut receiver = Receiver::behind(Some(private_acceptor()), answers).await;
    let address = format!("https://127.0.0.1:{}/x", receiver.address.port());
    let named_otherwise = trusting(Target::Webhook(endpoint(&address)));
    let allowed = AllowedHosts::parse(&["127.0.0.1".to_owned()]).unwrap();
    let notifier = Notifier::new(vec![named_otherwise.clone()], allowed, None).unwrap();
    let error = notifier.send(&named_otherwise, &one_alert()).await;
    let error = error.unwrap_err();
    assert!(error.why.starts_with("no TLS connection to"), "{error}");
    assert!(receiver.is_quiet());
}

#[test]
fn a_file_that_holds_no_authority_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let check = |name: &str, text: &[u8], expected: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        let problem = Authorities::read(&path).unwrap_err();
        assert!(problem.contains(&path.display().to_string()), "{problem}");
        assert!(problem.contains(expected), "{problem}");
    };
    let good = std::fs::read(file("authority.pem")).unwrap();
    check("empty", b"", "holds no certificate");
    check("der", &[0x30, 0x82, 0xff, 0x00], "holds no certificate");
    check("cut", &good[..good.len() / 2], "is no PEM file");
    check(
        "key",
        &std::fs::read(file("key.pem")).unwrap(),
        "holds no certificate",
    );
    let broken = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    check("second", &[&good[..], broken].concat(), "certificate 2 of");
    check("huge", &vec![b'x'; (1 << 20) + 1], "has more than");
    let missing = folder.path().join("missing");
    let problem = Authorities::read(&missing).unwrap_err();
    assert!(problem.starts_with("cannot read `"), "{problem}");
    assert_eq!(
        Authorities::read(&file("authority.pem")).map(|one| one.is_empty()),
        Ok(false)
    );
}
