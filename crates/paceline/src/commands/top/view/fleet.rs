//! Agents by health, and who leads. Owns the words for an office without a holder; refuses lists,
//! which the tables are for.

use paceline_api::{AgentHealth, LeaderState};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::super::model::{Fleet, Mood};
use super::Scene;
use super::table::titled;
use crate::terminal::words;

pub fn draw(scene: Scene<'_>, area: Rect, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let fleet = &scene.model.picture().fleet;
    let title = format!(
        "Fleet: {}",
        words::count(fleet.agents().count() as u64, "agent")
    );
    let block = titled(scene, &title, false);
    let inner = block.inner(area);
    block.render(area, buf);
    let mut lines = vec![healthy(scene, fleet), at_work(fleet)];
    lines.extend(
        fleet
            .leaders
            .iter()
            .map(|state| leader(scene, fleet, state)),
    );
    if fleet.leaders.is_empty() {
        lines.push(Line::styled("no election yet", scene.theme.quiet()));
    }
    for (line, row) in lines.iter().zip(inner.rows()) {
        line.render(row, buf);
    }
}

fn healthy(scene: Scene<'_>, fleet: &Fleet) -> Line<'static> {
    let counts = AgentHealth::ALL.iter().zip(fleet.by_health());
    let spans = counts.flat_map(|(health, count)| {
        let style = if 0 < count {
            scene.theme.health(*health)
        } else {
            scene.theme.quiet()
        };
        let text = format!("{} {count}", health.as_str());
        [Span::styled(text, style), Span::raw("  ")]
    });
    Line::from(spans.collect::<Vec<_>>())
}

fn at_work(fleet: &Fleet) -> Line<'static> {
    let at_work = fleet.at_work();
    let idle = fleet.agents().count() - at_work;
    let left_out = match fleet.agents_left_out {
        0 => String::new(),
        count => format!("  not shown {count}"),
    };
    Line::raw(format!(
        "at work {at_work}  without a task {idle}{left_out}"
    ))
}

fn leader(scene: Scene<'_>, fleet: &Fleet, state: &LeaderState) -> Line<'static> {
    let (election, epoch) = (&state.election, state.epoch);
    match &state.leader {
        Some(leader) => {
            let name = fleet.name_of(leader);
            Line::raw(format!("{election}: {name}, epoch {epoch}"))
        }
        None => Line::styled(
            format!("{election}: nobody, epoch {epoch}"),
            scene.theme.mood(Mood::Trouble),
        ),
    }
}
