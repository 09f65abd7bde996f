//! Dependencies: who has to wait for whom. Owns the levels of a plan (Kahn) and the search for a
//! cycle that a new edge would close; refuses to store edges, it asks for neighbours.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::TaskId;

/// Groups tasks into levels: each task stands in the level after its last prerequisite, so the
/// tasks of one level can run side by side. `prerequisites[i]` are the indices of task `i`'s;
/// an index that is not in the plan counts as already met. Levels list tasks in rising order.
/// O(tasks + edges).
///
/// # Errors
/// The path of one cycle, each task followed by a prerequisite of it, first = last.
pub fn levels(prerequisites: &[Vec<usize>]) -> Result<Vec<Vec<usize>>, Vec<usize>> {
    let count = prerequisites.len();
    let dependents = Dependents::of(prerequisites);
    let mut unmet: Vec<usize> = prerequisites
        .iter()
        .map(|of_task| of_task.iter().filter(|index| **index < count).count())
        .collect();
    let mut level_of = vec![0_usize; count];
    let mut order: Vec<usize> = (0..count).filter(|task| unmet[*task] == 0).collect();
    let mut settled = 0;
    while let Some(&task) = order.get(settled) {
        settled += 1;
        for &dependent in dependents.of_task(task) {
            // Tasks settle level by level, so the last prerequisite to speak is the deepest.
            level_of[dependent] = level_of[task] + 1;
            unmet[dependent] -= 1;
            if unmet[dependent] == 0 {
                order.push(dependent);
            }
        }
    }
    if settled < count {
        return Err(cycle_among(prerequisites, &unmet));
    }
    Ok(by_level(&level_of))
}

/// Would `task -> new_prerequisites` close a cycle, that is: does one of them already wait,
/// however far off, for `task`? Answers the path (each task followed by a prerequisite of it,
/// first = last = `task`) or `None`.
///
/// Searches from both ends and always goes on where the frontier is smaller, so that adding an
/// edge between two small neighbourhoods of a huge graph looks at neither's surroundings twice.
///
/// # Errors
/// Whatever the neighbour functions fail with.
pub fn search_cycle<E>(
    task: &TaskId,
    new_prerequisites: &[TaskId],
    mut prerequisites_of: impl FnMut(&TaskId) -> Result<Vec<TaskId>, E>,
    mut dependents_of: impl FnMut(&TaskId) -> Result<Vec<TaskId>, E>,
) -> Result<Option<Vec<TaskId>>, E> {
    if new_prerequisites.contains(task) {
        return Ok(Some(vec![task.clone(), task.clone()]));
    }
    let mut down = Side::from(new_prerequisites);
    let mut up = Side::from(std::slice::from_ref(task));
    while !down.frontier.is_empty() && !up.frontier.is_empty() {
        let meeting = if down.frontier.len() <= up.frontier.len() {
            down.advance(&up, &mut prerequisites_of)?
        } else {
            up.advance(&down, &mut dependents_of)?
        };
        if let Some(meeting) = meeting {
            return Ok(Some(joined(task, &down, &up, &meeting)));
        }
    }
    Ok(None)
}

/// Who waits for each task, as one array with offsets: ten thousand small vectors would cost more
/// than the sort itself.
struct Dependents {
    starts: Vec<usize>,
    flat: Vec<usize>,
}

impl Dependents {
    fn of(prerequisites: &[Vec<usize>]) -> Self {
        let count = prerequisites.len();
        let mut starts = vec![0_usize; count + 1];
        for &index in prerequisites
            .iter()
            .flatten()
            .filter(|index| **index < count)
        {
            starts[index + 1] += 1;
        }
        for index in 0..count {
            starts[index + 1] += starts[index];
        }
        let mut flat = vec![0_usize; starts[count]];
        let mut free = starts.clone();
        for (task, of_task) in prerequisites.iter().enumerate() {
            for &index in of_task.iter().filter(|index| **index < count) {
                flat[free[index]] = task;
                free[index] += 1;
            }
        }
        Self { starts, flat }
    }

    fn of_task(&self, task: usize) -> &[usize] {
        &self.flat[self.starts[task]..self.starts[task + 1]]
    }
}

fn by_level(level_of: &[usize]) -> Vec<Vec<usize>> {
    let depth = level_of.iter().max().map_or(0, |deepest| deepest + 1);
    let mut levels = vec![Vec::new(); depth];
    for (task, level) in level_of.iter().enumerate() {
        levels[*level].push(task);
    }
    levels
}

/// Every unsettled task has an unsettled prerequisite; following those must come back around.
fn cycle_among(prerequisites: &[Vec<usize>], unmet: &[usize]) -> Vec<usize> {
    let unsettled = |index: &usize| unmet.get(*index).is_some_and(|left| 0 < *left);
    let mut position = HashMap::new();
    let mut path = Vec::new();
    let mut at = (0..unmet.len()).find(unsettled);
    while let Some(task) = at {
        path.push(task);
        if let Some(first) = position.insert(task, path.len() - 1) {
            return path.split_off(first);
        }
        at = prerequisites[task].iter().copied().find(unsettled);
    }
    path
}

/// One half of the search: what it has reached, each with the step that led there.
struct Side {
    frontier: Vec<TaskId>,
    reached: HashMap<TaskId, Option<TaskId>>,
}

impl Side {
    fn from(roots: &[TaskId]) -> Self {
        Self {
            frontier: roots.to_vec(),
            reached: roots.iter().map(|root| (root.clone(), None)).collect(),
        }
    }

    /// Goes one step further everywhere; answers the first task that the other side knows.
    fn advance<E>(
        &mut self,
        other: &Self,
        neighbours: &mut impl FnMut(&TaskId) -> Result<Vec<TaskId>, E>,
    ) -> Result<Option<TaskId>, E> {
        for task in std::mem::take(&mut self.frontier) {
            for neighbour in neighbours(&task)? {
                let Entry::Vacant(unseen) = self.reached.entry(neighbour.clone()) else {
                    continue;
                };
                unseen.insert(Some(task.clone()));
                if other.reached.contains_key(&neighbour) {
                    return Ok(Some(neighbour));
                }
                self.frontier.push(neighbour);
            }
        }
        Ok(None)
    }

    /// From `task` back to the root that it was reached from, both included.
    fn trail(&self, task: &TaskId) -> Vec<TaskId> {
        let mut trail = vec![task.clone()];
        let mut at = self.reached.get(task);
        while let Some(Some(previous)) = at {
            trail.push(previous.clone());
            at = self.reached.get(previous);
        }
        trail
    }
}

fn joined(task: &TaskId, down: &Side, up: &Side, meeting: &TaskId) -> Vec<TaskId> {
    let to_meeting = down.trail(meeting).into_iter().rev();
    let from_meeting = up.trail(meeting).into_iter().skip(1);
    std::iter::once(task.clone())
        .chain(to_meeting)
        .chain(from_meeting)
        .collect()
}
