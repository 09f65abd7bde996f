//! One server from start to stop. Owns the order: refuse what is unsafe, open the disk, start what
//! runs beside requests, listen, and at the end stop in the reverse order, so that everything
//! answered is on disk and in the record. Refuses to parse flags (the binary does).

use std::fs;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use paceline_core::Clock;
use paceline_metrics::OpenError;
use paceline_store::sqlite::{Options, SqliteStore};
use paceline_store::{Store, StoreError};
use tokio::sync::watch;

use crate::alerts;
use crate::auth::Authenticator;
use crate::clock::SystemClock;
use crate::config::Config;
use crate::forward::{Forward, ForwardError};
use crate::http::prometheus::Questions;
use crate::http::{self, App, Exposed, Hosts, Protection, TlsFiles};
use crate::live::{Live, Sources};
use crate::maintenance::{self, Maintenance};
use crate::mcp;
use crate::metrics::Metrics;
use crate::notify::Notifier;
use crate::operations::{Features, Operations};
use crate::recorder::Recorder;
use crate::recorder::sink::Sink;

/// The coordination store's file in a data directory.
pub const STORE_FILE: &str = "paceline.db";
const SECRET_FILE: &str = "secret";

#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error(transparent)]
    Exposed(#[from] Exposed),
    #[error("cannot use data directory `{path}`: {problem}")]
    Directory { path: PathBuf, problem: io::Error },
    #[error("cannot open the store `{path}`: {problem}")]
    Store { path: PathBuf, problem: StoreError },
    #[error("cannot {0}")]
    Metrics(#[from] OpenError),
    #[error("cannot {0}")]
    Forward(#[from] ForwardError),
    #[error("cannot listen on `{listen}`: {problem}")]
    Listen {
        listen: SocketAddr,
        problem: io::Error,
    },
    #[error("cannot use TLS to deliver alerts: {0}")]
    Tls(#[from] rustls::Error),
    #[error("cannot serve: {0}")]
    Serve(#[source] io::Error),
    #[error("no randomness for the server's secret: {0}")]
    Secret(getrandom::Error),
}

impl RunError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Exposed(exposed) => exposed.hint().to_owned(),
            Self::Directory { .. } => {
                "choose another with `--data`, or make it writable".to_owned()
            }
            Self::Store {
                problem: StoreError::Newer { .. },
                ..
            } => "run the newer version, or another `--data`; nothing was changed".to_owned(),
            Self::Store {
                problem: StoreError::Corrupt { .. },
                ..
            } => "run `paceline doctor`; restore a copy, nothing was changed".to_owned(),
            Self::Store { .. } => {
                "is another server running on this directory? stop it or choose another `--data`"
                    .to_owned()
            }
            Self::Metrics(OpenError::TooNew { .. }) => {
                "run the newer version, or another `--data`; nothing was changed".to_owned()
            }
            Self::Metrics(_) => {
                "run `paceline doctor`; restore a copy of that file, or move the `metrics` folder \
                 away to start without history"
                    .to_owned()
            }
            Self::Listen { problem, .. } if problem.kind() == io::ErrorKind::AddrInUse => {
                "another program uses the port: stop it, or choose one with `--listen`".to_owned()
            }
            Self::Listen { .. } => "choose an address of this machine with `--listen`".to_owned(),
            Self::Forward(ForwardError::Queue { .. }) => {
                "make the folder writable, or move it away to start with an empty queue".to_owned()
            }
            Self::Forward(_) => {
                "correct the file with the secret, or serve without `--metrics-write`".to_owned()
            }
            Self::Serve(_) | Self::Secret(_) | Self::Tls(_) => return None,
        })
    }
}

/// A data directory that was opened: everything that needs no network.
pub struct Opened {
    pub store: Arc<SqliteStore>,
    pub recorder: Arc<Recorder>,
    pub clock: Arc<dyn Clock>,
    pub operations: Arc<Operations>,
    pub metrics: Arc<Metrics>,
    sink: Sink,
}

