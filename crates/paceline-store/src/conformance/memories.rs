//! Shared memory: versions, expiry, search.

use paceline_core::memory::{Delete, Namespace, Search, Set};
use paceline_core::{Json, Rejection};

use super::{World, rejection, value};
use crate::PageRequest;

fn set(key: &str, text: &str) -> Set {
    Set {
        namespace: "notes".to_owned(),
        key: key.to_owned(),
        value: Json::trusted(format!("{text:?}")),
        expected_version: None,
        ttl_seconds: None,
        tags: Vec::new(),
        author: None,
    }
}

async fn version(world: &World, command: Set) -> u64 {
    value(world.store.set_memory(world.ctx(), command).await).version
}

pub async fn versions_protect_writers_from_each_other(world: &World) {
    let expecting = |expected: u64| Set {
        expected_version: Some(expected),
        ..set("key", "text")
    };
    assert_eq!(version(world, expecting(0)).await, 1);
    assert_eq!(version(world, expecting(1)).await, 2);
    let refused = rejection(world.store.set_memory(world.ctx(), expecting(1)).await);
    let expected = Rejection::VersionConflict {
        namespace: "notes".to_owned(),
        key: "key".to_owned(),
        expected: 1,
        current: 2,
    };
    assert_eq!(refused, expected);
    rejection(world.store.set_memory(world.ctx(), expecting(0)).await);
    assert_eq!(version(world, set("key", "again")).await, 3);
}

/// Turns red without the floor in `memory/set.rs`.
pub async fn a_deleted_key_never_reuses_a_version(world: &World) {
    version(world, set("key", "one")).await;
    version(world, set("key", "two")).await;
    let delete = |expected_version| Delete {
        namespace: "notes".to_owned(),
        key: "key".to_owned(),
        expected_version,
    };
    rejection(
        world
            .store
            .delete_memory(world.ctx(), delete(Some(1)))
            .await,
    );
    let deleted = value(
        world
            .store
            .delete_memory(world.ctx(), delete(Some(2)))
            .await,
    );
    assert_eq!(deleted.value.as_str(), "\"two\"");
    rejection(world.store.delete_memory(world.ctx(), delete(None)).await);
    let (namespace, key) = ("notes".to_owned(), "key".to_owned());
    rejection(world.store.memory(world.now(), namespace, key).await);
    let anew = Set {
        expected_version: Some(0),
        ..set("key", "three")
    };
    assert_eq!(version(world, anew).await, 3);
}

pub async fn entries_expire(world: &World) {
    let short = Set {
        ttl_seconds: Some(10),
        ..set("short", "brief words")
    };
    version(world, short).await;
    version(world, set("long", "lasting words")).await;
    world.clock.advance(9_999);
    assert_eq!(found(world, Some("words")).await.len(), 2);
    world.clock.advance(1);
    assert_eq!(found(world, Some("words")).await, ["long"]);
    assert_eq!(found(world, None).await, ["long"]);
    let (namespace, key) = ("notes".to_owned(), "short".to_owned());
    rejection(world.store.memory(world.now(), namespace, key).await);
    assert_eq!(value(world.store.forget_expired(world.ctx(), 10).await), 1);
    assert_eq!(value(world.store.forget_expired(world.ctx(), 10).await), 0);
    assert_eq!(version(world, set("short", "new words")).await, 2);
}

/// Turns red without any one of the three triggers on `memory`.
pub async fn namespaces_are_counted(world: &World) {
    let listed = async || {
        let mut found = Vec::new();
        let mut cursor = None;
        loop {
            let page = PageRequest { limit: 1, cursor };
            let page = value(world.store.memory_namespaces(page).await);
            let row = |one: Namespace| (one.namespace, one.entries, one.updated_at);
            found.extend(page.items.into_iter().map(row));
            cursor = page.next_cursor;
            if cursor.is_none() {
                return found;
            }
        }
    };
    assert!(listed().await.is_empty());
    let begun = Some(world.now().wall);
    version(world, set("one", "a")).await;
    version(world, set("two", "b")).await;
    let other = Set {
        namespace: "other".to_owned(),
        ttl_seconds: Some(1),
        ..set("one", "c")
    };
    version(world, other).await;
    world.clock.advance(1_000);
    let later = Some(world.now().wall);
    version(world, set("one", "d")).await;
    let notes = |entries| ("notes".to_owned(), entries, later);
    assert_eq!(listed().await, [notes(2), ("other".to_owned(), 1, begun)]);
    value(world.store.forget_expired(world.ctx(), 10).await);
    let delete = Delete {
        namespace: "notes".to_owned(),
        key: "two".to_owned(),
        expected_version: None,
    };
    value(world.store.delete_memory(world.ctx(), delete).await);
    assert_eq!(listed().await, [notes(1)]);
    version(world, set("two", "again")).await;
    assert_eq!(listed().await, [notes(2)]);
}

