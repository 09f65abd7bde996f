//! What became of earlier recommendations. Owns the comparison of what was watched with what is now;
//! refuses to claim that the advice was the reason.

use super::model::{Became, Followed, Recommendation, Report, Watched};
use super::words::{duration, percent, percent_of_change};

/// Closer to the target than this is there.
const NEAR: f64 = 0.05;

/// In the order in which they were given.
pub(super) fn follow(earlier: &Report, now: &Report) -> Vec<Followed> {
    let given = earlier.recommendations.iter();
    given
        .filter_map(|one| followed(one, earlier, now))
        .collect()
}

fn followed(one: &Recommendation, earlier: &Report, now: &Report) -> Option<Followed> {
    let watched = one.watched.as_ref()?;
    let figure = figure(watched, now);
    let became = figure.map_or(Became::Unknown, |figure| became(watched, figure));
    let said = match figure {
        None => "what was watched does not occur in this period".to_owned(),
        Some(figure) => format!(
            "{} of `{}` was {}, with {} to reach; it is {} now",
            called(&watched.figure),
            watched.subject,
            shown(&watched.figure, watched.was),
            shown(&watched.figure, watched.target),
            shown(&watched.figure, figure),
        ),
    };
    let outcome = match became {
        Became::Done => "Done",
        Became::Better => "Better, not done",
        Became::Unchanged => "Still so",
        Became::Worse => "Worse",
        Became::Unknown => "Not known",
    };
    Some(Followed {
        id: one.id.clone(),
        given_in: earlier.period.name.clone(),
        action: one.action.clone(),
        became,
        now: figure,
        sentence: format!("{outcome}: {said}."),
    })
}

fn figure(watched: &Watched, now: &Report) -> Option<f64> {
    if watched.figure == "slower_than_others" {
        let agents = now
            .findings
            .iter()
            .filter_map(|finding| finding.agent.as_ref());
        let slower = agents.filter(|agent| agent.agent_id == watched.subject);
        let slower = slower.map(|agent| agent.slower).reduce(f64::max);
        let works = || now.work.iter().any(|row| row.agent_id == watched.subject);
        return slower.or_else(|| works().then_some(0.0));
    }
    let row = now
        .operations
        .iter()
        .find(|row| row.operation == watched.subject)?;
    let figures = row.current?;
    match watched.figure.as_str() {
        "p50_ms" => Some(figures.durations.p50_ms),
        "p95_ms" => Some(figures.durations.p95_ms),
        "error_rate" => Some(1.0 - figures.success_rate),
        _ => None,
    }
}

fn became(watched: &Watched, now: f64) -> Became {
    let reach = NEAR
        * (watched.was - watched.target)
            .abs()
            .max(watched.target.abs());
    if now <= watched.target + reach {
        Became::Done
    } else if now < watched.was - reach {
        Became::Better
    } else if now <= watched.was + reach {
        Became::Unchanged
    } else {
        Became::Worse
    }
}

fn called(figure: &str) -> &'static str {
    match figure {
        "p50_ms" => "the median",
        "p95_ms" => "the 95th percentile",
        "error_rate" => "the share of failures",
        _ => "the delay against other agents",
    }
}

fn shown(figure: &str, value: f64) -> String {
    match figure {
        "p50_ms" | "p95_ms" => duration(value),
        "error_rate" => percent(value),
        _ => percent_of_change(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_watched_is_compared_with_what_is_now() {
        let check = |was: f64, target: f64, now: f64, expected: Became| {
            let watched = Watched {
                subject: "task_claim".to_owned(),
                figure: "p50_ms".to_owned(),
                was,
                target,
            };
            assert_eq!(became(&watched, now), expected, "{was} {target} {now}");
        };
        check(1.2, 1.0, 1.03, Became::Done);
        check(1.2, 1.0, 0.4, Became::Done);
        check(2.0, 1.0, 1.5, Became::Better);
        check(2.0, 1.0, 2.01, Became::Unchanged);
        check(2.0, 1.0, 2.4, Became::Worse);
        check(0.5, 0.0, 0.0, Became::Done);
    }
}
