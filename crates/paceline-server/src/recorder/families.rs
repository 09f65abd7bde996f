//! THE list of the server's own series. Owns their names, kinds, units and help texts; refuses to
//! compute: it shows what was counted, and what maintenance last read.

use paceline_api::Operation;
use paceline_core::task::Status;
use paceline_metrics::{EngineStats, MetricKind};

use super::family::{About, Family, number, seconds};
use super::live::{CutOff, LiveCounts};
use super::{Outcome, Recorder, STAGES};

/// What maintenance last read from the store and the metrics engine.
#[derive(Clone, Debug, Default)]
pub struct Gauges {
    /// In the order of [`Status::ALL`].
    pub tasks: [u64; 7],
    /// healthy, warning, stale, dead.
    pub agents: [u64; 4],
    pub epochs: Vec<(String, u64)>,
    pub rows: Vec<(&'static str, u64)>,
    pub bytes: u64,
    pub uptime_seconds: f64,
    pub metrics: EngineStats,
    /// How far back raw samples reach.
    pub raw_window_ms: i64,
    /// Of the task that is ready, and of the one that runs, for longest.
    pub oldest_ready_seconds: f64,
    pub oldest_running_seconds: f64,
    /// Of the data directory's disk: what may be filled, and all of it.
    pub disk_bytes: Option<(u64, u64)>,
}

impl Recorder {
    /// Every own series but the agents', now.
    #[must_use]
    pub fn families(&self) -> Vec<Family<'static>> {
        let mut families = vec![self.durations(), self.stages()];
        families.extend(self.waits());
        families.extend([self.task_durations(), self.questions()]);
        families.extend(of_live(&self.live));
        families.extend(of_gauges(&self.gauges.lock()));
        let dropped = self
            .tool_timings_dropped
            .load(std::sync::atomic::Ordering::Relaxed);
        families.push(Family::single(
            counter(
                "paceline_record_lines_dropped_total",
                "Record lines that a slow disk cost.",
            ),
            number(dropped),
        ));
        let died = self.agents_died.load(std::sync::atomic::Ordering::Relaxed);
        families.push(Family::single(
            counter(
                "paceline_agents_died_total",
                "Agents that were silent for too long; their tasks were released.",
            ),
            number(died),
        ));
        families.extend(self.others.lock().iter().flat_map(|others| others()));
        families
    }

    /// Those of each agent.
    #[must_use]
    pub fn agent_families(&self) -> Vec<Family<'static>> {
        self.agents.families()
    }

    fn durations(&self) -> Family<'static> {
        let mut family = Family::of(histogram(
            "paceline_operation_duration_seconds",
            "Time an operation took, from parsed request to answer.",
        ));
        for operation in Operation::ALL {
            for outcome in Outcome::ALL {
                let reading = self.book(*operation).duration[outcome as usize].read();
                if 0 < reading.count() || outcome == Outcome::Ok {
                    let labels = vec![
                        ("operation", operation.as_str().into()),
                        ("outcome", outcome.as_str().into()),
                    ];
                    family.add_histogram(labels, &reading);
                }
            }
        }
        family
    }

    fn stages(&self) -> Family<'static> {
        let mut family = Family::of(histogram(
            "paceline_operation_stage_seconds",
            "Time of an operation's stages: queue, execute, commit.",
        ));
        for operation in Operation::ALL {
            for (stage, histogram) in STAGES.iter().zip(&self.book(*operation).stages) {
                let reading = histogram.read();
                if 0 < reading.count() {
                    let labels = vec![
                        ("operation", operation.as_str().into()),
                        ("stage", (*stage).into()),
                    ];
                    family.add_histogram(labels, &reading);
                }
            }
        }
        family
    }

    fn waits(&self) -> [Family<'static>; 4] {
        [
            (
                "paceline_task_wait_seconds",
                "Time from a task becoming ready to its claim.",
                &self.task_wait,
            ),
            (
                "paceline_message_delivery_seconds",
                "Time from sending a message to a reader getting it.",
                &self.message_delivery,
            ),
            (
                "paceline_leader_failover_seconds",
                "Time from a leader being lost to the next one known.",
                &self.leader_failover,
            ),
            (
                "paceline_recorder_seconds",
                "Cost of closing one measurement.",
                &self.own_cost,
            ),
        ]
        .map(|(name, help, of)| {
            let mut family = Family::of(histogram(name, help));
            family.add_histogram(Vec::new(), &of.read());
            family
        })
    }

    fn questions(&self) -> Family<'static> {
        let mut family = Family::of(histogram(
            "paceline_query_duration_seconds",
            "Time a query took, waiting and writing its answer included.",
        ));
        for (kind, ending, reading) in self.questions.readings() {
            let labels = vec![
                ("kind", kind.as_str().into()),
                ("outcome", ending.as_str().into()),
            ];
            family.add_histogram(labels, &reading);
        }
        family
    }

    fn task_durations(&self) -> Family<'static> {
        let mut family = Family::of(histogram(
            "paceline_task_duration_seconds",
            "Time from claim to completion or failure, by agent type.",
        ));
        for (agent_type, histogram) in self.task_durations.lock().iter() {
            let labels = vec![("agent_type", agent_type.clone().into())];
            family.add_histogram(labels, &histogram.read());
        }
        family
    }
}

