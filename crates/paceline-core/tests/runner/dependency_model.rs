//! Levels and cycle search against the naive way: recursion over everything.

use std::cell::Cell;
use std::collections::HashMap;
use std::convert::Infallible;

use paceline_core::TaskId;
use paceline_core::dependency::{levels, search_cycle};
use proptest::prelude::*;

/// `graph[i]`: the prerequisites of task `i`.
type Graph = Vec<Vec<usize>>;

fn id(index: usize) -> TaskId {
    TaskId::trusted(format!("t{index}"))
}

fn index(task: &TaskId) -> usize {
    task.as_str()[1..].parse().expect("an id of ours")
}

fn reaches(graph: &Graph, from: usize, to: usize, seen: &mut Vec<usize>) -> bool {
    if from == to {
        return true;
    }
    if seen.contains(&from) {
        return false;
    }
    seen.push(from);
    graph[from]
        .iter()
        .any(|next| reaches(graph, *next, to, seen))
}

fn naive_level(graph: &Graph, task: usize) -> usize {
    let below = graph[task].iter().map(|next| naive_level(graph, *next) + 1);
    below.max().unwrap_or(0)
}

fn has_cycle(graph: &Graph) -> bool {
    (0..graph.len()).any(|task| {
        graph[task]
            .iter()
            .any(|next| reaches(graph, *next, task, &mut Vec::new()))
    })
}

/// Searches as a store would, counting how often it asked.
fn search(graph: &Graph, task: usize, added: &[usize]) -> (Option<Vec<usize>>, usize) {
    let mut dependents: HashMap<usize, Vec<TaskId>> = HashMap::new();
    for (dependent, prerequisites) in graph.iter().enumerate() {
        for prerequisite in prerequisites {
            dependents
                .entry(*prerequisite)
                .or_default()
                .push(id(dependent));
        }
    }
    let asked = Cell::new(0);
    let added: Vec<TaskId> = added.iter().copied().map(id).collect();
    let found = search_cycle::<Infallible>(
        &id(task),
        &added,
        |task| {
            asked.set(asked.get() + 1);
            Ok(graph[index(task)].iter().copied().map(id).collect())
        },
        |task| {
            asked.set(asked.get() + 1);
            Ok(dependents.get(&index(task)).cloned().unwrap_or_default())
        },
    );
    let Ok(path) = found;
    (
        path.map(|path| path.iter().map(index).collect()),
        asked.get(),
    )
}

fn any_graph() -> impl Strategy<Value = Graph> {
    (1_usize..10)
        .prop_flat_map(|count| prop::collection::vec(prop::collection::vec(0..count, 0..3), count))
}

