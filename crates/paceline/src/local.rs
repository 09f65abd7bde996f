//! A data directory on this machine, without a server. Owns `--data` and `--config` of the commands
//! that work on files; refuses to make a directory where only reading was asked for.

use std::path::PathBuf;

use clap::Args;
use paceline_server::config::{Config, ConfigError, Layer, Setting, Sources};
use paceline_server::run::{Opened, RunError, STORE_FILE};

use crate::failure::Failure;

#[derive(Args, Clone, Debug, Default)]
pub struct Local {
    /// Data directory; the configured one unless said
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Configuration file; `paceline.toml` here, where there is one, unless said
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

impl Local {
    pub fn configuration(&self) -> Result<(Config, Vec<Setting>), ConfigError> {
        let flags = Layer {
            data: self.data.clone(),
            ..Layer::default()
        };
        let environment = |name: &str| std::env::var(name).ok();
        let sources = Sources::gather(flags, environment, self.config.as_deref())?;
        Config::resolve(&sources)
    }

    /// Opens the directory, making it where there is none.
    pub fn open_or_create(&self) -> Result<(Opened, Config), Failure> {
        let (config, _) = self.configuration()?;
        let opened = Opened::open(&config)?;
        Ok((opened, config))
    }

    /// Opens a directory that a server, or an import, has made.
    pub fn open(&self) -> Result<(Opened, Config), Failure> {
        let (config, _) = self.configuration()?;
        if !config.data.join(STORE_FILE).exists() {
            let path = config.data.display();
            return Err(Failure::new(format!("there is no data in `{path}`"))
                .hint("name another directory with `--data`, or let `paceline serve` make one"));
        }
        self.open_or_create()
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::usage(error.to_string())
            .hint("`paceline serve --print-config` shows each setting and where it comes from")
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        Self {
            hint: error.hint(),
            ..Self::new(error.to_string())
        }
    }
}
