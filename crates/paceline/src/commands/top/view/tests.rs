//! Whole pictures, as a person has looked at them, and what holds at every size.

use jiff::tz::TimeZone;
use paceline_api::{
    AgentActivity, AgentHealth, LeaderState, LiveAgentRows, LiveEvent, LiveEventKind, LiveFleet,
    LiveFleetAgent, LiveFrame, LiveOperationRows, LiveOperations, LiveQueue, LiveRates,
    LiveWaiting, Operation, Timestamp,
};
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;

use super::super::model::{Link, Model};
use super::{Clock, Theme, draw, text};

/// 2026-10-05T14:03:07Z.
const NOW_MS: i64 = 1_791_208_987_000;

fn clock() -> Clock {
    Clock {
        now_ms: NOW_MS,
        zone: TimeZone::UTC,
    }
}

fn about(reference: u32, name: &str, role: &str) -> LiveFleetAgent {
    LiveFleetAgent {
        reference,
        agent_id: format!("agt_{reference}"),
        name: Some(name.to_owned()),
        role: Some(role.to_owned()),
        agent_types: Vec::new(),
        registered_at_ms: NOW_MS - 60_000,
    }
}

fn event(n: u64, kind: LiveEventKind, text: &str) -> LiveEvent {
    LiveEvent {
        n,
        at_ms: NOW_MS - 5_000 + n as i64 * 1_000,
        kind,
        agent_id: None,
        task_id: None,
        text: text.to_owned(),
    }
}

fn agents() -> LiveAgentRows {
    use AgentActivity::{Idle, Working};
    use AgentHealth::{Dead, Healthy, Warning};
    LiveAgentRows {
        refs: vec![0, 1, 2, 3],
        health: vec![Healthy, Healthy, Warning, Dead],
        status: vec![Working, Idle, Working, Working],
        running: vec![1, 0, 1, 0],
        completed: Some(vec![41, 7, 12, 3]),
        failed: Some(vec![2, 0, 0, 1]),
        operations: Some(vec![812, 95, 301, 77]),
        errors: Some(vec![1, 0, 0, 0]),
        changed_at_ms: vec![NOW_MS - 1_000, NOW_MS - 9_000, NOW_MS, NOW_MS - 99_000],
        tasks: vec![
            Some("tsk_1".to_owned()),
            None,
            Some("tsk_2".to_owned()),
            None,
        ],
    }
}

fn fleet() -> LiveFleet {
    let leader = LeaderState {
        election: "coordinator".to_owned(),
        leader: Some("agt_1".to_owned()),
        epoch: 4,
        is_leader: false,
        expires_at: None,
    };
    LiveFleet {
        full: true,
        at: Timestamp(NOW_MS),
        new: vec![
            about(0, "code-0", "code"),
            about(1, "plan-2", "plan"),
            about(2, "試験-1\u{1b}[31m", "test"),
            about(3, "code-11", "code"),
        ],
        agents: Some(agents()),
        queue: Some(LiveQueue::of([2, 41, 12, 2, 1_234, 3, 8])),
        waiting: Some(LiveWaiting {
            p50_ms: Some(310.0),
            p99_ms: Some(4_200.0),
            oldest_ready_at_ms: Some(NOW_MS - 5_000),
        }),
        rates: Some(LiveRates {
            operations_per_second: 71.26,
            errors_per_second: 0.4,
            completed_per_second: 4.0,
        }),
        leaders: Some(vec![leader]),
        events: vec![
            event(1, LiveEventKind::AgentJoined, "plan-2 joined"),
            event(
                2,
                LiveEventKind::TaskCompleted,
                "code-0 completed build the page for CSV export",
            ),
            event(
                3,
                LiveEventKind::AgentDead,
                "code-11 is dead: silent for 70 s",
            ),
        ],
        ..LiveFleet::default()
    }
}

fn operations() -> LiveOperations {
    let us = |values: [f64; 2]| vec![Some(values[0]), Some(values[1]), None];
    LiveOperations {
        full: true,
        names: vec![
            Operation::TaskClaim,
            Operation::TaskEnqueue,
            Operation::LeaderCampaign,
        ],
        rows: LiveOperationRows {
            refs: vec![0, 1, 2],
            count: vec![1_204, 310, 4],
            errors: vec![0, 1, 0],
            rejected: vec![7, 0, 0],
            rate: vec![6.2, 1.5, 0.0],
            p50_us: us([310.0, 420.0]),
            p95_us: us([900.0, 1_100.0]),
            p99_us: us([1_800.0, 2_400.0]),
            mean_us: us([350.0, 500.0]),
            queue_us: us([40.0, 50.0]),
            execute_us: us([110.0, 200.0]),
            commit_us: us([200.0, 250.0]),
        },
        ..LiveOperations::default()
    }
}