/// Edges lead to smaller indices only, then names are shuffled away from that order.
fn any_dag() -> impl Strategy<Value = Graph> {
    any_graph().prop_flat_map(|graph| {
        let names: Vec<usize> = (0..graph.len()).collect();
        (Just(graph), Just(names).prop_shuffle()).prop_map(|(graph, names)| {
            let mut shuffled = vec![Vec::new(); graph.len()];
            for (task, prerequisites) in graph.iter().enumerate() {
                let earlier = prerequisites.iter().filter(|next| **next < task);
                shuffled[names[task]] = earlier.map(|next| names[*next]).collect();
            }
            shuffled
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_task_stands_in_the_level_after_its_last_prerequisite(graph in any_dag()) {
        let levels = levels(&graph).expect("no cycle in it");
        let mut seen = vec![false; graph.len()];
        for (level, tasks) in levels.iter().enumerate() {
            prop_assert!(!tasks.is_empty() && tasks.is_sorted());
            for task in tasks {
                prop_assert_eq!(naive_level(&graph, *task), level);
                prop_assert!(!std::mem::replace(&mut seen[*task], true), "task {} twice", task);
            }
        }
        prop_assert!(seen.iter().all(|seen| *seen));
    }

    #[test]
    fn levels_exist_unless_there_is_a_cycle_and_then_its_path_is_real(graph in any_graph()) {
        match levels(&graph) {
            Ok(_) => prop_assert!(!has_cycle(&graph)),
            Err(path) => {
                prop_assert!(2 <= path.len());
                prop_assert_eq!(path.first(), path.last());
                for edge in path.windows(2) {
                    prop_assert!(graph[edge[0]].contains(&edge[1]), "{:?} in {:?}", edge, path);
                }
            }
        }
    }

    #[test]
    fn an_edge_is_refused_exactly_when_it_closes_a_cycle(
        graph in any_dag(),
        task in any::<prop::sample::Index>(),
        added in prop::collection::vec(any::<prop::sample::Index>(), 1..4),
    ) {
        let task = task.index(graph.len());
        let added: Vec<usize> = added.iter().map(|added| added.index(graph.len())).collect();
        let closes = added.iter().any(|added| reaches(&graph, *added, task, &mut Vec::new()));
        let (path, _) = search(&graph, task, &added);
        prop_assert_eq!(path.is_some(), closes);
        if let Some(path) = path {
            prop_assert_eq!((path.first(), path.last()), (Some(&task), Some(&task)));
            prop_assert!(added.contains(&path[1]));
            for edge in path[1..].windows(2) {
                prop_assert!(graph[edge[0]].contains(&edge[1]), "{:?} in {:?}", edge, path);
            }
        }
    }
}

#[test]
fn a_path_names_every_task_of_the_cycle_in_order() {
    // t3 needs t2, t2 needs t1, t1 needs t0; now t0 shall need t3.
    let graph = vec![vec![], vec![0], vec![1], vec![2]];
    assert_eq!(search(&graph, 0, &[3]).0, Some(vec![0, 3, 2, 1, 0]));
    assert_eq!(search(&graph, 3, &[0]).0, None);
    assert_eq!(search(&graph, 2, &[2]).0, Some(vec![2, 2]));
    assert_eq!(levels(&[vec![1], vec![2], vec![0]]), Err(vec![0, 1, 2, 0]));
    assert_eq!(levels(&[vec![0]]), Err(vec![0, 0]));
}

#[test]
fn a_prerequisite_outside_the_plan_counts_as_met() {
    assert_eq!(levels(&[vec![7], vec![0, 9]]), Ok(vec![vec![0], vec![1]]));
    assert_eq!(levels(&[]), Ok(vec![]));
}

#[test]
fn a_chain_of_ten_thousand_is_planned_and_searched_without_recursion() {
    let chain: Graph = (0..10_000_usize)
        .map(|task| task.checked_sub(1).into_iter().collect())
        .collect();
    assert_eq!(levels(&chain).map(|levels| levels.len()), Ok(10_000));
    let (path, _) = search(&chain, 0, &[9_999]);
    assert_eq!(path.map(|path| path.len()), Some(10_001));
}

#[test]
fn the_search_goes_on_where_there_is_less_to_see() {
    // Nobody waits for t0, and its new prerequisite t1 stands on ten thousand others.
    let mut star: Graph = vec![Vec::new(); 10_002];
    star[1] = (2..10_002).collect();
    let (path, asked) = search(&star, 0, &[1]);
    assert_eq!(path, None);
    assert!(asked <= 2, "asked {asked} times");

    // Ten thousand wait for t0, and its new prerequisite t1 waits for nothing.
    let mut fan: Graph = vec![vec![0]; 10_002];
    fan[0] = Vec::new();
    fan[1] = Vec::new();
    let (path, asked) = search(&fan, 0, &[1]);
    assert_eq!(path, None);
    assert!(asked <= 2, "asked {asked} times");
}

#[test]
fn a_failing_neighbour_ends_the_search() {
    let found = search_cycle(&id(0), &[id(1)], |_| Err("disk"), |_| Err("disk"));
    assert_eq!(found, Err("disk"));
}
