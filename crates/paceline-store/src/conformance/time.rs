//! What time does: schedules and ageing.

use paceline_core::task::{NewTask, Status};

use super::{World, plain, value};

pub async fn a_scheduled_task_wakes_when_its_time_has_come(world: &World) {
    let agent = world.register("worker").await;
    let new = NewTask {
        not_before: Some(world.now().wall + 1_000),
        ..plain("task")
    };
    assert_eq!(world.enqueue(new).await.status, Status::Pending);
    assert!(world.claim(&agent).await.is_none());
    world.clock.advance(999);
    assert_eq!(value(world.store.wake_scheduled(world.ctx(), 10).await), 0);
    world.clock.advance(1);
    assert_eq!(value(world.store.wake_scheduled(world.ctx(), 10).await), 1);
    assert!(world.claim(&agent).await.is_some());
}

pub async fn scores_rise_with_waiting(world: &World) {
    world.enqueue(plain("task")).await;
    let deadline = NewTask {
        deadline: Some(world.now().wall + 2 * 3_600_000),
        ..plain("due")
    };
    world.enqueue(deadline).await;
    let score = async |id: &str| world.task(id).await.calculated_priority;
    let (fresh, due) = (score("task").await, score("due").await);
    world.clock.advance(3_599_999);
    assert_eq!(
        value(world.store.refresh_priorities(world.ctx(), 10).await),
        0
    );
    world.clock.advance(1);
    assert_eq!(
        value(world.store.refresh_priorities(world.ctx(), 10).await),
        2
    );
    assert_eq!(score("task").await - fresh, 2.0);
    world.clock.advance(1);
    assert_eq!(
        value(world.store.refresh_priorities(world.ctx(), 10).await),
        1
    );
    // Urgency 50 to 80 with less than an hour left, and the first step of ageing.
    assert_eq!(score("due").await - due, 0.25 * 30.0 + 2.0);
    assert_eq!(
        value(world.store.refresh_priorities(world.ctx(), 10).await),
        0
    );
}
