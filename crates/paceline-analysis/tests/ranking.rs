//! The promise of the ranking, on fleets of which the truth is known: equal agents are left alone,
//! and one that is slow or flaky is told.

mod fleet;

use fleet::{Fleet, NOISES, Noise, Odd};
use paceline_analysis::ranking::{Attempt, End, Tally, Verdict};

/// Fleets a family of durations: 20 agents each.
const REPETITIONS: u64 = 300;

fn share(count: u64, of: u64) -> f64 {
    count as f64 / of as f64
}

/// Turns red with limits of 95 %, and when the mix of kinds is not taken into account (one stratum).
#[test]
fn of_equal_agents_fewer_than_one_in_two_hundred_is_flagged() {
    let (mut flagged, mut judged) = (0, 0);
    for (noise, seed) in NOISES
        .iter()
        .flat_map(|noise| (0..REPETITIONS).map(move |seed| (noise, seed)))
    {
        for agent in Fleet::equal(seed, *noise).tally().ranking().agents {
            judged += u64::from(agent.verdict != Verdict::NotEnoughData);
            let out = [Verdict::AboveExpected, Verdict::BelowExpected].contains(&agent.verdict);
            flagged += u64::from(out);
        }
    }
    let rate = share(flagged, judged);
    println!(
        "{flagged} of {judged} equal agents flagged: {:.3} %",
        100.0 * rate
    );
    assert!(15_000 < judged, "{judged}");
    assert!(rate < 0.005, "{rate}");
}

/// How often the odd agent is told, and how often one of the others is.
fn power(noise: Noise, odd: Odd) -> (f64, f64) {
    let (mut found, mut accused) = (0, 0);
    let fleets = 100;
    for seed in 0..fleets {
        let fleet = Fleet::with(1_000 + seed, noise, odd);
        for agent in fleet.tally().ranking().agents {
            let below = u64::from(agent.verdict == Verdict::BelowExpected);
            match agent.agent == fleet::ODD {
                true => found += below,
                false => accused += below,
            }
        }
    }
    println!("{noise:?} {odd:?}: found {found}, others accused {accused}");
    (share(found, fleets), share(accused, 19 * fleets))
}

#[test]
fn an_agent_that_takes_half_as_long_again_is_below_expected() {
    let slow = |tasks| Odd {
        tasks,
        slower: 1.5,
        fails_more: 0.0,
    };
    for (noise, tasks) in [
        (Noise::LogNormal, 200),
        (Noise::HeavyTails, 300),
        (Noise::Hangs, 300),
    ] {
        let (found, accused) = power(noise, slow(tasks));
        assert!(0.95 <= found, "{noise:?}: {found}");
        assert!(accused < 0.005, "{noise:?}: {accused}");
    }
}

#[test]
fn an_agent_that_fails_fifteen_in_a_hundred_more_is_below_expected() {
    let flaky = Odd {
        tasks: 300,
        slower: 1.0,
        fails_more: 0.15,
    };
    let (found, accused) = power(Noise::LogNormal, flaky);
    assert!(0.95 <= found, "{found}");
    assert!(accused < 0.005, "{accused}");
}