fn model() -> Model {
    let mut model = Model::new("http://127.0.0.1:7717");
    model.link = Link::Live;
    model.frame(LiveFrame::Fleet(Box::new(fleet())));
    model.frame(LiveFrame::Operations(Box::new(operations())));
    for ready in [0, 4, 9, 12] {
        model.frame(LiveFrame::Fleet(Box::new(LiveFleet {
            at: Timestamp(NOW_MS),
            queue: Some(LiveQueue::of([2, 41, ready, 2, 1_234, 3, 8])),
            ..LiveFleet::default()
        })));
        model.tick();
    }
    model
}

fn press(model: &mut Model, keys: &str) {
    for key in keys.chars() {
        model.key(KeyEvent::from(match key {
            '\t' => KeyCode::Tab,
            '\n' => KeyCode::Enter,
            key => KeyCode::Char(key),
        }));
    }
}

#[test]
fn the_usual_terminal_shows_everything() {
    insta::assert_snapshot!(text(&model(), &clock(), 80, 24), @r#"
    paceline top  http://127.0.0.1:7717                                live 14:03:07
    ✖ 1 agent is dead: code-11; 1 agent is late with a heartbeat: 試験-1[31m.
    71.3 operations/s, 0.4 errors/s, 4.0 tasks done/s, waiting p50 310 ms p99 4.20 s
    ─ Queue ──────────────────────────────── ─ Fleet: 4 agents ─────────────────────
    ready            12 ▁▃▆█                 healthy 2  warning 1  stale 0  dead 1
    running           2 ████                 at work 2  without a task 2
    blocked 41, pending 2                    coordinator: plan-2, epoch 4
    completed 1234, failed 3, cancelled 8
    ▸ Operations, slowest first ────────────────────────────────────────────────────
    operation              rate/s      p50      p95      p99 errors refused    count
    task_enqueue              1.5   420 µs  1.10 ms  2.40 ms      1       0      310
    task_claim                6.2   310 µs   900 µs  1.80 ms      0       7     1204
    leader_campaign           0.0        -        -        -      0       0        4



    ─ Agents, busiest first ────────────────────────────────────────────────────────
    agent            kind        health   status    calls/s     done  failed  errors
    code-0           code        healthy  working       0.0       41       2       1
    試験-1[31m       test        warning  working       0.0       12       0       0
    ─ Events, freshest first ───────────────────────────────────────────────────────
    14:03:05 code-11 is dead: silent for 70 s
    14:03:04 code-0 completed build the page for CSV export
    "#);
}

#[test]
fn a_roomy_terminal_shows_stages_and_tasks() {
    insta::assert_snapshot!(text(&model(), &clock(), 150, 36), @r#"
    paceline top  http://127.0.0.1:7717                                                                                                      live 14:03:07
    ✖ 1 agent is dead: code-11; 1 agent is late with a heartbeat: 試験-1[31m.
    71.3 operations/s, 0.4 errors/s, 4.0 tasks done/s, waiting p50 310 ms p99 4.20 s
    ─ Queue ─────────────────────────────────────────────────────────────────── ─ Fleet: 4 agents ────────────────────────────────────────────────────────
    ready            12 ▁▃▆█                                                    healthy 2  warning 1  stale 0  dead 1
    running           2 ████                                                    at work 2  without a task 2
    blocked          41 ████                                                    coordinator: plan-2, epoch 4
    pending           2 ████
    completed      1234 ████
    failed            3 ████
    cancelled         8 ████
    done/s          4.0 ████
    ▸ Operations, slowest first ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    operation                                        rate/s      p50      p95      p99 errors refused     mean    queue  execute   commit   share    count
    task_enqueue                                        1.5   420 µs  1.10 ms  2.40 ms      1       0   500 µs  50.0 µs   200 µs   250 µs  25.7 %      310
    task_claim                                          6.2   310 µs   900 µs  1.80 ms      0       7   350 µs  40.0 µs   110 µs   200 µs  74.3 %     1204
    leader_campaign                                     0.0        -        -        -      0       0        -        -        -        -       -        4




    ─ Agents, busiest first ───────────────────────────────────────────────────────────────── ─ Events, freshest first ───────────────────────────────────
    agent                     kind        health   status    calls/s     done  failed  errors 14:03:05 code-11 is dead: silent for 70 s
    code-0                    code        healthy  working       0.0       41       2       1 14:03:04 code-0 completed build the page for CSV export
    試験-1[31m                test        warning  working       0.0       12       0       0 14:03:03 plan-2 joined
    plan-2                    plan        healthy  idle          0.0        7       0       0
    code-11                   code        dead     working       0.0        3       1       0
    "#);
}

#[test]
fn a_small_terminal_shows_the_headline_and_one_table() {
    insta::assert_snapshot!(text(&model(), &clock(), 44, 9), @r#"
    paceline top  http://127.0.0.… live 14:03:07
    ✖ 1 agent is dead: code-11; 1 agent is late…
    71.3 operations/s, 0.4 errors/s, 4.0 tasks…
    ▸ Operations, slowest first ────────────────
    operation                    rate/s      p99
    task_enqueue                    1.5  2.40 ms
    task_claim                      6.2  1.80 ms
    leader_campaign                 0.0        -
    "#);
}

#[test]
fn a_filter_and_an_order_are_named() {
    let mut model = model();
    press(&mut model, "\tss/code\n\n");
    insta::assert_snapshot!(text(&model, &clock(), 80, 10), @r#"
    paceline top  http://127.0.0.1:7717                                live 14:03:07
    ✖ 1 agent is dead: code-11; 1 agent is late with a heartbeat: 試験-1[31m.
    71.3 operations/s, 0.4 errors/s, 4.0 tasks done/s, waiting p50 310 ms p99 4.20 s
    ▸ Agents, most failed first ────────────────────────────────────────────────────
    agent            kind        health   status    calls/s     done  failed  errors
    code-0           code        healthy  working       0.0       41       2       1
    code-11          code        dead     working       0.0        3       1       0
    "#);
}

#[test]
fn a_server_that_went_away_is_told_before_anything_else() {
    let mut model = model();
    model.lost("connection refused".to_owned(), NOW_MS - 12_000);
    let shown = text(&model, &clock(), 100, 24);
    let expected =
        "✖ No connection for 12 s: connection refused. Trying again; the rest is from then.";
    assert_eq!(shown.lines().nth(1), Some(expected));
    assert!(shown.contains("code-11"), "{shown}");
}

#[test]
fn the_help_names_every_key() {
    let mut model = model();
    press(&mut model, "?");
    let shown = text(&model, &clock(), 80, 24);
    for key in [
        "q, ctrl-c",
        "tab",
        "enter",
        "filter by",
        "hold still",
        "sort",
    ] {
        assert!(shown.contains(key), "`{key}` in\n{shown}");
    }
}

#[test]
fn every_size_and_state_can_be_drawn() {
    let mut helping = model();
    press(&mut helping, "?");
    for model in [Model::new(""), model(), helping] {
        for (width, height) in [
            (0, 0),
            (1, 1),
            (2, 40),
            (300, 2),
            (40, 10),
            (79, 23),
            (220, 60),
        ] {
            let area = Rect::new(0, 0, width, height);
            let mut buf = Buffer::empty(area);
            draw(&model, &clock(), Theme::coloured(), area, &mut buf);
        }
    }
}

#[test]
fn without_colours_no_cell_has_one() {
    let area = Rect::new(0, 0, 100, 30);
    let mut buf = Buffer::empty(area);
    draw(&model(), &clock(), Theme::plain(), area, &mut buf);
    let coloured = buf.content().iter().filter(|cell| {
        cell.fg != ratatui::style::Color::Reset || cell.bg != ratatui::style::Color::Reset
    });
    assert_eq!(coloured.count(), 0);
}

#[test]
fn escape_codes_in_names_never_reach_the_terminal() {
    let shown = text(&model(), &clock(), 100, 30);
    assert!(shown.contains("試験-1"), "{shown}");
    assert!(!shown.contains('\u{1b}'), "{shown}");
}
