//! The section of `docs/benchmarks.md` that is measured here. Owns its text; refuses to know the rest
//! of the document.

use super::cells::{self, grouped, markdown};
use super::peer::Group;
use super::results::{Entry, Results};
use super::words;
use super::work::Kind;

pub fn section(results: &Results) -> String {
    let mut text = format!(
        "## Coordination and queues, beside others\n\n```sh\n{}   # about {:.0} minutes\n\
         cargo xtask bench-peers --quick   # a first look in two; not written here\n```\n\n",
        results.options.command(),
        results.conditions.minutes.max(1.0)
    );
    text.push_str(
        "How, and what was set in the peers' favour: [decision \
         0024](decisions/0024-the-same-work-on-every-peer.md). Metrics engines are compared above, by \
         `paceline bench --suite metrics`.\n\n",
    );
    text.push_str(&conditions(results));
    text.push_str(&group(results, Group::Queues, "Queues", QUEUES));
    text.push_str(&group(
        results,
        Group::Coordination,
        "Coordination over MCP",
        COORDINATION,
    ));
    text.push_str(&products(results));
    text.push_str(&not_run(results));
    text
}

const QUEUES: &str = "\
One durable operation a call, one call at a time a client. Peers that are servers are driven on plain sockets by one program
written in Rust; `bullmq` and `pg-boss` are libraries, so they run in one Node process, and so does the Paceline beside
them. Compare a peer with the Paceline of its own client.";

const COORDINATION: &str = "\
The same Python client of MCP for all, in one process, whose own cost is in every figure. Servers that speak stdio run as a
fleet runs them: a process a client, all on one folder; so their writes from eight and from four clients are writes of
as many processes. Notes are got one by one by name, or, where a peer tells only everything at once
(coordination-memory-mcp, server-memory), in one call.";

fn conditions(results: &Results) -> String {
    let conditions = &results.conditions;
    let sizes = |group, name| {
        let sizes = results.options.sizes(group);
        format!(
            "{name} {} tasks (and a quarter of that from a client alone), {} messages, {} notes",
            grouped(sizes.tasks),
            grouped(sizes.messages),
            grouped(sizes.notes)
        )
    };
    format!(
        "{}, {}, {}, load average {:.1} before and {:.1} after. {} rounds, peers in turns within each, \
         every turn in an empty folder; {}; {}. Lost and doubled are sums over rounds, paces are medians.{}\n\n",
        conditions.date,
        conditions.machine,
        conditions.file_system,
        conditions.load_before,
        conditions.load_after,
        results.options.rounds,
        sizes(Group::Queues, "queues:"),
        sizes(Group::Coordination, "over MCP:"),
        busy(conditions.load_before),
    )
}

fn busy(load: f64) -> &'static str {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    if load <= cores as f64 {
        return "";
    }
    " The machine was busy with other work, which slows whoever waits for its disk: read who was faster, not how fast."
}

fn group(results: &Results, group: Group, title: &str, about: &str) -> String {
    let mut text = format!("### {title}\n\n{about}\n\nWhat became of what was acknowledged:\n\n");
    text.push_str(&markdown(&cells::correctness(results, group)));
    text.push_str("\nOperations a second; p50 / p99 in milliseconds:\n\n");
    text.push_str(&markdown(&cells::paces(results, group)));
    text.push_str("\nWhere a peer is faster:\n\n");
    let faster = words::where_peers_are_faster(results, group);
    if faster.is_empty() {
        text.push_str("* Nowhere in this run, by a tenth or more.\n");
    }
    for sentence in faster {
        text.push_str(&format!("* {sentence}\n"));
    }
    let remarks: Vec<_> = results.of(group).flat_map(lines_about).collect();
    if !remarks.is_empty() {
        text.push_str("\nTo be read with them:\n\n");
        for remark in remarks {
            text.push_str(&format!("* {remark}\n"));
        }
    }
    text.push('\n');
    text
}

/// What it does not have and what went otherwise.
fn lines_about(entry: &Entry) -> Vec<String> {
    let name = entry.card.name;
    let lacks = Kind::ALL.into_iter().filter(|_| !entry.card.is_ours);
    let lacks = lacks.filter_map(|kind| {
        let why = entry.card.lack_of(kind)?;
        Some(format!("{name}, {}s: {why}.", kind.name()))
    });
    let remarks = entry.remarks().into_iter();
    lacks
        .chain(remarks.map(|remark| format!("{name}: {remark}.")))
        .collect()
}

fn products(results: &Results) -> String {
    let heads = [
        "",
        "version",
        "from",
        "licence",
        "through",
        "durability set",
        "client",
    ];
    let mut table = vec![heads.map(str::to_owned).to_vec()];
    for entry in &results.entries {
        if let Ok(product) = &entry.product {
            table.push(vec![
                entry.card.name.to_owned(),
                product.version.clone(),
                product.source.clone(),
                product.licence.clone(),
                entry.card.spoken.to_owned(),
                entry.card.durability.to_owned(),
                entry.card.client.to_owned(),
            ]);
        }
    }
    format!("### What was measured\n\n{}\n", markdown(&table))
}

fn not_run(results: &Results) -> String {
    let mut text = String::new();
    for entry in &results.entries {
        if let Err(error) = &entry.product {
            let error = error.lines().next().unwrap_or("no reason");
            text.push_str(&format!("* {} did not run: {error}.\n", entry.card.name));
        }
    }
    if text.is_empty() {
        return text;
    }
    format!("Not run:\n\n{text}\n")
}