/// Keys found, over pages of two.
async fn found(world: &World, query: Option<&str>) -> Vec<String> {
    let search = Search {
        query: query.map(str::to_owned),
        ..Search::default()
    };
    walk(world, search).await
}

async fn walk(world: &World, search: Search) -> Vec<String> {
    let mut keys = Vec::new();
    let mut cursor = None;
    loop {
        let page = PageRequest { limit: 2, cursor };
        let page = world
            .store
            .search_memory(world.now(), search.clone(), page)
            .await;
        let page = value(page);
        keys.extend(page.items.into_iter().map(|hit| hit.entry.key));
        cursor = page.next_cursor;
        if cursor.is_none() {
            return keys;
        }
    }
}

pub async fn search_finds_words_and_survives_any_query(world: &World) {
    let texts = [
        ("limits", "the rate limit of the gateway is one hundred"),
        ("gateway", "gateway gateway gateway"),
        ("birds", "owls are silent"),
        ("old", "the limit was ten"),
        ("more", "another gateway"),
    ];
    for (key, text) in texts {
        let tags = vec![format!("about-{key}")];
        version(
            world,
            Set {
                tags,
                ..set(key, text)
            },
        )
        .await;
        world.clock.advance(1);
    }
    version(world, set("old", "nothing of that kind")).await;
    assert_eq!(found(world, Some("limit rat")).await, ["limits"]);
    let mut by_gateway = found(world, Some("gateway")).await;
    assert_eq!(by_gateway.first().map(String::as_str), Some("gateway"));
    by_gateway.sort();
    assert_eq!(by_gateway, ["gateway", "limits", "more"]);
    assert_eq!(
        found(world, None).await,
        ["old", "more", "birds", "gateway", "limits"]
    );
    for hostile in [
        "\"",
        "a\" OR \"b",
        "NEAR(",
        "*",
        "key:^",
        "(((",
        "-",
        "--drop",
        "{}[]",
    ] {
        found(world, Some(hostile)).await;
    }
    let tagged = Search {
        tag: Some("about-birds".to_owned()),
        ..Search::default()
    };
    assert_eq!(walk(world, tagged.clone()).await, ["birds"]);
    let both = Search {
        query: Some("owls".to_owned()),
        namespace: Some("notes".to_owned()),
        ..tagged
    };
    assert_eq!(walk(world, both.clone()).await, ["birds"]);
    let elsewhere = Search {
        namespace: Some("elsewhere".to_owned()),
        ..both
    };
    assert!(walk(world, elsewhere).await.is_empty());
}

/// Turns red where a search ranks, or where its pages lose their place.
pub async fn a_word_that_many_entries_have_finds_the_newest_first(world: &World) {
    let many = paceline_core::limits::MEMORY_RANKED_MAX + 5;
    for number in 0..many {
        let namespace = if number % 100 == 0 { "a-few" } else { "notes" };
        let entry = Set {
            namespace: namespace.to_owned(),
            tags: vec![format!("about-{}", number % 500)],
            ..set(&format!("key{number}"), &format!("common word{number}"))
        };
        version(world, entry).await;
    }
    let all = found(world, Some("common")).await;
    let expected: Vec<String> = (0..many)
        .rev()
        .map(|number| format!("key{number}"))
        .collect();
    assert_eq!(all, expected);
    // So are beginnings that many words have; words that few have are ranked.
    assert_eq!(found(world, Some("wor")).await, expected);
    assert_eq!(found(world, Some("common word777")).await, ["key777"]);
    let by_query = |query: &str| Search {
        query: Some(query.to_owned()),
        ..Search::default()
    };
    let in_few = Search {
        namespace: Some("a-few".to_owned()),
        ..by_query("common")
    };
    let hundreds: Vec<String> = (0..many)
        .rev()
        .filter(|number| number % 100 == 0)
        .map(|number| format!("key{number}"))
        .collect();
    assert_eq!(walk(world, in_few).await, hundreds);
    let tagged = Search {
        tag: Some("about-3".to_owned()),
        ..by_query("common")
    };
    assert_eq!(walk(world, tagged).await, ["key1003", "key503", "key3"]);
    let elsewhere = Search {
        namespace: Some("a few".to_owned()),
        ..by_query("common")
    };
    assert!(walk(world, elsewhere).await.is_empty());
}
