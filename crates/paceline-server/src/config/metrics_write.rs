//! Settings of forwarding. Owns their names and sources; refuses to read secrets: their files are
//! read when the server starts, and values from the environment are never printed.

use super::{ConfigError, Resolver, read};
use crate::forward::{Credentials, QUEUE_MIB, Secret, Settings, Source, WriteLayer};

pub(super) fn from_environment(
    text: impl Fn(&str) -> Option<String>,
) -> Result<WriteLayer, ConfigError> {
    Ok(WriteLayer {
        url: text("METRICS_WRITE"),
        version: text("METRICS_WRITE_VERSION"),
        token_file: text("METRICS_WRITE_TOKEN_FILE").map(Into::into),
        basic_file: text("METRICS_WRITE_BASIC_FILE").map(Into::into),
        queue_mib: read(text("METRICS_WRITE_QUEUE_MIB"), "metrics_write_queue_mib")?,
        token: text("METRICS_WRITE_TOKEN").map(Secret),
        basic: text("METRICS_WRITE_BASIC").map(Secret),
    })
}

/// None when nothing is forwarded.
pub(super) fn resolve(from: &mut Resolver<'_>) -> Result<Option<Settings>, ConfigError> {
    let (url, url_source) = from.value(
        "metrics_write",
        |l| l.metrics_write.url.clone().map(Some),
        None,
    );
    let (version, version_source) = from.value(
        "metrics_write_version",
        |l| l.metrics_write.version.clone(),
        "1.0".to_owned(),
    );
    let (queue_mib, queue_source) = from.value(
        "metrics_write_queue_mib",
        |l| l.metrics_write.queue_mib,
        QUEUE_MIB,
    );
    let credentials = credentials(from)?;
    let Some(url) = url else { return Ok(None) };
    let settings = Settings::resolve(&url, &version, queue_mib, credentials);
    settings.map(Some).map_err(|(name, problem)| {
        let (value, from) = match name {
            "metrics_write_version" => (version, version_source),
            "metrics_write_queue_mib" => (queue_mib.to_string(), queue_source),
            // It may hold the password that it is refused for.
            _ if url.contains('@') => ("(hidden)".to_owned(), url_source),
            _ => (url, url_source),
        };
        ConfigError::Value {
            name,
            value,
            from,
            problem,
        }
    })
}

fn credentials(from: &mut Resolver<'_>) -> Result<Credentials, ConfigError> {
    let (token, _) = from.value(
        "metrics_write_token",
        |l| l.metrics_write.token.clone().map(Some),
        None,
    );
    let (basic, _) = from.value(
        "metrics_write_basic",
        |l| l.metrics_write.basic.clone().map(Some),
        None,
    );
    let (token_file, source) = from.value(
        "metrics_write_token_file",
        |l| l.metrics_write.token_file.clone().map(Some),
        None,
    );
    let (basic_file, _) = from.value(
        "metrics_write_basic_file",
        |l| l.metrics_write.basic_file.clone().map(Some),
        None,
    );
    let given = [
        token.map(|secret| Credentials::Token(Source::Given(secret))),
        basic.map(|secret| Credentials::Basic(Source::Given(secret))),
        token_file.map(|path| Credentials::Token(Source::File(path))),
        basic_file.map(|path| Credentials::Basic(Source::File(path))),
    ];
    let mut given = given.into_iter().flatten();
    match (given.next(), given.next()) {
        (None, _) => Ok(Credentials::None),
        (Some(one), None) => Ok(one),
        (Some(_), Some(_)) => Err(ConfigError::Value {
            name: "metrics_write_token_file",
            value: "given".to_owned(),
            from: source,
            problem: "a token and `user:password`, or one of them twice, do not go together"
                .to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Config, Layer, Sources};
    use super::*;

    fn sources(file: &str, environment: &[(&str, &str)]) -> Sources {
        let text = |name: &str| {
            let found = environment.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let environment = Layer {
            metrics_write: from_environment(text).unwrap(),
            ..Layer::default()
        };
        let file = toml::from_str(&format!("data = '/d'\n{file}")).unwrap();
        Sources {
            layers: vec![
                ("environment".to_owned(), environment),
                ("file".to_owned(), file),
            ],
        }
    }

    #[test]
    fn forwarding_is_set_by_every_source_and_secrets_are_not_printed() {
        let file = "[metrics_write]\nurl = 'http://one/'\nversion = '2.0'\nqueue_mib = 64";
        let environment = [
            ("METRICS_WRITE", "https://two/x"),
            ("METRICS_WRITE_TOKEN", "s3cret"),
        ];
        let (config, settings) = Config::resolve(&sources(file, &environment)).unwrap();
        let write = config.metrics_write.clone().unwrap();
        assert_eq!(write.url, "https://two/x");
        assert_eq!(write.queue_bytes_max, 64 << 20);
        let secret = Source::Given(Secret("s3cret".to_owned()));
        assert_eq!(write.credentials, Credentials::Token(secret));
        let printed = format!("{settings:?} {config:?}");
        assert!(!printed.contains("s3cret"), "{printed}");
        let (config, _) = Config::resolve(&sources("", &[])).unwrap();
        assert_eq!(config.metrics_write, None);
    }

    #[test]
    fn nonsense_is_refused_by_name() {
        let check = |write: &str, expected: &str| {
            let file = format!("[metrics_write]\n{write}");
            let error = Config::resolve(&sources(&file, &[]))
                .unwrap_err()
                .to_string();
            assert!(error.contains(expected), "{error}");
        };
        check(
            "url = 'prometheus:9090'",
            "`metrics_write` is `prometheus:9090` (file)",
        );
        check(
            "url = 'http://u:p4ss@h/'",
            "`metrics_write` is `(hidden)` (file): must not hold",
        );
        check(
            "url = 'http://h/'\nversion = '3'",
            "`metrics_write_version` is `3`",
        );
        check("url = 'http://h/'\nqueue_mib = 1", "must be at least 32");
        check("token_file = '/t'\nbasic_file = '/b'", "do not go together");
    }
}
