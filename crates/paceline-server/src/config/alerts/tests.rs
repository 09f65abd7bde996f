//! What configurations of alerts come to, and which of them are refused.

use paceline_api::AlertSeverity;

use super::super::{Config, Layer, Setting, Sources};
use super::*;
use crate::notify::{MailTls, Target};

fn resolve_both(
    file: &str,
    environment: &[(&str, &str)],
) -> Result<(AlertsConfig, Vec<Setting>), String> {
    let text = |name: &str| {
        let found = environment.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    let environment = Layer {
        alerts: from_environment(text),
        ..Layer::default()
    };
    let file = toml::from_str(&format!("data = '/d'\n{file}"));
    let file = file.map_err(|error: toml::de::Error| error.to_string())?;
    let layers = vec![
        ("environment".to_owned(), environment),
        ("file".to_owned(), file),
    ];
    let resolved = Config::resolve(&Sources { layers });
    let (config, settings) = resolved.map_err(|error| error.to_string())?;
    Ok((config.alerts, settings))
}

fn channels(text: &str) -> Result<Vec<Channel>, String> {
    Ok(resolve_both(text, &[])?.0.channels)
}

#[test]
fn nothing_said_is_a_folder_of_rules_and_a_day_without_repetition() {
    let (alerts, _) = resolve_both("", &[]).unwrap();
    assert_eq!(alerts, AlertsConfig::new("/d".as_ref()));
    assert_eq!(alerts.rules, [PathBuf::from("/d/rules")]);
    assert_eq!(alerts.deduplicate_ms, 86_400_000);
}

#[test]
fn an_address_alone_is_a_channel_and_is_not_printed() {
    let environment = [
        ("ALERT_WEBHOOK", "https://example.com/hooks/s3cret"),
        ("ALERTMANAGER", "http://10.0.0.7:9093/s3cret"),
        ("ALERT_ALLOWED_HOSTS", "10.0.0.7, mail.internal"),
    ];
    let file = "[alerts]\ndeduplicate = '1h'\nexternal_url = 'https://pace.example.com/'";
    let (alerts, settings) = resolve_both(file, &environment).unwrap();
    let names: Vec<_> = alerts
        .channels
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(names, ["webhook", "alertmanager"]);
    assert_eq!(alerts.channels[0].host().to_string(), "example.com:443");
    assert_eq!(alerts.channels[0].severity, AlertSeverity::Warning);
    assert!(alerts.channels[0].send_resolved);
    assert_eq!(alerts.deduplicate_ms, 3_600_000);
    let link = alerts.external_url.as_deref();
    assert_eq!(link, Some("https://pace.example.com"));
    let printed = format!("{settings:?} {alerts:?}");
    assert!(!printed.contains("s3cret"), "{printed}");
    assert!(
        printed.contains("https://example.com:443/(hidden)"),
        "{printed}"
    );
}

#[test]
fn a_channel_of_each_kind_is_understood() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "https://hooks.example.com/services/T/B/x\n").unwrap();
    let secret = secret.display();
    let file = format!(
        "[[alerts.channels]]\nname = 'ops'\nkind = 'webhook'\nurl = 'https://example.com/x'\n\
         token_file = '{secret}'\nseverity = 'critical'\nafter = '15m'\nsend_resolved = false\n\
         [[alerts.channels]]\nname = 'chat'\nkind = 'slack'\nurl_file = '{secret}'\n\
         [[alerts.channels]]\nname = 'am'\nkind = 'alertmanager'\nurl = 'https://am.example.com/'\n\
         [[alerts.channels]]\nname = 'mail'\nkind = 'email'\nserver = 'mail.example.com'\n\
         from = 'Paceline <pace@example.com>'\nto = ['a@example.com', 'B <b@example.com>']\n\
         username = 'pace'\npassword_file = '{secret}'\ntls = 'tls'"
    );
    let channels = channels(&file).unwrap();
    assert_eq!(channels[0].after_seconds, 900);
    assert_eq!(channels[0].severity, AlertSeverity::Critical);
    assert!(!channels[0].send_resolved);
    assert_eq!(channels[1].host().name, "hooks.example.com");
    let Target::Email(mail) = &channels[3].target else {
        panic!("no mail: {channels:?}");
    };
    assert_eq!(mail.server.to_string(), "mail.example.com:465");
    assert_eq!((mail.tls, mail.to.len()), (MailTls::Implicit, 2));
    assert_eq!(mail.login.as_ref().unwrap().user, "pace");
}

#[test]
fn authorities_of_a_channel_are_read_at_the_start() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/notify/tests/tls");
    let with = |file: &str, url: &str| {
        let file = folder.join(file);
        channels(&format!(
            "[[alerts.channels]]\nname = 'ops'\nkind = 'webhook'\nurl = '{url}'\nca_file = '{}'",
            file.display()
        ))
    };
    let read = with("authority.pem", "https://example.com/x").unwrap();
    assert!(!read[0].authorities.is_empty());
    let error = with("missing.pem", "https://example.com/x").unwrap_err();
    assert!(
        error.contains("`ops`") && error.contains("`ca_file`: cannot read `"),
        "{error}"
    );
    assert!(error.contains("missing.pem"), "{error}");
    let error = with("authority.pem", "http://example.com/x").unwrap_err();
    assert!(error.contains("has a `ca_file` and no TLS"), "{error}");
}

