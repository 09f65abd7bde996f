//! Lists and counts of tasks.

use paceline_core::AgentId;
use paceline_core::task::{Filter, NewTask, Source, Status};

use super::{World, plain, rejection, tid, value};
use crate::PageRequest;

/// All ids that the pages show, in order.
async fn walk(world: &World, filter: &Filter, limit: u32) -> Vec<String> {
    let mut ids = Vec::new();
    let mut cursor = None;
    loop {
        let page = PageRequest { limit, cursor };
        let page = value(world.store.tasks(world.now(), filter.clone(), page).await);
        assert!(page.items.len() <= limit as usize);
        ids.extend(
            page.items
                .into_iter()
                .map(|task| task.task_id.into_string()),
        );
        cursor = page.next_cursor;
        if cursor.is_none() {
            return ids;
        }
    }
}

pub async fn pages_of_tasks_meet_without_gaps(world: &World) {
    let agent = world.register("worker").await;
    for number in 0..10 {
        world.enqueue(plain(&format!("t{number}"))).await;
    }
    for id in ["t2", "t5", "t8"] {
        world.take(&agent, id).await;
    }
    let newest_first: Vec<String> = (0..10).rev().map(|number| format!("t{number}")).collect();
    for limit in [1, 3, 5, 10, 500] {
        assert_eq!(walk(world, &Filter::default(), limit).await, newest_first);
        let both = Filter {
            status: vec![Status::Ready, Status::Running],
            ..Filter::default()
        };
        assert_eq!(walk(world, &both, limit).await, newest_first);
    }
    let page = PageRequest {
        limit: 5,
        cursor: Some("no cursor".to_owned()),
    };
    rejection(
        world
            .store
            .tasks(world.now(), Filter::default(), page)
            .await,
    );
}

/// A completed, a waiting, a running and a waiting task; answers who ran.
async fn mixed(world: &World) -> AgentId {
    let agent = world.register("worker").await;
    let tasks = [
        ("a", Source::Human, None),
        ("b", Source::AgentPlanner, Some("coder")),
        ("c", Source::Human, Some("coder")),
        ("d", Source::AgentPlanner, None),
    ];
    for (id, source, agent_type) in tasks {
        let agent_type = agent_type.map(str::to_owned);
        let new = NewTask {
            source,
            agent_type,
            ..plain(id)
        };
        world.enqueue(new).await;
    }
    let proof = world.take(&agent, "a").await;
    world.complete(proof).await;
    world.take(&agent, "c").await;
    agent
}

pub async fn filters_narrow_a_list(world: &World) {
    let agent = mixed(world).await;
    let check = async |change: &dyn Fn(&mut Filter), expected: &[&str]| {
        let mut filter = Filter::default();
        change(&mut filter);
        for limit in [1, 500] {
            assert_eq!(walk(world, &filter, limit).await, expected, "{filter:?}");
        }
    };
    check(&|filter| filter.status = vec![Status::Ready], &["d", "b"]).await;
    let finished = vec![Status::Completed];
    check(
        &|filter| filter.exclude_status.clone_from(&finished),
        &["d", "c", "b"],
    )
    .await;
    check(&|filter| filter.source = Some(Source::Human), &["c", "a"]).await;
    let coder = Some("coder".to_owned());
    check(&|filter| filter.agent_type.clone_from(&coder), &["c", "b"]).await;
    check(
        &|filter| filter.assigned_to = Some(agent.clone()),
        &["c", "a"],
    )
    .await;
    let mine = |filter: &mut Filter| {
        filter.assigned_to = Some(agent.clone());
        filter.status = vec![Status::Running];
        filter.agent_type.clone_from(&coder);
    };
    check(&mine, &["c"]).await;
}

pub async fn a_text_is_found_in_any_case(world: &World) {
    let describe = |id: &str, summary: Option<&str>, description: &str| NewTask {
        summary: summary.map(str::to_owned),
        description: description.to_owned(),
        ..plain(id)
    };
    world
        .enqueue(describe("a", Some("Grüße"), "say hello"))
        .await;
    world.enqueue(describe("b", None, "Say HELLO twice")).await;
    world.enqueue(describe("c", None, "100 % done_ here")).await;
    let cases: [(&str, &[&str]); 6] = [
        ("Hello", &["b", "a"]),
        ("GRÜSSE", &[]),
        ("GRÜßE", &["a"]),
        // Not patterns.
        ("%", &["c"]),
        ("done_", &["c"]),
        ("_", &["c"]),
    ];
    for (text, expected) in cases {
        let filter = Filter {
            text: Some(text.to_owned()),
            ..Filter::default()
        };
        for limit in [1, 500] {
            assert_eq!(walk(world, &filter, limit).await, expected, "{text}");
        }
    }
}

pub async fn the_queue_status_counts_every_task_once(world: &World) {
    let agent = world.register("worker").await;
    let empty = value(world.store.queue_status().await);
    assert_eq!((empty.counts, empty.avg_priority), ([0; 7], 0.0));
    assert_eq!((empty.oldest_pending, empty.newest), (None, None));
    for id in ["a", "b", "c"] {
        world.enqueue(plain(id)).await;
        world.clock.advance(10);
    }
    world.enqueue_after("d", &["c"]).await;
    let proof = world.take(&agent, "a").await;
    world.complete(proof).await;
    world.take(&agent, "b").await;
    let status = value(world.store.queue_status().await);
    assert_eq!(status.counts, [0, 1, 1, 1, 1, 0, 0]);
    assert_eq!(status.max_depth, 1);
    assert_eq!(status.oldest_pending.map(|(task, _)| task), Some(tid("c")));
    assert_eq!(status.newest, Some((tid("d"), world.now().wall)));
    let (c, d) = (world.task("c").await, world.task("d").await);
    let mean = (c.calculated_priority + d.calculated_priority) / 2.0;
    assert!((status.avg_priority - mean).abs() < 1e-6);
}

pub async fn plans_are_asked_for_in_order(world: &World) {
    world.enqueue(plain("a")).await;
    world.enqueue(plain("b")).await;
    world.enqueue_after("c", &["b", "a"]).await;
    let asked = ["c", "a", "b"].map(tid).to_vec();
    let found = value(world.store.prerequisites(asked).await);
    assert_eq!(found, [vec![tid("b"), tid("a")], vec![], vec![]]);
    rejection(world.store.prerequisites(vec![tid("none")]).await);
}