fn of_live(live: &LiveCounts) -> [Family<'static>; 3] {
    let cut_off = CutOff::ALL.map(|reason| (reason.as_str().into(), live.cut_offs(reason)));
    [
        Family::single(
            gauge(
                "paceline_live_subscribers",
                "",
                "Open connections of the live feed.",
            ),
            number(live.subscribers()),
        ),
        Family::single(
            counter(
                "paceline_live_frames_total",
                "Frames sent over the live feed.",
            ),
            number(live.frames()),
        ),
        Family::by(
            counter(
                "paceline_live_cut_off_total",
                "Subscribers of the live feed that were cut off, by reason.",
            ),
            "reason",
            cut_off,
        ),
    ]
}

fn of_gauges(gauges: &Gauges) -> Vec<Family<'static>> {
    let statuses = Status::ALL.iter().map(|status| status.as_str().into());
    let health = ["healthy", "warning", "stale", "dead"].map(Into::into);
    let epochs = gauges.epochs.iter();
    let epochs = epochs.map(|(election, epoch)| (election.clone().into(), *epoch));
    let rows = gauges
        .rows
        .iter()
        .map(|(table, rows)| ((*table).into(), *rows));
    let version = [(env!("CARGO_PKG_VERSION").into(), 1)];
    let mut families = vec![
        Family::by(
            gauge("paceline_tasks", "", "Tasks by status."),
            "status",
            statuses.zip(gauges.tasks),
        ),
        Family::by(
            gauge("paceline_agents", "", "Agents by health."),
            "health",
            health.into_iter().zip(gauges.agents),
        ),
        Family::by(
            gauge(
                "paceline_leader_epoch",
                "",
                "Current epoch of each election.",
            ),
            "election",
            epochs,
        ),
        Family::by(
            gauge(
                "paceline_store_rows",
                "",
                "Rows of each table of the store.",
            ),
            "table",
            rows,
        ),
        Family::by(
            gauge("paceline_build_info", "", "Version of the server."),
            "version",
            version,
        ),
        Family::single(
            gauge(
                "paceline_store_bytes",
                "bytes",
                "Size of the store's files.",
            ),
            number(gauges.bytes),
        ),
        Family::single(
            gauge(
                "paceline_uptime_seconds",
                "seconds",
                "Time since the server started.",
            ),
            gauges.uptime_seconds,
        ),
    ];
    families.extend(of_oldest(gauges));
    families.extend(gauges.disk_bytes.into_iter().flat_map(of_disk));
    families.extend(of_engine(gauges));
    families
}

fn of_oldest(gauges: &Gauges) -> [Family<'static>; 2] {
    [
        Family::single(
            gauge(
                "paceline_task_oldest_ready_seconds",
                "seconds",
                "For how long the task waits that is ready for longest; 0 where none is.",
            ),
            gauges.oldest_ready_seconds,
        ),
        Family::single(
            gauge(
                "paceline_task_oldest_running_seconds",
                "seconds",
                "For how long the task runs that was claimed first; 0 where none does.",
            ),
            gauges.oldest_running_seconds,
        ),
    ]
}

fn of_disk((free, size): (u64, u64)) -> [Family<'static>; 2] {
    [
        Family::single(
            gauge(
                "paceline_disk_free_bytes",
                "bytes",
                "What may still be written to the data directory's disk.",
            ),
            number(free),
        ),
        Family::single(
            gauge(
                "paceline_disk_size_bytes",
                "bytes",
                "Size of the data directory's disk.",
            ),
            number(size),
        ),
    ]
}

fn of_engine(gauges: &Gauges) -> [Family<'static>; 6] {
    let stats = &gauges.metrics;
    let refused = stats.refused_total.iter();
    let parts = [
        ("head", stats.head_bytes),
        ("log", stats.log_bytes),
        ("blocks", stats.block_bytes),
        ("rollups", stats.rollup_bytes),
    ];
    let window = seconds(u64::try_from(gauges.raw_window_ms).unwrap_or(0) * 1_000_000);
    [
        Family::single(
            gauge(
                "paceline_metrics_series",
                "",
                "Series that the metrics engine knows.",
            ),
            number(stats.series),
        ),
        Family::single(
            counter(
                "paceline_metrics_samples_total",
                "Samples taken since the start.",
            ),
            number(stats.samples_total),
        ),
        Family::by(
            counter(
                "paceline_metrics_refused_total",
                "Samples refused since the start, by reason.",
            ),
            "reason",
            refused.map(|(reason, count)| ((*reason).into(), *count)),
        ),
        Family::by(
            gauge(
                "paceline_metrics_bytes",
                "bytes",
                "Size of the metrics: head in memory; log, blocks and rollups on disk.",
            ),
            "part",
            parts.map(|(part, bytes)| (part.into(), bytes)),
        ),
        Family::single(
            gauge(
                "paceline_metrics_blocks",
                "",
                "Block files of the metrics engine.",
            ),
            number(stats.blocks),
        ),
        Family::single(
            gauge(
                "paceline_metrics_raw_window_days",
                "days",
                "How far back raw samples reach; older questions are answered from rollups.",
            ),
            window / 86_400.0,
        ),
    ]
}

const fn histogram(name: &'static str, help: &'static str) -> About {
    About {
        name,
        kind: MetricKind::Histogram,
        unit: "seconds",
        help,
    }
}

pub(crate) const fn counter(name: &'static str, help: &'static str) -> About {
    About {
        name,
        kind: MetricKind::Counter,
        unit: "",
        help,
    }
}

pub(crate) const fn gauge(name: &'static str, unit: &'static str, help: &'static str) -> About {
    About {
        name,
        kind: MetricKind::Gauge,
        unit,
        help,
    }
}