impl Opened {
    /// # Errors
    /// When the directory or what is in it cannot be used.
    pub fn open(config: &Config) -> Result<Self, RunError> {
        let data = config.data.as_path();
        let features = Arc::new(Features::new(config.enable_agent_metrics));
        let directory = |problem| RunError::Directory {
            path: data.to_owned(),
            problem,
        };
        make_private_directory(data).map_err(directory)?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
        let path = data.join(STORE_FILE);
        let store = SqliteStore::open(&path, Arc::clone(&clock), Options::default())
            .map_err(|problem| RunError::Store { path, problem })?;
        let store = Arc::new(store);
        let recorder = Arc::new(Recorder::new(Arc::clone(&clock)));
        let sink = Sink::start(data.to_owned(), Arc::clone(&recorder), Arc::clone(&clock))
            .map_err(directory)?;
        let metrics = Arc::new(Metrics::open(
            data,
            |options| config.metrics.apply(options),
            Arc::clone(&features),
            Arc::clone(&clock),
        )?);
        let operations = Arc::new(Operations::new(
            Arc::clone(&store) as Arc<dyn Store>,
            Arc::clone(&recorder),
            Arc::clone(&clock),
            data.to_owned(),
            secret(data)?,
            features,
            Arc::clone(&metrics),
        ));
        Ok(Self {
            store,
            recorder,
            clock,
            operations,
            metrics,
            sink,
        })
    }

    /// Runs maintenance until `stop` turns true.
    pub fn maintain(
        &self,
        config: &Config,
        stop: watch::Receiver<bool>,
    ) -> tokio::task::JoinHandle<()> {
        let with = Maintenance {
            store: Arc::clone(&self.store) as Arc<dyn Store>,
            clock: Arc::clone(&self.clock),
            recorder: Arc::clone(&self.recorder),
            metrics: Arc::clone(&self.metrics),
            waiters: Arc::clone(&self.operations.waiters),
            presence: Arc::clone(&self.operations.presence),
            silence: config.silence,
            own_interval_ms: config.metrics.own_interval_ms,
            data_dir: config.data.clone(),
            alerts: Arc::clone(&self.operations.alerts),
            anomalies: Arc::clone(&self.operations.anomalies),
            monthly_report: config.monthly_report,
        };
        tokio::spawn(maintenance::run(with, stop))
    }

    /// Everything answered is on disk when this returns.
    pub async fn close(self) {
        self.store.close().await;
        let Self { sink, .. } = self;
        if tokio::task::spawn_blocking(|| sink.stop()).await.is_err() {
            tracing::error!("the record could not be closed");
        }
    }
}

/// Serves until `shutdown` ends. `ready` learns the address once requests are taken.
///
/// # Errors
/// When it cannot start; a request's trouble never ends it.
pub async fn run(
    config: Config,
    ready: impl FnOnce(SocketAddr) + Send,
    shutdown: impl Future<Output = ()> + Send,
) -> Result<(), RunError> {
    let protection = Protection {
        tokens: config.require_tokens,
        tls: config.tls.is_some(),
        behind_proxy: config.behind_proxy,
    };
    http::check_exposure(config.listen, protection)?;
    let listener = listen(config.listen)?;
    let address = listener.local_addr().map_err(RunError::Serve)?;
    let opened = Opened::open(&config)?;
    let forward = forward(&config, &opened)?;
    let (stop, stopped) = watch::channel(false);
    let delivering = begin_alerts(&config, &opened, stopped.clone()).await?;
    begin_anomalies(&config, &opened).await?;
    let maintenance = opened.maintain(&config, stopped);
    let questions = Arc::new(Questions::new(config.query, Arc::clone(&opened.clock)));
    let live = Live::start(Sources {
        store: Arc::clone(&opened.store) as Arc<dyn Store>,
        metrics: Arc::clone(&opened.metrics),
        recorder: Arc::clone(&opened.recorder),
        questions: Arc::clone(&questions),
        alerts: Arc::clone(&opened.operations.alerts),
    });
    let router = router(&config, address, &opened, (&live, questions));
    let tls = config
        .tls
        .map(|(certificate, key)| TlsFiles { certificate, key });
    ready(address);
    let waiters = Arc::clone(&opened.operations.waiters);
    let shutdown = async {
        shutdown.await;
        // Otherwise those who wait for a task hold the stop up for as long as they asked to wait.
        waiters.stop();
        live.stop();
    };
    let served = http::serve(listener, router, tls, shutdown)
        .await
        .map_err(RunError::Serve);
    live.stopped().await;
    // Nobody listens any more only if maintenance has ended by itself.
    let _ = stop.send(true);
    // A merge may take minutes; what it would have written is made again.
    opened.metrics.engine().stop();
    if maintenance.await.is_err() {
        tracing::error!("maintenance had panicked");
    }
    opened.operations.anomalies.save().await;
    // What was not sent is in the store.
    if delivering.await.is_err() {
        tracing::error!("the delivery of alerts had panicked");
    }
    opened.close().await;
    if let Some(forward) = forward {
        forward.stop().await;
    }
    served
}

