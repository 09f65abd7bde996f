//! What was acknowledged is there: messages, notes and registrations of many processes at once.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::call::{Caller, Expect as _, list_all, number, register, text};
use crate::exactly_once::strings;
use crate::server::Server;
use crate::workers;

const WORKERS: usize = 8;

/// Seen to fail with the protection removed: when the store's writer answered groups of three and
/// more commands without keeping them (`writer.rs`, a rollback in place of the commit), as servers
/// do whose writers overwrite each other, only 247 of 800 were there.
#[test]
fn eight_hundred_messages_of_eight_processes_are_all_there_in_the_order_of_each() {
    let server = Server::start();
    let mut caller = server.over_http();
    let reader = register(&mut caller, "reader");

    let order = json!({"job": "send", "to": reader, "count": 100});
    workers::send_out(&server.url, vec![order; WORKERS]);

    let messages = read_all(&mut caller, &reader);
    assert_eq!(messages.len(), 800);
    let mut next = [0; WORKERS];
    for (index, message) in messages.iter().enumerate() {
        assert_eq!(
            number(message, "sequence"),
            index as u64 + 1,
            "a gap: {message}"
        );
        let sender = usize::try_from(number(&message["payload"], "sender")).expect("small");
        assert_eq!(
            number(&message["payload"], "number"),
            next[sender],
            "out of order: {message}"
        );
        next[sender] += 1;
    }
    assert_eq!(next, [100; WORKERS]);
}

/// Seen to fail with the protection removed: when the store's writer answered groups of three and
/// more commands without keeping them (`writer.rs`, a rollback in place of the commit), as servers
/// do whose writers overwrite each other, only 39 of 200 were there.
#[test]
fn two_hundred_notes_written_at_once_are_all_there() {
    let server = Server::start();

    workers::send_out(
        &server.url,
        vec![json!({"job": "note", "count": 25}); WORKERS],
    );

    let mut caller = server.over_http();
    let entries = list_all(&mut caller, "memory_search", &json!({"namespace": "notes"}));
    let notes: BTreeSet<_> = entries.iter().map(note_of).collect();
    let expected = (0..8).flat_map(|writer| (0..25).map(move |number| (writer, number)));
    assert_eq!(entries.len(), 200);
    assert_eq!(notes, expected.collect());
}

/// Seen to fail with the protection removed: when the store's writer answered groups of three and
/// more commands without keeping them (`writer.rs`, a rollback in place of the commit), as servers
/// do whose writers overwrite each other, only 5 of 24 were there.
#[test]
fn twenty_four_agents_that_register_at_once_are_all_there() {
    let server = Server::start();

    let found = workers::send_out(&server.url, vec![json!({"job": "register", "count": 3}); 8]);

    let told: Vec<_> = found.iter().flat_map(strings).collect();
    let mut caller = server.over_http();
    let agents = list_all(&mut caller, "agent_status", &json!({}));
    let listed: BTreeSet<_> = agents.iter().map(|agent| text(agent, "agent_id")).collect();
    assert_eq!(agents.len(), 24);
    assert_eq!(listed, told.into_iter().collect());
}

fn note_of(hit: &Value) -> (u64, u64) {
    let value = &hit["entry"]["value"];
    (number(value, "writer"), number(value, "number"))
}

pub fn read_all(caller: &mut Caller, reader: &str) -> Vec<Value> {
    let mut messages: Vec<Value> = Vec::new();
    let mut after = 0;
    loop {
        let read = json!({"agent_id": reader, "after": after, "limit": 500});
        let page = caller.call("message_read", read).granted();
        let items = page["items"].as_array().expect("items");
        if items.is_empty() {
            return messages;
        }
        messages.extend(items.iter().cloned());
        after = number(&page, "next_after");
    }
}
