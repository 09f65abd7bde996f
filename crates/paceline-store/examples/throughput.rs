//! Measures the store in process: durable enqueues, claim + complete pairs and batches, at 64
//! callers side by side. `cargo run --release --example throughput -- DIRECTORY [STORED_TASKS]`.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use paceline_core::task::{Claim, Holder, NewTask, Source};
use paceline_core::{AgentId, Clock, Now, Steady, TaskId, Timestamp, agent, message};
use paceline_store::sqlite::{Options, SqliteStore};
use paceline_store::{Context, Store};

const CALLERS: usize = 64;

struct Real {
    started: Instant,
}

#[expect(clippy::disallowed_methods, reason = "an example measures real time")]
fn instant() -> Instant {
    Instant::now()
}

impl Clock for Real {
    #[expect(clippy::disallowed_methods, reason = "an example measures real time")]
    fn now(&self) -> Now {
        let wall = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let wall = i64::try_from(wall.as_millis()).unwrap_or_default();
        Now {
            wall: Timestamp(wall),
            steady: Steady(wall),
        }
    }

    fn stopwatch_ns(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_nanos()).unwrap_or_default()
    }
}

struct Bench {
    store: SqliteStore,
    clock: Arc<Real>,
    next: AtomicUsize,
}

impl Bench {
    fn ctx(&self) -> Context {
        Context::at(self.clock.now())
    }

    fn task(&self) -> NewTask {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        NewTask {
            task_id: TaskId::trusted(format!("tsk_01932f4e7d3a7c4e9a{number:016x}")),
            description: "Read the module, find the race and write a test that shows it".to_owned(),
            summary: None,
            source: Source::Human,
            agent_type: None,
            base_priority: u8::try_from(number % 11).unwrap_or_default(),
            prerequisites: Vec::new(),
            deadline: None,
            not_before: None,
            estimated_duration_seconds: None,
            max_retries: 3,
            parent_task_id: None,
            session_id: None,
            input: None,
            submitted_by: None,
        }
    }

    async fn enqueue(&self) {
        done(
            self.store
                .enqueue_tasks(self.ctx(), vec![self.task()])
                .await,
        );
    }

    async fn claim(&self, agent: &AgentId) -> Option<Holder> {
        let command = Claim {
            agent_id: agent.clone(),
            agent_types: Vec::new(),
            task_id: None,
            lease_ms: 300_000,
        };
        let claimed = done(self.store.claim_task(self.ctx(), command).await)?;
        Some(Holder {
            task_id: claimed.task.task_id,
            agent_id: agent.clone(),
            fence: claimed.fence,
        })
    }

    async fn pair(&self, agent: &AgentId) -> bool {
        let Some(holder) = self.claim(agent).await else {
            return false;
        };
        done(self.store.complete_task(self.ctx(), holder, None).await);
        true
    }
}

/// Nanoseconds spent executing, and how many commands did.
static EXECUTED: [AtomicUsize; 2] = [AtomicUsize::new(0), AtomicUsize::new(0)];

fn done<T>(answer: paceline_store::Answer<T>) -> T {
    match answer {
        Ok(done) => {
            let executed = usize::try_from(done.stages.execute_ns).unwrap_or_default();
            EXECUTED[0].fetch_add(executed, Ordering::Relaxed);
            EXECUTED[1].fetch_add(1, Ordering::Relaxed);
            done.value
        }
        Err(failure) => panic!("refused: {}", failure.error),
    }
}

/// `total` operations over all callers; prints the rate and the latencies.
async fn measure<F>(name: &str, total: usize, work: impl Fn(usize) -> F + Clone + Send + 'static)
where
    F: Future<Output = ()> + Send,
{
    let (started, cpu) = (instant(), processor());
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let work = work.clone();
            tokio::spawn(async move {
                let mut latencies = Vec::with_capacity(total / CALLERS);
                for _ in 0..total / CALLERS {
                    let began = instant();
                    work(caller).await;
                    latencies.push(began.elapsed());
                }
                latencies
            })
        })
        .collect();
    let mut latencies = Vec::with_capacity(total);
    for caller in callers {
        latencies.extend(caller.await.expect("no caller panics"));
    }
    report(name, latencies, started.elapsed(), processor() - cpu);
}

/// Processor time of this process so far: what an operation costs does not depend on what else the
/// machine does.
fn processor() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ');
    let ticks: u64 = fields
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<u64>().ok())
        .sum();
    Duration::from_millis(ticks * 10)
}

fn report(name: &str, mut latencies: Vec<Duration>, took: Duration, cpu: Duration) {
    latencies.sort_unstable();
    let at = |share: f64| {
        let index = (latencies.len() as f64 * share) as usize;
        latencies
            .get(index.min(latencies.len() - 1))
            .map_or(0.0, |each| each.as_secs_f64() * 1e3)
    };
    let rate = latencies.len() as f64 / took.as_secs_f64();
    println!(
        "{name:24} {rate:9.0}/s   p50 {:7.3} ms   p99 {:7.3} ms   max {:7.3} ms   cpu {:6.1} us   execute {:6.1} us",
        at(0.5),
        at(0.99),
        at(1.0),
        cpu.as_secs_f64() * 1e6 / latencies.len() as f64,
        EXECUTED[0].swap(0, Ordering::Relaxed) as f64
            / 1e3
            / EXECUTED[1].swap(0, Ordering::Relaxed).max(1) as f64
    );
}

