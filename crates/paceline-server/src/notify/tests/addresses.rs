//! Which addresses are spoken to. On the private ones something listens, so that a check which is left out
//! is seen.

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

use super::super::address::is_public;
use super::receiver::{Receiver, status};
use super::*;

#[test]
fn only_addresses_of_the_internet_are_public() {
    let check = |text: &str, expected: bool| {
        assert_eq!(is_public(text.parse().unwrap()), expected, "{text}");
    };
    for private in [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.255",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
    ] {
        check(private, false);
        check(&format!("::ffff:{private}"), false);
        check(&format!("64:ff9b::{private}"), false);
        check(&format!("::{private}"), false);
    }
    for public in [
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.0.0.1",
        "128.0.0.1",
        "169.253.0.1",
        "169.255.0.1",
        "172.15.255.255",
        "172.32.0.0",
        "192.167.0.1",
        "192.169.0.1",
        "198.17.0.1",
        "198.20.0.1",
        "223.255.255.255",
    ] {
        check(public, true);
        check(&format!("::ffff:{public}"), true);
        check(&format!("64:ff9b::{public}"), true);
    }
    for private in [
        "::",
        "::1",
        "::1.1.1.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fdff::1",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "ff02::1",
    ] {
        check(private, false);
    }
    for public in [
        "2606:4700:4700::1111",
        "2a00:1450::1",
        "2001:4860:4860::8888",
        "2400::1",
    ] {
        check(public, true);
    }
}

#[test]
fn addresses_are_read_strictly() {
    let check = |url: &str, expected: Result<&str, &str>| match (Address::parse(url), expected) {
        (Ok(address), Ok(host)) => assert_eq!(address.host().to_string(), host, "{url}"),
        (Err(problem), Err(part)) => assert!(problem.contains(part), "{url}: {problem}"),
        (got, _) => panic!("{url}: {got:?}"),
    };
    check("http://example.com", Ok("example.com:80"));
    check("https://EXAMPLE.com/x?y#z", Ok("example.com:443"));
    check("https://[2606:4700::1]:8443/", Ok("[2606:4700::1]:8443"));
    check("http://127.0.0.1:9093/", Ok("127.0.0.1:9093"));
    check("ftp://example.com/", Err("must begin with"));
    check("example.com", Err("must begin with"));
    check("/path", Err("must begin with"));
    check("http://", Err("must be an address"));
    check("http://a:b@example.com/", Err("must not hold"));
    check("http://a@example.com/", Err("must not hold"));
    check("http://example.com:0/", Err("port"));
    check("http://example.com:99999/", Err("port"));
    check("http://2130706433/", Err("four numbers"));
    check("http://127.1/", Err("four numbers"));
    check("http://0x7f000001/", Err("four numbers"));
    check("http://0177.0.0.1/", Err("four numbers"));
    check("http://1.2.3.4./", Err("four numbers"));
    let below = Address::parse("http://am.example/prefix/?x=1").unwrap();
    assert_eq!(below.below("/api").path, "/prefix/api");
    let shown = format!("{:?}", Address::parse("https://h.example/s3cret").unwrap());
    assert_eq!(shown, "https://h.example:443/(hidden)");
}

/// A literal address that is in no configuration, because it was not checked there.
fn unchecked(name: &str, port: u16) -> Host {
    Host {
        name: name.to_owned(),
        port,
    }
}

#[tokio::test]
async fn private_addresses_are_refused_in_every_form() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let nobody = AllowedHosts::default();
    for name in [
        "127.0.0.1",
        "localhost",
        "::ffff:127.0.0.1",
        "2130706433",
        "127.1",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "0.0.0.0",
        "127.1.2.3",
    ] {
        let outcome = unchecked(name, port).connect(&nobody).await;
        let error = outcome.err().unwrap_or_else(|| panic!("connected: {name}"));
        assert!(
            error.why.contains("is on a private network"),
            "{name}: {error}"
        );
        assert!(
            !error.again && error.why.contains("allowed_hosts"),
            "{name}: {error}"
        );
    }
    let accepted = tokio::time::timeout(std::time::Duration::ZERO, listener.accept()).await;
    assert!(accepted.is_err(), "somebody connected");
    let allowed = AllowedHosts::parse(&["localhost".to_owned()]).unwrap();
    let mut stream = unchecked("localhost", port)
        .connect(&allowed)
        .await
        .unwrap();
    stream.write_all(b"x").await.unwrap();
}

#[tokio::test]
async fn what_is_allowed_is_what_is_written_and_nothing_beside_it() {
    let mut receiver = Receiver::start(vec![status("200 OK")]).await;
    let named = webhook(&receiver.url("localhost", "/"));
    let numbered = webhook(&receiver.url("127.0.0.1", "/"));
    let outcome = notifier(&["localhost"]).send(&numbered, &one_alert()).await;
    assert!(!outcome.unwrap_err().again);
    let outcome = notifier(&["127.0.0.1"]).send(&named, &one_alert()).await;
    assert!(!outcome.unwrap_err().again);
    let all = notifier(&["example.com"]);
    assert!(all.send(&named, &one_alert()).await.is_err());
    assert!(receiver.is_quiet());
    let both = notifier(&["LOCALHOST", "127.0.0.1"]);
    both.send(&numbered, &one_alert()).await.unwrap();
    both.send(&named, &one_alert()).await.unwrap();
    receiver.next().await;
}

#[test]
fn private_figures_are_refused_before_anything_is_sent() {
    let check = |name: &str, allowed: &[&str], expected: bool| {
        let allowed: Vec<String> = allowed.iter().map(|host| (*host).to_owned()).collect();
        let allowed = AllowedHosts::parse(&allowed).unwrap();
        let checked = Host::new(name, 80).unwrap().check(&allowed);
        assert_eq!(checked.is_ok(), expected, "{name}");
    };
    check("127.0.0.1", &[], false);
    check("[::1]", &[], false);
    check("[::ffff:169.254.169.254]", &[], false);
    check("10.0.0.7", &["10.0.0.7"], true);
    check("10.0.0.7", &["10.0.0.8"], false);
    check("[::1]", &["0:0:0:0:0:0:0:1"], true);
    check("1.1.1.1", &[], true);
    check("internal.example", &[], true);
}
