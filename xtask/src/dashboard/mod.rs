//! `cargo xtask bench-dashboard`: how far the page is behind the fleet, in the browser, with all of it
//! on one machine. Owns the order of the run; refuses to fail for a missed target: the table says
//! which, and a busy machine is no defect.
//!
//! ```text
//! build ─▶ server ─▶ fleet registers, lives ─▶ cold loads ─▶ warm-up ─▶ measured ─▶ traced
//!                                                                 └ processor, fleet's count ┘
//! ```

mod document;
mod measured;
mod options;
mod processor;
mod quantiles;
mod rows;
mod talker;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use self::measured::{Measured, Shares};
use self::options::Options;
use self::processor::Snapshot;
use self::rows::Row;
use self::talker::Talker;
use crate::peers::home::Home;
use crate::peers::process::{Server, accepts};
use crate::peers::{Folder, cells, clock, machine};
use crate::tools::{self, Tools};
use crate::{section, shell, web};

pub use self::options::USAGE;

const COLD_LOADS: u64 = 3;
const WARM_UP_SECONDS: u64 = 5;
const TRACED_SECONDS: u64 = 10;

pub struct Results {
    pub options: Options,
    pub conditions: Conditions,
    pub rows: Vec<Row>,
}

/// Under which.
pub struct Conditions {
    pub date: String,
    pub machine: String,
    pub file_system: String,
    pub browser: String,
    pub build: String,
    pub load_before: f64,
    pub load_after: f64,
}

pub fn run(arguments: impl Iterator<Item = String>) -> Result<bool> {
    let options = Options::parse(arguments)?;
    let tools = tools::install()?;
    web::install(&tools)?;
    let home = Home::new(options.binary.clone());
    let binary = home.paceline()?;
    let folder = Folder::make(&options.folder, "bench-dashboard")?;
    let load_before = machine::load_average();
    let measured = measure(&options, &tools, &home, &binary, &folder.0)?;
    let conditions = Conditions {
        date: machine::date(),
        machine: machine::describe(),
        file_system: machine::file_system(&folder.0),
        browser: measured.cold["browser"]
            .as_str()
            .unwrap_or("of an unknown version")
            .to_owned(),
        build: build(&home, &binary)?,
        load_before,
        load_after: machine::load_average(),
    };
    let results = Results {
        rows: rows::rows(&options, &measured)?,
        options,
        conditions,
    };
    tell(&results, &measured)?;
    Ok(true)
}

fn build(home: &Home, binary: &Path) -> Result<String> {
    let version = shell::quiet(Command::new(binary).arg("--version"))?;
    let version = version.trim();
    if !home.builds_paceline() {
        return Ok(format!("{version}, given with `--binary`"));
    }
    let commit = shell::quiet(shell::command("git").args(["rev-parse", "--short=7", "HEAD"]));
    let commit = commit.as_deref().unwrap_or("unknown").trim();
    Ok(format!("{version}, release build of commit {commit}"))
}

fn say(words: &str) {
    println!("bench-dashboard: {words}");
}

fn measure(
    options: &Options,
    tools: &Tools,
    home: &Home,
    binary: &Path,
    folder: &Path,
) -> Result<Measured> {
    let server = serve(home.free_port()?, binary, folder)?;
    let server_id = server.id().context("the server has ended")?;
    let mut fleet = fleet(options, binary, server.port())?;
    let registered = fleet.hear()?;
    say(&format!(
        "{} agents registered, they live",
        registered["registered"]
    ));
    let mut page = page(options, tools, server.port(), folder)?;
    let cold = hear(&mut page, "cold")?;
    say(&format!(
        "the page is open; {WARM_UP_SECONDS} s until it is measured"
    ));
    hear(&mut page, "measuring")?;
    fleet.ask()?;
    let before = Snapshot::take();
    let started = clock::now();
    say(&format!("measuring for {} s", options.seconds));
    let counted = hear(&mut page, "measured")?;
    let after = Snapshot::take();
    let stretch = fleet.ask()?;
    let seconds = started.elapsed().as_secs_f64();
    let share = |of: &dyn Fn(&Snapshot) -> f64| (of(&after) - of(&before)) / seconds;
    let processor = Shares {
        server: share(&|at| at.own(server_id)),
        fleet: share(&|at| at.own(fleet.id())),
        driver: share(&|at| at.own(page.id())),
        browser: share(&|at| at.below(page.id())),
    };
    say(&format!("tracing the main thread for {TRACED_SECONDS} s"));
    let traced = hear(&mut page, "traced")?;
    Ok(Measured {
        cold,
        page: counted,
        traced,
        fleet: stretch,
        processor,
    })
}