fn attempt(agent: &str, kind: &'static str, end: End, took_ms: f64) -> Attempt<'static> {
    Attempt {
        agent: Box::leak(agent.to_owned().into_boxed_str()),
        kind: Some(kind),
        end,
        took_ms: Some(took_ms),
        waited_ms: Some(5.0),
    }
}

/// `count` tasks of 90 to 110 ms.
fn add(tally: &mut Tally, agent: &str, kind: &'static str, count: u32, factor: f64) {
    for one in 0..count {
        let took_ms = factor * (90.0 + f64::from(one % 21));
        tally.add(&attempt(agent, kind, End::Completed, took_ms));
    }
}

/// No agent of that name has no verdict and no evidence.
fn verdict(tally: &Tally, agent: &str) -> (Verdict, String) {
    let agents = tally.ranking().agents;
    let mut found = agents.into_iter().filter(|one| one.agent == agent);
    found.next().map_or_else(
        || (Verdict::NotEnoughData, String::new()),
        |one| (one.verdict, one.evidence),
    )
}

#[test]
fn a_kind_that_one_agent_does_is_not_comparable_and_says_so() {
    let mut tally = Tally::default();
    for agent in ["a", "b", "c", "d"] {
        add(&mut tally, agent, "code", 40, 1.0);
    }
    add(&mut tally, "alone", "deploy", 60, 9.0);
    let (found, evidence) = verdict(&tally, "alone");
    assert_eq!(found, Verdict::NotEnoughData);
    assert!(
        evidence.starts_with("Nothing to compare with"),
        "{evidence}"
    );
    assert_eq!(verdict(&tally, "a").0, Verdict::AsExpected);
}

#[test]
fn few_tasks_give_no_verdict_however_slow() {
    let mut tally = Tally::default();
    for agent in ["a", "b", "c", "d"] {
        add(&mut tally, agent, "code", 100, 1.0);
    }
    add(&mut tally, "new", "code", 29, 5.0);
    let (found, evidence) = verdict(&tally, "new");
    assert_eq!(found, Verdict::NotEnoughData);
    assert!(
        evidence.contains("29 tasks") && evidence.contains("30"),
        "{evidence}"
    );
}

/// Turns red without the search for who stands out furthest: the others look fast beside it.
#[test]
fn one_slow_agent_of_four_does_not_make_the_others_fast() {
    let mut tally = Tally::default();
    for (agent, factor) in [("a", 1.0), ("b", 1.0), ("c", 1.0), ("slow", 2.0)] {
        add(&mut tally, agent, "code", 200, factor);
    }
    assert_eq!(verdict(&tally, "slow").0, Verdict::BelowExpected);
    for agent in ["a", "b", "c"] {
        assert_eq!(verdict(&tally, agent).0, Verdict::AsExpected, "{agent}");
    }
}

#[test]
fn an_agent_whose_tasks_hang_is_slow_although_none_of_them_ended() {
    let mut tally = Tally::default();
    for agent in ["a", "b", "c", "d", "e"] {
        add(&mut tally, agent, "code", 100, 1.0);
    }
    add(&mut tally, "hangs", "code", 5, 1.0);
    for _ in 0..40 {
        tally.add(&attempt("hangs", "code", End::Running, 60_000.0));
    }
    assert_eq!(verdict(&tally, "hangs").0, Verdict::BelowExpected);
}

/// A failed attempt that is retried by somebody else is the failure of who failed.
#[test]
fn retried_failures_count_against_who_failed() {
    let mut tally = Tally::default();
    for agent in ["a", "b", "c", "d", "flaky"] {
        add(&mut tally, agent, "code", 60, 1.0);
    }
    for _ in 0..30 {
        tally.add(&attempt("flaky", "code", End::WillRetry, 10.0));
    }
    let (found, evidence) = verdict(&tally, "flaky");
    assert_eq!(found, Verdict::BelowExpected);
    assert!(
        evidence.starts_with("30 of its 90 tasks failed"),
        "{evidence}"
    );
}

#[test]
fn a_sure_difference_that_is_small_is_as_expected() {
    let mut tally = Tally::default();
    for (agent, factor) in [
        ("a", 1.0),
        ("b", 1.0),
        ("c", 1.0),
        ("d", 1.0),
        ("odd", 1.06),
    ] {
        add(&mut tally, agent, "code", 2_000, factor);
    }
    let (found, evidence) = verdict(&tally, "odd");
    assert_eq!(found, Verdict::AsExpected);
    assert!(evidence.contains("too small to matter"), "{evidence}");
}

#[test]
fn the_same_attempts_in_any_order_rank_the_same_and_nonsense_does_not_panic() {
    let work = [("a", 1.0), ("b", 1.1), ("c", 0.9), ("slow", 2.0)];
    let (mut forwards, mut backwards) = (Tally::default(), Tally::default());
    for (agent, factor) in work {
        add(&mut forwards, agent, "code", 60, factor);
        add(&mut forwards, agent, "test", 40, 3.0 * factor);
    }
    for (agent, factor) in work.into_iter().rev() {
        add(&mut backwards, agent, "test", 40, 3.0 * factor);
        add(&mut backwards, agent, "code", 60, factor);
    }
    for (agent, _) in work {
        assert_eq!(verdict(&forwards, agent), verdict(&backwards, agent));
    }
    let mut tally = Tally::default();
    assert!(tally.ranking().agents.is_empty());
    for took_ms in [f64::NAN, -1.0, f64::INFINITY, 0.0] {
        tally.add(&attempt("a", "code", End::Completed, took_ms));
    }
    assert_eq!(verdict(&tally, "a").0, Verdict::NotEnoughData);
}