#[test]
fn nonsense_is_refused_by_name_with_what_to_do() {
    let check = |alerts: &str, expected: &str| {
        let error = resolve_both(&format!("[alerts]\n{alerts}"), &[]).err();
        let error = error.unwrap_or_else(|| panic!("taken: {alerts}"));
        assert!(error.contains(expected), "{alerts}: {error}");
    };
    check(
        "deduplicate = 'often'",
        "`alert_deduplicate` is `often` (file): must be a duration",
    );
    check("deduplicate = '31d'", "must be 0 to 30d");
    check(
        "rules = ['/nonexistent']",
        "`alert_rules` is `/nonexistent` (file): there is no such",
    );
    check(
        "external_url = 'pace'",
        "`alert_external_url` is `pace` (file): must begin",
    );
    check(
        "allowed_hosts = ['http://x/']",
        "`alert_allowed_hosts` is `http://x/`",
    );
    check(
        "webhook = 'ftp://x/'",
        "`alert_webhook` is `webhook` (file): its address must begin",
    );
    check(
        "webhook = 'http://u:p4ss@x/'",
        "must not hold a user or password",
    );
    check("webhook = 'http://127.0.0.1/'", "add it to `allowed_hosts`");
    check(
        "webhook = 'http://[::ffff:10.0.0.1]/'",
        "is a private address",
    );
    check("webhook = 'http://2130706433/'", "four numbers");
    check("webhook = 'http://0x7f.1/'", "four numbers");
    check("unknown = 1", "unknown field `unknown`");
}

#[test]
fn channels_that_cannot_work_are_refused_by_name() {
    let check = |channel: &str, expected: &str| {
        let error = channels(&format!("[[alerts.channels]]\n{channel}")).err();
        let error = error.unwrap_or_else(|| panic!("taken: {channel}"));
        assert!(error.contains(expected), "{channel}: {error}");
    };
    let hook =
        |more: &str| format!("name = 'ops'\nkind = 'webhook'\nurl = 'https://h.example/'\n{more}");
    check(
        &hook("severity = 'high'"),
        "`alert_channels` is `ops` (file): `severity` is `high`",
    );
    check(
        &hook("after = 'soon'"),
        "`after` is `soon` and must be a duration",
    );
    check(&hook("after = '1500ms'"), "must be whole seconds");
    check(&hook("url_file = '/x'"), "do not go together");
    check(
        &hook("token_file = '/nonexistent'"),
        "cannot read the secret in `/nonexistent`",
    );
    check(
        &hook("to = ['a@example.com']"),
        "`to` means nothing to kind `webhook`",
    );
    check(
        "name = 'x'\nkind = 'pager'",
        "`kind` is `pager` and must be",
    );
    check("name = 'x'", "has no `kind`");
    check("name = 'a b'\nkind = 'slack'", "`name` must be");
    check("name = 'x'\nkind = 'slack'", "`url` or `url_file`");
    check(
        "name = 'x'\nkind = 'slack'\nurl_file = '/nonexistent'",
        "cannot read `/nonexistent`",
    );
    let twice = format!("{}[[alerts.channels]]\n{}", hook(""), hook(""));
    check(&twice, "is the name of another channel too");
}

#[test]
fn mail_that_cannot_work_is_refused_by_name() {
    let check = |more: &str, expected: &str| {
        let channel = format!("[[alerts.channels]]\nname = 'm'\nkind = 'email'\n{more}");
        let error = channels(&channel).err();
        let error = error.unwrap_or_else(|| panic!("taken: {more}"));
        assert!(error.contains(expected), "{more}: {error}");
    };
    let mail = |more: &str| {
        format!("server = 'm.example:25'\nfrom = 'a@example.com'\nto = ['b@example.com']\n{more}")
    };
    check("from = 'a@example.com'", "needs a `server`");
    check("server = 'm.example'", "needs a `from`");
    check(
        "server = 'm.example'\nfrom = 'a@example.com'",
        "addresses in `to`",
    );
    check(&mail("tls = 'ssl'"), "`tls` is `ssl`");
    check(
        &mail("url = 'https://x.example/'"),
        "`url` means nothing to kind `email`",
    );
    check(&mail("username = 'x'"), "go together");
    check(
        &mail("username = 'x'\npassword_file = '/x'\ntls = 'none'"),
        "in the clear",
    );
    let from =
        |from: &str| format!("server = 'm.example'\nto = ['b@example.com']\nfrom = \"{from}\"");
    check(&from("nobody"), "`from` holds `nobody`");
    check(
        &from("a@example.com\\r\\nBcc: c@example.com"),
        "which is no mail address",
    );
    let server = |server: &str| {
        format!("server = '{server}'\nfrom = 'a@example.com'\nto = ['b@example.com']")
    };
    check(&server("10.1.2.3:25"), "is a private address");
    check(&server("u@m.example:25"), "must be `host:port`");
    check(&server("m.example:99999"), "`server` must have a port");
}
