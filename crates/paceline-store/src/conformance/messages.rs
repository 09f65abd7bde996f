//! Messages: who reads what, and how far.

use paceline_core::message::{Audience, Filter, Listed, Read, Receipt, Recipient};
use paceline_core::{AgentId, Rejection};

use super::{World, aid, letter, newcomer, rejection, value};
use crate::PageRequest;

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

/// Identifiers of a filter's messages over pages of two, newest first.
async fn listed(world: &World, filter: &Filter) -> Vec<String> {
    let mut ids = Vec::new();
    let mut cursor = None;
    loop {
        let page = PageRequest { limit: 2, cursor };
        let page = value(world.store.messages(filter.clone(), page).await);
        assert!(page.items.len() <= 2);
        ids.extend(
            page.items
                .into_iter()
                .map(|one| one.message.message_id.into_string()),
        );
        cursor = page.next_cursor;
        if cursor.is_none() {
            return ids;
        }
    }
}

pub async fn the_log_is_listed_newest_first_and_narrowed(world: &World) {
    let ann = listener(world, "ann", "reviewer", "builds").await;
    let bob = listener(world, "bob", "writer", "news").await;
    assert!(listed(world, &Filter::default()).await.is_empty());
    let news = Recipient::Topic("news".to_owned());
    let to_ann = Recipient::Agent(ann.clone());
    world.send("m1", Some(&bob), to_ann.clone()).await;
    world.send("m2", Some(&ann), news.clone()).await;
    world.send("m3", None, Recipient::All).await;
    world.send("m4", Some(&ann), to_ann).await;
    let mut alert = letter("m5", Some(&bob), news.clone());
    alert.kind = "alert".to_owned();
    value(world.store.send_message(world.ctx(), alert).await);
    let everything = ["m5", "m4", "m3", "m2", "m1"];
    assert_eq!(listed(world, &Filter::default()).await, everything);
    let of = |agent: &AgentId| Filter {
        agent: Some(agent.clone()),
        ..Filter::default()
    };
    // What somebody wrote to itself is there once.
    assert_eq!(listed(world, &of(&ann)).await, ["m4", "m2", "m1"]);
    assert_eq!(listed(world, &of(&bob)).await, ["m5", "m1"]);
    assert!(listed(world, &of(&aid("nobody"))).await.is_empty());
    let in_news = Filter {
        to: Some(news),
        ..Filter::default()
    };
    assert_eq!(listed(world, &in_news).await, ["m5", "m2"]);
    let from_ann = Filter {
        agent: Some(ann),
        ..in_news.clone()
    };
    assert_eq!(listed(world, &from_ann).await, ["m2"]);
    let alerts = Filter {
        kind: Some("alert".to_owned()),
        ..Filter::default()
    };
    assert_eq!(listed(world, &alerts).await, ["m5"]);
    let elsewhere = Filter {
        to: Some(Recipient::Role("nobody".to_owned())),
        ..Filter::default()
    };
    assert!(listed(world, &elsewhere).await.is_empty());
}

/// Turns red where a page of a rare type gives up before it has found it, or finds it twice.
pub async fn a_rare_type_is_found_however_far_back(world: &World) {
    for number in 0..1_203 {
        let mut command = letter(&format!("m{number}"), None, Recipient::All);
        command.kind = (if number % 400 == 1 { "rare" } else { "note" }).to_owned();
        value(world.store.send_message(world.ctx(), command).await);
    }
    let rare = Filter {
        kind: Some("rare".to_owned()),
        ..Filter::default()
    };
    assert_eq!(listed(world, &rare).await, ["m1201", "m801", "m401", "m1"]);
}

async fn newest(world: &World) -> Listed {
    let page = PageRequest {
        limit: 1,
        cursor: None,
    };
    let page = value(world.store.messages(Filter::default(), page).await);
    page.items.into_iter().next().expect("something was sent")
}

pub async fn a_list_tells_when_its_one_recipient_had_a_message(world: &World) {
    let reader = world.register("reader").await;
    world.clock.advance(5);
    world
        .send("m1", None, Recipient::Agent(reader.clone()))
        .await;
    assert_eq!(newest(world).await.receipt, Receipt::default());
    world.clock.advance(10);
    let delivered_at = Some(world.now().wall);
    value(
        world
            .store
            .mark_delivered(world.ctx(), reader.clone(), 1)
            .await,
    );
    world.clock.advance(10);
    let acked_at = Some(world.now().wall);
    value(
        world
            .store
            .ack_messages(world.ctx(), reader.clone(), 1)
            .await,
    );
    let receipt = Receipt {
        delivered_at,
        acked_at,
    };
    assert_eq!(newest(world).await.receipt, receipt);
    // Who comes again begins at the newest message: this one nobody ever read.
    world
        .send("m2", None, Recipient::Agent(reader.clone()))
        .await;
    value(
        world
            .store
            .deregister_agent(world.ctx(), reader.clone())
            .await,
    );
    world.clock.advance(10);
    world.register("reader").await;
    world
        .send("m3", None, Recipient::Agent(reader.clone()))
        .await;
    value(
        world
            .store
            .mark_delivered(world.ctx(), reader.clone(), 3)
            .await,
    );
    let of_reader = Filter {
        agent: Some(reader),
        ..Filter::default()
    };
    let page = PageRequest {
        limit: 10,
        cursor: None,
    };
    let page = value(world.store.messages(of_reader, page).await);
    let delivered = page.items.iter().map(|one| one.receipt.delivered_at);
    let expected = [Some(world.now().wall), None, delivered_at];
    assert_eq!(delivered.collect::<Vec<_>>(), expected);
}

pub async fn a_list_counts_who_of_many_has_a_message(world: &World) {
    let ann = listener(world, "ann", "reviewer", "builds").await;
    listener(world, "bob", "reviewer", "news").await;
    let cid = listener(world, "cid", "writer", "builds").await;
    world.clock.advance(1);
    world
        .send("m1", Some(&ann), Recipient::Role("reviewer".to_owned()))
        .await;
    let count = |listeners, delivered, acked| {
        Some(Audience {
            listeners,
            delivered,
            acked,
        })
    };
    assert_eq!(newest(world).await.audience, count(1, 0, 0));
    world
        .send("m2", None, Recipient::Topic("builds".to_owned()))
        .await;
    value(
        world
            .store
            .mark_delivered(world.ctx(), ann.clone(), 2)
            .await,
    );
    value(
        world
            .store
            .mark_delivered(world.ctx(), cid.clone(), 2)
            .await,
    );
    value(world.store.ack_messages(world.ctx(), cid, 2).await);
    world.clock.advance(1);
    listener(world, "late", "writer", "builds").await;
    assert_eq!(newest(world).await.audience, count(2, 2, 1));
    world
        .send("m3", None, Recipient::Topic("nobody's".to_owned()))
        .await;
    assert_eq!(newest(world).await.audience, None);
    world.send("m4", None, Recipient::All).await;
    assert_eq!(newest(world).await.audience, count(4, 0, 0));
    world.send("m5", None, Recipient::Agent(ann)).await;
    assert_eq!(newest(world).await.audience, None);
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