/// What an earlier run left is taken up before anything is evaluated.
async fn begin_alerts(
    config: &Config,
    opened: &Opened,
    stop: watch::Receiver<bool>,
) -> Result<tokio::task::JoinHandle<()>, RunError> {
    let said = &config.alerts;
    let notifier = Notifier::new(
        said.channels.clone(),
        said.allowed_hosts.clone(),
        said.external_url.clone(),
    );
    let alerts = Arc::clone(&opened.operations.alerts);
    alerts.configure(alerts::Settings {
        notifier: Some(Arc::new(notifier?)),
        deduplicate_ms: said.deduplicate_ms,
        lookback_ms: config.query.lookback_ms,
        rules: said.rules.clone(),
    });
    let families = Arc::downgrade(&alerts);
    let recorder = opened.operations.recorder();
    recorder.add_families(Box::new(move || {
        families
            .upgrade()
            .map_or_else(Vec::new, |alerts| alerts.families())
    }));
    alerts.restore().await.map_err(|failure| RunError::Store {
        path: config.data.join(STORE_FILE),
        problem: failure.error,
    })?;
    Ok(tokio::spawn(alerts.deliver(stop)))
}

/// What an earlier run learnt is taken up before anything is judged.
async fn begin_anomalies(config: &Config, opened: &Opened) -> Result<(), RunError> {
    let begun = opened.operations.anomalies.begin().await;
    begun.map_err(|failure| RunError::Store {
        path: config.data.join(STORE_FILE),
        problem: failure.error,
    })
}

fn forward(config: &Config, opened: &Opened) -> Result<Option<Forward>, RunError> {
    let Some(settings) = &config.metrics_write else {
        return Ok(None);
    };
    let forward = Forward::start(&config.data, settings, Arc::clone(&opened.clock))?;
    opened.metrics.engine().add_tap(forward.tap());
    let totals = Arc::clone(forward.totals());
    let recorder = opened.operations.recorder();
    recorder.add_families(Box::new(move || totals.families()));
    Ok(Some(forward))
}

fn router(
    config: &Config,
    address: SocketAddr,
    opened: &Opened,
    (live, questions): (&Arc<Live>, Arc<Questions>),
) -> axum::Router {
    let authenticator = Arc::new(Authenticator::new(
        Arc::clone(&opened.store) as Arc<dyn Store>,
        Arc::clone(&opened.clock),
        config.require_tokens,
    ));
    let options = mcp::Options {
        fixtures: config.mcp_fixtures,
    };
    let tools = mcp::service(
        Arc::clone(&opened.operations),
        Arc::clone(&authenticator),
        options,
    );
    let is_tls = config.tls.is_some();
    let app = Arc::new(App {
        operations: Arc::clone(&opened.operations),
        authenticator,
        questions,
        live: Arc::clone(live),
        scheme: if is_tls { "https" } else { "http" },
    });
    let allowed = [config.allowed_hosts.as_slice(), &config.allowed_origins].concat();
    let hosts = Hosts::new(address, is_tls, &allowed);
    http::router(app, hosts, axum::Router::new().nest("/mcp", tools))
}

fn listen(listen: SocketAddr) -> Result<TcpListener, RunError> {
    TcpListener::bind(listen).map_err(|problem| RunError::Listen { listen, problem })
}

/// Others on the machine have no business in it.
fn make_private_directory(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Made once for a data directory and kept, so that a registration retried after a restart gets the
/// token of its first answer.
fn secret(data: &Path) -> Result<[u8; 32], RunError> {
    let path = data.join(SECRET_FILE);
    if let Some(secret) = fs::read(&path).ok().and_then(|bytes| bytes.try_into().ok()) {
        return Ok(secret);
    }
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(RunError::Secret)?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&path).and_then(|mut file| {
        io::Write::write_all(&mut file, &secret)?;
        file.sync_all()
    });
    written.map_err(|problem| RunError::Directory { path, problem })?;
    Ok(secret)
}
