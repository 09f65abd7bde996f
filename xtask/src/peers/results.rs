//! Everything that a run came to. Owns medians over rounds and the JSON; refuses to lay it out.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::count::{Delivery, Pace};
use super::options::Options;
use super::peer::{Card, Group, Product};
use super::round::{Phase, Round};
use super::work::Kind;

/// One peer over all rounds.
pub struct Entry {
    pub card: Card,
    /// Or why it could not be installed.
    pub product: Result<Product, String>,
    pub rounds: Vec<Round>,
    /// Turns that broke off, each with its error.
    pub broken: Vec<String>,
}

impl Entry {
    pub fn pace(&self, phase: Phase) -> Option<Pace> {
        let rounds = self.rounds.iter();
        let paces: Vec<_> = rounds
            .filter_map(|round| round.paces.get(&phase))
            .copied()
            .collect();
        Pace::median(&paces)
    }

    /// Summed, not a median: what was lost once was lost.
    pub fn delivery(&self, kind: Kind) -> Option<Delivery> {
        let rounds = self.rounds.iter();
        let all = rounds
            .filter_map(|round| round.deliveries.get(&kind))
            .copied();
        all.reduce(Delivery::and)
    }

    pub fn crash(&self) -> Option<Delivery> {
        let all = self.rounds.iter().filter_map(|round| round.crash);
        all.reduce(Delivery::and)
    }

    /// Each remark once.
    pub fn remarks(&self) -> Vec<String> {
        let mut remarks: Vec<String> = Vec::new();
        let all = self.rounds.iter().flat_map(|round| &round.remarks);
        for remark in all.chain(&self.broken) {
            if !remarks.contains(remark) {
                remarks.push(remark.clone());
            }
        }
        remarks
    }
}

/// Under which conditions.
pub struct Conditions {
    pub date: String,
    pub machine: String,
    pub file_system: String,
    pub load_before: f64,
    pub load_after: f64,
    pub minutes: f64,
}

pub struct Results {
    pub options: Options,
    pub conditions: Conditions,
    pub entries: Vec<Entry>,
}

impl Results {
    pub fn of(&self, group: Group) -> impl Iterator<Item = &Entry> {
        self.entries
            .iter()
            .filter(move |entry| entry.card.group == group)
    }

    pub fn to_json(&self) -> Value {
        let conditions = &self.conditions;
        json!({
            "command": self.options.command(),
            "date": conditions.date,
            "machine": conditions.machine,
            "file_system": conditions.file_system,
            "load_average": {"before": conditions.load_before, "after": conditions.load_after},
            "minutes": conditions.minutes,
            "rounds": self.options.rounds,
            "phase_seconds_max": self.options.seconds,
            "peers": self.entries.iter().map(entry).collect::<Vec<_>>(),
        })
    }
}

fn entry(entry: &Entry) -> Value {
    let card = &entry.card;
    let lacks = card.lacks.iter().map(|(kind, why)| (kind.name(), *why));
    let product = match &entry.product {
        Ok(product) => json!({"version": product.version, "licence": product.licence,
            "source": product.source}),
        Err(error) => json!({"not_run": error}),
    };
    let medians = Phase::ALL.into_iter().filter_map(|phase| {
        let pace = entry.pace(phase)?;
        Some((phase.name().to_owned(), pace_json(pace)))
    });
    json!({
        "name": card.name, "group": card.group.name(), "client": card.client,
        "through": card.spoken, "durability": card.durability,
        "lacks": lacks.collect::<BTreeMap<_, _>>(),
        "product": product,
        "medians": medians.collect::<Map<_, _>>(),
        "deliveries": deliveries(&Kind::ALL.into_iter()
            .filter_map(|kind| Some((kind, entry.delivery(kind)?))).collect()),
        "crash": entry.crash().map(delivery),
        "rounds": entry.rounds.iter().map(round).collect::<Vec<_>>(),
        "remarks": entry.remarks(),
    })
}

fn round(round: &Round) -> Value {
    let paces = round.paces.iter();
    let paces = paces.map(|(phase, pace)| (phase.name().to_owned(), pace_json(*pace)));
    json!({
        "phases": paces.collect::<Map<_, _>>(),
        "deliveries": deliveries(&round.deliveries),
        "crash": round.crash.map(delivery),
    })
}

fn pace_json(pace: Pace) -> Value {
    json!({"operations": pace.operations, "per_second": pace.per_second,
        "p50_ms": pace.p50_ms, "p99_ms": pace.p99_ms})
}

fn deliveries(all: &BTreeMap<Kind, Delivery>) -> Value {
    let all = all.iter();
    let all = all.map(|(kind, one)| (kind.name().to_owned(), delivery(*one)));
    Value::Object(all.collect())
}

fn delivery(delivery: Delivery) -> Value {
    json!({"acknowledged": delivery.acknowledged, "lost": delivery.lost,
        "doubled": delivery.doubled, "unread": delivery.unread})
}
