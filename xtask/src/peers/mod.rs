//! `cargo xtask bench-peers`: the same work on Paceline and on what package registries offer, side by
//! side in one run. Owns the order of the run; how peers are treated is decided in
//! `docs/decisions/0024-the-same-work-on-every-peer.md`.
//!
//! ```text
//! install all ──> round 1: A B C … ──> round 2: A B C … ──> medians ──> table, JSON, document
//!                 each: start in an empty folder, the phases, kill -9, restart, count, end
//! ```

mod beanstalkd;
pub mod cells;
pub mod clock;
mod coordination;
mod count;
mod document;
pub mod home;
mod http;
mod libraries;
mod licence;
pub mod lifeline;
pub mod machine;
mod nats;
mod options;
mod paceline;
mod peer;
mod postgres;
mod postgres_server;
pub mod process;
mod queues;
mod redis;
mod results;
mod round;
mod script;
mod sockets;
mod words;
mod work;

use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use self::home::Home;
use self::lifeline::Lifeline;
use self::options::Options;
use self::peer::Peer;
use self::results::{Conditions, Entry, Results};
use crate::{section, shell};

pub use self::options::USAGE;

const DOCUMENT: &str = "docs/benchmarks.md";

/// In the order in which they take their turns.
fn peers() -> Vec<Box<dyn Peer>> {
    vec![
        Box::new(paceline::OverHttp),
        Box::new(queues::BeanstalkdServer),
        Box::new(queues::RedisServer),
        Box::new(queues::PostgresServer),
        Box::new(queues::NatsServer),
        Box::new(paceline::OverHttpFromNode),
        Box::new(libraries::BullMq),
        Box::new(libraries::PgBoss),
        Box::new(paceline::OverMcp),
        Box::new(coordination::AgentMail),
        Box::new(coordination::CoordinationMemory),
        Box::new(coordination::ServerMemory),
        Box::new(coordination::Ruflo),
    ]
}

pub fn run(arguments: impl Iterator<Item = String>) -> Result<bool> {
    let options = Options::parse(arguments)?;
    let mut peers = peers();
    peers.retain(|peer| options.includes(&peer.card()));
    ensure!(!peers.is_empty(), "`--only` names no peer: {}", names());
    let home = Home::new(options.binary.clone());
    let mut entries = install(&peers, &home)?;
    let load_before = machine::load_average();
    let started = clock::now();
    let folder = Folder::make(&options.folder, "bench-peers")?;
    measure(&peers, &home, &options, &folder.0, &mut entries)?;
    let conditions = Conditions {
        date: machine::date(),
        machine: machine::describe(),
        file_system: machine::file_system(&folder.0),
        load_before,
        load_after: machine::load_average(),
        minutes: started.elapsed().as_secs_f64() / 60.0,
    };
    let results = Results {
        options,
        conditions,
        entries,
    };
    tell(&results)?;
    Ok(results.entries.iter().any(|entry| !entry.rounds.is_empty()))
}

fn names() -> String {
    let names = peers()
        .iter()
        .map(|peer| peer.card().name)
        .collect::<Vec<_>>();
    format!("it may name {}, queues, coordination", names.join(", "))
}

/// One that cannot be installed is named with the reason, and the others run.
fn install(peers: &[Box<dyn Peer>], home: &Home) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for peer in peers {
        let card = peer.card();
        let product = peer.install(home).map_err(|error| format!("{error:#}"));
        match &product {
            Ok(product) => println!(
                "bench-peers: {} {} ({}), licence {}",
                card.name, product.version, product.source, product.licence
            ),
            Err(error) => println!("bench-peers: {} is left out: {error}", card.name),
        }
        entries.push(Entry {
            card,
            product,
            rounds: Vec::new(),
            broken: Vec::new(),
        });
    }
    Ok(entries)
}

/// Rounds from outside in, so that what changes on the machine meanwhile meets everybody.
fn measure(
    peers: &[Box<dyn Peer>],
    home: &Home,
    options: &Options,
    folder: &Path,
    entries: &mut [Entry],
) -> Result<()> {
    for number in 1..=options.rounds {
        for (peer, entry) in peers.iter().zip(entries.iter_mut()) {
            if entry.product.is_err() {
                continue;
            }
            let started = clock::now();
            let own = folder.join(entry.card.key().replace(['/', ' '], "-"));
            std::fs::create_dir_all(&own)?;
            let outcome = round::run(&**peer, home, options, &own);
            let said = match outcome {
                Ok(round) => {
                    entry.rounds.push(round);
                    "done".to_owned()
                }
                Err(error) => {
                    let said = format!("a turn broke off: {error:#}");
                    entry.broken.push(said.clone());
                    said
                }
            };
            println!(
                "bench-peers: round {number} of {}, {} ({}): {said} in {:.1} s",
                options.rounds,
                entry.card.name,
                entry.card.group.name(),
                started.elapsed().as_secs_f64()
            );
            std::fs::remove_dir_all(&own)?;
        }
    }
    Ok(())
}

fn tell(results: &Results) -> Result<()> {
    print!("{}", cells::for_terminal(results));
    let file = shell::target().join("bench-peers.json");
    let json = serde_json::to_string_pretty(&results.to_json())?;
    std::fs::write(&file, json + "\n").with_context(|| format!("write `{}`", file.display()))?;
    println!("\nbench-peers: every round is in {}", file.display());
    if results.options.writes_document {
        let path = shell::root().join(DOCUMENT);
        section::write(&path, "bench-peers", &document::section(results))?;
        println!("bench-peers: its section of {DOCUMENT} is written");
    }
    Ok(())
}

/// Where data is kept; gone with the run, however that ends.
pub struct Folder(
    pub std::path::PathBuf,
    #[expect(dead_code, reason = "held until the run ends")] Lifeline,
);

impl Folder {
    pub fn make(parent: &Path, command: &str) -> Result<Self> {
        let folder = parent.join(format!("paceline-{command}-{}", std::process::id()));
        std::fs::create_dir(&folder).with_context(|| format!("make `{}`", folder.display()))?;
        let lifeline = Lifeline::of_folder(&folder)?;
        Ok(Self(folder, lifeline))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
