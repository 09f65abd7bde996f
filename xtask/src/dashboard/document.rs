//! The section of `docs/benchmarks.md` that is measured here. Owns its text; refuses to know the rest
//! of the document.

use super::{Conditions, Results};
use crate::peers::cells::{Table, grouped, markdown};

const HOW: &str = "\
Server, fleet and browser share the machine. The fleet (`paceline bench-fleet`, an open loop on one thread) claims, updates its status,
records tool calls, sends signs of life, completes, fails and gives back tasks, sends, reads and acknowledges messages and writes
memory as the agents of `paceline demo` do; planners enqueue twenty tasks at a time. The page is `/` in headless Chromium, 1600 by
1000 pixels, opened when the fleet is at its pace.

* *Commit to painted*: every change that a frame brings, those too that a later one of the same row hides (`moments` in
  [the feed](format/live.md)), from the server's clock just after the commit, or after the operation where nothing of the page's is
  committed, to the task that the browser runs after the picture with it. The server's times are whole milliseconds, rounded down, so that
  a lag may be up to one too long. Both clocks are the machine's; the page still estimates the offset by pings, and *clocks agree within* is
  half of the shortest round trip. Not in it is the way from there to the screen, which has its own rows: the browser's
  compositor and its drawing without a graphics card, by the browser's trace. Numbers and tiles are painted with each frame; the
  list of events moves at most every 0.8 s in such a flood, the sentence on top once a second unless the judgement changes, and the bar of
  tasks by half a percent. Tiles that the page is not scrolled to do not exist.
* *Main thread a frame*: all that the page's main thread did from the arrival of a frame of the feed to that of the next, by the
  browser's trace in a stretch of its own: reading the message, script, style, layout, paint, commit, timers, the charts' questions. *Processor*
  is the time that it worked, *elapsed* what passed, waiting for a core included. The frame arrives in the page's worker, whose time has a
  row of its own. Tracing costs some of it, and so does telling the program that counts the bytes of every message.
* *On the wire*: the text of all messages to the page, without the two or four bytes of each frame's head.";

pub fn section(results: &Results) -> String {
    let conditions = &results.conditions;
    format!(
        "## The live page, beside a fleet at work\n\n```sh\n{}   # about a minute, after the build\n```\n\n{HOW}\n\n{}\n\n{}",
        results.options.command(),
        under(results, conditions),
        markdown(&table(results)),
    )
}

pub fn table(results: &Results) -> Table {
    let heads = ["figure", "measured", "target", "verdict"];
    let mut table = vec![heads.map(str::to_owned).to_vec()];
    table.extend(results.rows.iter().map(super::rows::Row::cells));
    table
}

fn under(results: &Results, conditions: &Conditions) -> String {
    let Conditions {
        date,
        machine,
        file_system,
        browser,
        build,
        load_before,
        load_after,
    } = conditions;
    format!(
        "{date}, {machine}, {file_system}, load average {load_before:.1} before and {load_after:.1} after; {build}; durable: an answer \
         means synced to disk; Chromium {browser}; {} agents, {} operations a second asked for, {} s.{}",
        grouped(results.options.agents),
        grouped(results.options.rate),
        results.options.seconds,
        busy(*load_before),
    )
}

fn busy(load: f64) -> &'static str {
    // Up to there one other program may have run.
    if load <= 1.0 {
        return "";
    }
    " The machine was busy with other work: what waits for a core is longer than on a quiet one."
}
