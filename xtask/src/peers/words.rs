//! What the figures say, in sentences. Owns who was faster, and by how much; refuses to speak of
//! differences that one noisy machine cannot tell apart.

use super::cells;
use super::peer::Group;
use super::results::{Entry, Results};
use super::round::Phase;

/// Faster by less is no difference.
const WORTH_SAYING: f64 = 1.10;

/// One sentence for each peer and phase in which it outran Paceline through the same client.
pub fn where_peers_are_faster(results: &Results, group: Group) -> Vec<String> {
    let entries: Vec<_> = results.of(group).collect();
    let (ours, peers): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.card.is_ours);
    let mut sentences = Vec::new();
    for peer in peers {
        let same_client = |entry: &&&Entry| entry.card.client == peer.card.client;
        let Some(paceline) = ours.iter().find(same_client) else {
            continue;
        };
        sentences.extend(
            Phase::ALL
                .into_iter()
                .filter_map(|phase| faster(peer, paceline, phase)),
        );
    }
    sentences
}

fn faster(peer: &Entry, paceline: &Entry, phase: Phase) -> Option<String> {
    let theirs = peer.pace(phase)?.per_second;
    let ours = paceline.pace(phase)?.per_second;
    let ratio = theirs / ours;
    (WORTH_SAYING <= ratio).then(|| {
        format!(
            "**{}** is faster at *{}*: {} a second, {:.1} times the {} of {}.",
            peer.card.name,
            phase.name(),
            cells::rate(theirs),
            ratio,
            cells::rate(ours),
            paceline.card.name
        )
    })
}
