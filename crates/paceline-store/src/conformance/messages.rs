//! Messages: who reads what, and how far.

use paceline_core::message::{Read, Recipient};
use paceline_core::{AgentId, Rejection};

use super::{World, aid, letter, newcomer, rejection, value};

async fn listener(world: &World, id: &str, role: &str, topic: &str) -> AgentId {
    let mut command = newcomer(id);
    command.role = Some(role.to_owned());
    command.topics = vec![topic.to_owned()];
    value(world.store.register_agent(world.ctx(), command).await).agent_id
}

pub async fn everybody_reads_what_is_meant_for_them(world: &World) {
    let ann = listener(world, "ann", "reviewer", "builds").await;
    let bob = listener(world, "bob", "writer", "news").await;
    let role = Recipient::Role("reviewer".to_owned());
    world
        .send("m1", Some(&bob), Recipient::Agent(ann.clone()))
        .await;
    world.send("m2", Some(&bob), role).await;
    world
        .send("m3", Some(&ann), Recipient::Topic("news".to_owned()))
        .await;
    world
        .send("m4", None, Recipient::Topic("builds".to_owned()))
        .await;
    world.send("m5", Some(&ann), Recipient::All).await;
    world.send("m6", Some(&bob), Recipient::All).await;
    world
        .send("m7", Some(&ann), Recipient::Agent(ann.clone()))
        .await;
    assert_eq!(world.inbox(&ann).await, ["m1", "m2", "m4", "m6", "m7"]);
    assert_eq!(world.inbox(&bob).await, ["m3", "m5"]);
    let extra = Read {
        topic: Some("builds".to_owned()),
        limit: 2,
        after: Some(3),
    };
    let page = value(world.store.read_messages(bob, extra).await);
    let positions: Vec<u64> = page.messages.iter().map(|each| each.position).collect();
    assert_eq!((positions, page.next_after), (vec![4, 5], 5));
}

pub async fn a_reader_starts_at_the_newest_message(world: &World) {
    world.send("before", None, Recipient::All).await;
    let late = world.register("late").await;
    assert!(world.inbox(&late).await.is_empty());
    world.send("after", None, Recipient::All).await;
    assert_eq!(world.inbox(&late).await, ["after"]);
}

pub async fn cursors_only_move_forward(world: &World) {
    let reader = world.register("reader").await;
    for id in ["m1", "m2", "m3"] {
        world.send(id, None, Recipient::All).await;
    }
    let read = async || {
        let read = Read {
            limit: 10,
            ..Read::default()
        };
        value(world.store.read_messages(reader.clone(), read).await)
    };
    assert_eq!(read().await.first_delivered.len(), 3);
    let ctx = world.ctx();
    value(world.store.mark_delivered(ctx, reader.clone(), 2).await);
    let page = read().await;
    assert_eq!(page.first_delivered, [(3, world.now().wall)]);
    assert_eq!((page.messages.len(), page.acked_through), (3, 0));
    let ack = async |through: u64| {
        value(
            world
                .store
                .ack_messages(world.ctx(), reader.clone(), through)
                .await,
        )
        .acked_through
    };
    assert_eq!(ack(2).await, 2);
    assert_eq!(ack(1).await, 2);
    assert_eq!(world.inbox(&reader).await, ["m3"]);
    assert_eq!(ack(1_000_000).await, 3);
    world.send("m4", None, Recipient::All).await;
    assert_eq!(world.inbox(&reader).await, ["m4"]);
}

pub async fn unknown_recipients_are_refused(world: &World) {
    let to = Recipient::Agent(aid("nobody"));
    let refused = world
        .store
        .send_message(world.ctx(), letter("m1", None, to))
        .await;
    assert_eq!(rejection(refused), Rejection::unknown_agent(&aid("nobody")));
    let reader = world.register("reader").await;
    let to = Recipient::Agent(reader.clone());
    value(
        world
            .store
            .send_message(world.ctx(), letter("m1", None, to))
            .await,
    );
    assert_eq!(world.inbox(&reader).await, ["m1"]);
}
