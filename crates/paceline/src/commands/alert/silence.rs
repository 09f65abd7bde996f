//! `paceline alert silence`, `unsilence`, `silences`. Owns their flags and the short form of matchers;
//! refuses to silence everything, as the server does.

use clap::Args;
use paceline_api::{ListQuery, Page, Silence, SilenceMatcher, SilenceRequest};
use paceline_client::{Client, ClientError};

use super::create::seconds;

/// Hold matching alerts back from every channel for a while
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  paceline alert silence alertname=TaskStuck --for 2h --comment 'known, a long build'
  paceline alert silence 'agent=~build-.*' severity!=critical --for 1d

`=` equals, `!=` differs, `=~` and `!~` match a regular expression as a whole.")]
pub struct Create {
    /// A label and what it must be; all must match
    #[arg(required = true, value_name = "LABEL=VALUE", value_parser = matcher)]
    matchers: Vec<SilenceMatcher>,
    /// For how long
    #[arg(long = "for", value_parser = seconds, value_name = "SPAN", default_value = "1h")]
    lasts: u64,
    /// Why
    #[arg(long)]
    comment: Option<String>,
    /// Who
    #[arg(long)]
    by: Option<String>,
}

impl Create {
    pub async fn ask(self, client: &Client) -> Result<Silence, ClientError> {
        let request = SilenceRequest {
            matchers: self.matchers,
            starts_at: None,
            ends_at: None,
            duration_seconds: Some(self.lasts),
            created_by: self.by,
            comment: self.comment,
        };
        client.create_silence(&request).await
    }
}

/// End a silence now; what still fires is told
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline alert unsilence sil_01m8ce58q8efr85fc39a0g0ajz")]
pub struct End {
    /// As `paceline alert silences` shows it
    silence_id: String,
}

impl End {
    pub async fn ask(self, client: &Client) -> Result<Silence, ClientError> {
        client.end_silence(&self.silence_id).await
    }
}

/// Silences in force, to come and over
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline alert silences")]
pub struct List {
    /// At most so many, 1 to 500; 50 unless said
    #[arg(long)]
    limit: Option<u32>,
    /// Where the list before this one ended
    #[arg(long)]
    cursor: Option<String>,
}

impl List {
    pub async fn ask(self, client: &Client) -> Result<Page<Silence>, ClientError> {
        let query = ListQuery {
            limit: self.limit,
            cursor: self.cursor,
        };
        client.list_silences(&query).await
    }
}

fn matcher(text: &str) -> Result<SilenceMatcher, String> {
    let at = text.find(['=', '!']).ok_or("must be `LABEL=VALUE`")?;
    let (name, rest) = text.split_at(at);
    for (sign, is_equal, is_regex) in [
        ("=~", true, true),
        ("!~", false, true),
        ("!=", false, false),
        ("=", true, false),
    ] {
        if let Some(value) = rest.strip_prefix(sign) {
            return Ok(SilenceMatcher {
                name: name.trim().to_owned(),
                value: value.to_owned(),
                is_regex,
                is_equal,
            });
        }
    }
    Err("must be `LABEL=VALUE`, `LABEL!=VALUE`, `LABEL=~REGEX` or `LABEL!~REGEX`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matchers_are_written_as_in_promql() {
        let check = |text: &str, expected: Option<(&str, &str, bool, bool)>| {
            let read = matcher(text).ok();
            let read = read.as_ref().map(|one| {
                (
                    one.name.as_str(),
                    one.value.as_str(),
                    one.is_equal,
                    one.is_regex,
                )
            });
            assert_eq!(read, expected, "{text}");
        };
        check("a=b", Some(("a", "b", true, false)));
        check("a=~b.*", Some(("a", "b.*", true, true)));
        check("a!~b", Some(("a", "b", false, true)));
        check("a!=b=c", Some(("a", "b=c", false, false)));
        check("a=", Some(("a", "", true, false)));
        check("a", None);
        check("a!b", None);
    }
}