fn serve(port: u16, binary: &Path, folder: &Path) -> Result<Server> {
    let binary = binary.to_owned();
    Server::start(port, folder, accepts, move |folder| {
        let mut serve = Command::new(&binary);
        serve.args(["serve", "--listen", &format!("127.0.0.1:{port}"), "--data"]);
        serve.arg(folder.join("data"));
        serve
    })
}

fn fleet(options: &Options, binary: &Path, port: u16) -> Result<Talker> {
    let mut command = Command::new(binary);
    command
        .args(["bench-fleet", "--address", &format!("127.0.0.1:{port}")])
        .args(["--agents", &options.agents.to_string()])
        .args(["--rate", &options.rate.to_string()]);
    Talker::start("the fleet", command)
}

fn page(options: &Options, tools: &Tools, port: u16, folder: &Path) -> Result<Talker> {
    let asked = json!({
        "url": format!("http://127.0.0.1:{port}/"), "chromium": tools.chromium, "cold_loads": COLD_LOADS,
        "warm_up_s": WARM_UP_SECONDS, "seconds": options.seconds, "traced_s": TRACED_SECONDS,
    });
    let mut command = Command::new(&tools.node);
    command
        .arg(web::folder().join("tests/bench/dashboard.mjs"))
        .arg(asked.to_string())
        // The browser's profile goes with the run.
        .env("TMPDIR", folder);
    Talker::start("the browser", command)
}

fn hear(page: &mut Talker, step: &str) -> Result<Value> {
    let said = page.hear()?;
    ensure!(
        said["step"] == step,
        "the browser told of `{}`, not of `{step}`",
        said["step"]
    );
    Ok(said)
}

fn tell(results: &Results, measured: &Measured) -> Result<()> {
    println!();
    print!("{}", cells::aligned(&document::table(results)));
    if let Some(refusal) = measured.fleet["first_refusal"].as_str() {
        say(&format!("the first refusal: {refusal}"));
    }
    let file = write_json(results, measured)?;
    say(&format!("all of it is in {}", file.display()));
    if results.options.writes_document {
        let path = shell::root().join("docs/benchmarks.md");
        section::write(&path, "bench-dashboard", &document::section(results))?;
        say("its section of docs/benchmarks.md is written");
    }
    Ok(())
}

fn write_json(results: &Results, measured: &Measured) -> Result<PathBuf> {
    let conditions = &results.conditions;
    let all = json!({
        "command": results.options.command(), "date": conditions.date, "machine": conditions.machine,
        "file_system": conditions.file_system, "browser": conditions.browser, "build": conditions.build,
        "load_average": {"before": conditions.load_before, "after": conditions.load_after},
        "rows": results.rows.iter().map(Row::to_json).collect::<Vec<_>>(),
        "raw": {"cold": measured.cold, "page": measured.page, "traced": measured.traced, "fleet": measured.fleet},
    });
    let file = shell::target().join("bench-dashboard.json");
    let json = serde_json::to_string_pretty(&all)?;
    std::fs::write(&file, json + "\n").with_context(|| format!("write `{}`", file.display()))?;
    Ok(file)
}
