//! Change points, trend and levels of a series, as a table:
//! `cargo run -p paceline-analysis --example changes -- FILE|- [--gate 0.05] [--min-segment 5]`.
//!
//! One number a line, or a CSV of which the last column counts. A line without a number is a gap, and
//! so is a heading; places count all lines but the heading, from 0.

use std::io::Read as _;
use std::process::ExitCode;

use paceline_analysis::{
    ChangeOptions, ChangePoint, Changes, Trend, change_points_with, drift, trend,
};

const USAGE: &str = "usage: changes FILE|- [--gate 0.05] [--min-segment 5]";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let mut path = None;
    let mut options = ChangeOptions::default();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--gate" => options.gate = number(&argument, arguments.next())?,
            "--min-segment" => options.min_segment = number(&argument, arguments.next())?,
            _ if path.is_none() => path = Some(argument),
            other => return Err(format!("`{other}` is one argument too many; {USAGE}")),
        }
    }
    let values = values(&read(&path.ok_or(USAGE)?)?);
    let changes = change_points_with(&values, &options);
    println!("{} values, {} gaps", changes.values, changes.left_out);
    print_points("changes", &changes.points);
    print_points("changes under the gate", &changes.slight);
    print_trends(&values, &changes);
    print_levels(&changes);
    Ok(())
}

fn number<T: std::str::FromStr>(name: &str, text: Option<String>) -> Result<T, String> {
    let text = text.ok_or_else(|| format!("`{name}` needs a number"))?;
    text.parse()
        .map_err(|_| format!("`{text}` after `{name}` is no number"))
}

fn read(path: &str) -> Result<String, String> {
    if path == "-" {
        let mut text = String::new();
        let read = std::io::stdin().read_to_string(&mut text);
        return read
            .map(|_| text)
            .map_err(|cause| format!("failed to read standard input: {cause}"));
    }
    std::fs::read_to_string(path).map_err(|cause| format!("failed to read `{path}`: {cause}"))
}

fn values(text: &str) -> Vec<f64> {
    let last = |line: &str| {
        line.rsplit([',', ';', '\t'])
            .next()
            .unwrap_or("")
            .trim()
            .parse()
            .ok()
    };
    let is_heading = |line: &str| last(line).is_none() && line.contains(char::is_alphabetic);
    let heading = usize::from(text.lines().next().is_some_and(is_heading));
    text.lines()
        .skip(heading)
        .map(|line| last(line).unwrap_or(f64::NAN))
        .collect()
}

fn print_points(title: &str, points: &[ChangePoint]) {
    if points.is_empty() {
        println!("\nno {title}");
        return;
    }
    println!("\n{title}");
    println!(
        "{:>8} {:>14} {:>14} {:>9}  {:<22} {:>9}  now",
        "at", "before", "after", "change", "95 % interval", "strength"
    );
    for point in points {
        let interval = format!("{} to {}", percent(point.low), percent(point.high));
        let now = if point.persists {
            "persists"
        } else {
            "went away"
        };
        println!(
            "{:>8} {:>14.6} {:>14.6} {:>9}  {interval:<22} {:>9.2}  {now}",
            point.index,
            point.before,
            point.after,
            percent(point.change),
            point.strength,
        );
    }
}

fn print_trends(values: &[f64], changes: &Changes) {
    println!(
        "\n{:28} {:>14} {:>9}  {:<22} {:>9}  verdict",
        "trend", "per value", "change", "95 % interval", "p"
    );
    print_trend("of all", trend(values));
    print_trend("with steps taken out", drift(values, changes));
    if changes.is_drift {
        println!("it moves as a line does, not in steps");
    }
}

fn print_trend(name: &str, trend: Option<Trend>) {
    let Some(trend) = trend else {
        println!("{name:28} too few values");
        return;
    };
    let interval = format!(
        "{} to {}",
        percent(trend.change_low),
        percent(trend.change_high)
    );
    println!(
        "{name:28} {:>14.6} {:>9}  {interval:<22} {:>9.4}  {:?}",
        trend.slope,
        percent(trend.change),
        trend.p_value,
        trend.verdict,
    );
}

fn print_levels(changes: &Changes) {
    println!(
        "\nlevels, scatter {:.6}, correlation {:.2}",
        changes.scatter, changes.correlation
    );
    println!("{:>8} {:>8} {:>8} {:>14}", "from", "to", "values", "median");
    for level in &changes.levels {
        println!(
            "{:>8} {:>8} {:>8} {:>14.6}",
            level.from, level.to, level.count, level.median
        );
    }
}

fn percent(share: f64) -> String {
    format!("{:+.1} %", share * 100.0)
}