async fn batches(bench: &Bench, name: &str, sizes: usize, count: usize) {
    let mut latencies = Vec::new();
    let (started, cpu) = (instant(), processor());
    for _ in 0..count {
        let batch = (0..sizes).map(|_| bench.task()).collect();
        let began = instant();
        done(bench.store.enqueue_tasks(bench.ctx(), batch).await);
        latencies.push(began.elapsed());
    }
    report(name, latencies, started.elapsed(), processor() - cpu);
}

async fn fan(bench: &Bench, agent: &AgentId) {
    let mut latencies = Vec::new();
    let (started, cpu) = (instant(), processor());
    for _ in 0..50 {
        let base = NewTask {
            base_priority: 10,
            deadline: Some(bench.clock.now().wall),
            ..bench.task()
        };
        let mut batch = vec![base.clone()];
        batch.extend((0..50).map(|_| NewTask {
            prerequisites: vec![base.task_id.clone()],
            ..bench.task()
        }));
        done(bench.store.enqueue_tasks(bench.ctx(), batch).await);
        let holder = bench.claim(agent).await.expect("a task is ready");
        assert_eq!(holder.task_id, base.task_id);
        let began = instant();
        done(bench.store.complete_task(bench.ctx(), holder, None).await);
        latencies.push(began.elapsed());
    }
    report(
        "complete, 50 dependents",
        latencies,
        started.elapsed(),
        processor() - cpu,
    );
}

async fn plans(bench: &Bench) {
    let mut asked: Vec<TaskId> = Vec::new();
    for _ in 0..10 {
        let mut batch: Vec<NewTask> = Vec::new();
        for _ in 0..1_000 {
            let before = batch.last().map(|task| task.task_id.clone());
            batch.push(NewTask {
                prerequisites: before.into_iter().collect(),
                ..bench.task()
            });
        }
        asked.extend(batch.iter().map(|task| task.task_id.clone()));
        done(bench.store.enqueue_tasks(bench.ctx(), batch).await);
    }
    let (started, cpu) = (instant(), processor());
    let mut latencies = Vec::new();
    for _ in 0..20 {
        let began = instant();
        done(bench.store.prerequisites(asked.clone()).await);
        latencies.push(began.elapsed());
    }
    report(
        "plan of 10,000",
        latencies,
        started.elapsed(),
        processor() - cpu,
    );
}

async fn register(bench: &Bench, number: usize) -> AgentId {
    let agent_id = AgentId::trusted(format!("agt_01932f4e7d3a7c4e9a{number:016x}"));
    let command = agent::Register {
        agent_id: agent_id.clone(),
        name: None,
        role: None,
        agent_types: Vec::new(),
        topics: Vec::new(),
        session_id: None,
        metadata: None,
        token_hash: [u8::try_from(number).unwrap_or_default(); 32],
    };
    done(bench.store.register_agent(bench.ctx(), command).await);
    agent_id
}

async fn messages(bench: &Arc<Bench>, agents: &Arc<Vec<AgentId>>) {
    let (all, ids) = (Arc::clone(bench), Arc::clone(agents));
    measure("message send", 32_000, move |caller| {
        let (bench, agents) = (Arc::clone(&all), Arc::clone(&ids));
        async move {
            let number = bench.next.fetch_add(1, Ordering::Relaxed);
            let command = message::Send {
                message_id: paceline_core::MessageId::trusted(format!("msg_{number:032x}")),
                from: agents.get(caller).cloned(),
                to: message::Recipient::Agent(agents[(caller + 1) % CALLERS].clone()),
                kind: "note".to_owned(),
                payload: None,
                reply_to: None,
            };
            done(bench.store.send_message(bench.ctx(), command).await);
        }
    })
    .await;
    let (all, ids) = (Arc::clone(bench), Arc::clone(agents));
    measure("message read (50)", 32_000, move |caller| {
        let (bench, agents) = (Arc::clone(&all), Arc::clone(&ids));
        async move {
            let read = message::Read {
                limit: 50,
                ..message::Read::default()
            };
            done(
                bench
                    .store
                    .read_messages(agents[caller].clone(), read)
                    .await,
            );
        }
    })
    .await;
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let directory = arguments.next().expect("name a directory");
    let stored: usize = arguments
        .next()
        .map_or(0, |text| text.parse().expect("a number"));
    let clock = Arc::new(Real { started: instant() });
    let path = Path::new(&directory).join("paceline.db");
    let store = SqliteStore::open(
        path,
        Arc::clone(&clock) as Arc<dyn Clock>,
        Options::default(),
    )
    .expect("the directory is free");
    let bench = Arc::new(Bench {
        store,
        clock,
        next: AtomicUsize::new(0),
    });
    let mut agents = Vec::new();
    for number in 0..CALLERS {
        agents.push(register(&bench, number).await);
    }
    let agents = Arc::new(agents);
    batches(&bench, "batch of 1,000", 1_000, (stored / 1_000).max(20)).await;
    for _ in 0..3 {
        let each = Arc::clone(&bench);
        measure("enqueue", 64_000, move |_| {
            let bench = Arc::clone(&each);
            async move { bench.enqueue().await }
        })
        .await;
        let (each, ids) = (Arc::clone(&bench), Arc::clone(&agents));
        measure("claim + complete", 64_000, move |caller| {
            let (bench, agents) = (Arc::clone(&each), Arc::clone(&ids));
            async move {
                bench.pair(&agents[caller]).await;
            }
        })
        .await;
    }
    fan(&bench, &agents[0]).await;
    plans(&bench).await;
    messages(&bench, &agents).await;
    println!("{:?}", done(bench.store.sizes().await));
    bench.store.close().await;
}
