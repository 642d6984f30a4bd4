//! Relations between tasks: inserts, deletes and the search for cycles.

use std::collections::{HashMap, HashSet, VecDeque};

use sqlx::FromRow;

use crate::{
    domain::{ids::ProjectId, tasks::relation::Relation},
    server::{
        db::{Driver, OrgTx, execute, fetch_all, scalar_optional},
        error::Error,
    },
};

/// A task, by its project and number.
pub type Node = (ProjectId, i64);

/// A stored relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    kind: &'static str,
    from: Node,
    to: Node,
}

impl Edge {
    /// Normalizes a relation from `one` to `other`, so that each relation is stored once: “blocked by” becomes “blocks” from
    /// the other side, and “relates” starts at the lesser task.
    #[must_use]
    pub fn of(one: Node, relation: Relation, other: Node) -> Self {
        let (kind, from, to) = match relation {
            Relation::Blocks => ("blocks", one, other),
            Relation::BlockedBy => ("blocks", other, one),
            Relation::Duplicates => ("duplicates", one, other),
            Relation::DuplicatedBy => ("duplicates", other, one),
            Relation::Relates => ("relates", one.min(other), one.max(other)),
        };
        Self { kind, from, to }
    }

    /// The task that the stored relation starts from.
    #[must_use]
    pub const fn from(&self) -> Node {
        self.from
    }
}

/// Locks the relations of the organization until the transaction ends: a cycle may pass through any project. Callers lock
/// projects first, so that transactions cannot deadlock.
pub async fn lock_relations(tx: &mut OrgTx) -> Result<(), Error> {
    // SQLite allows one writer at a time and needs no lock.
    if tx.driver() == Driver::Postgres {
        scalar_optional!(tx, i32, "SELECT 1 FROM organization WHERE id = $1 FOR NO KEY UPDATE", tx.org())?;
    }
    Ok(())
}

/// Inserts a relation. Returns `false` if it exists.
pub async fn insert_relation(tx: &mut OrgTx, edge: Edge) -> Result<bool, Error> {
    let added = execute!(
        tx,
        "INSERT INTO task_relation (org_id, project_id, number, kind, other_project_id, other_number)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        tx.org(),
        edge.from.0,
        edge.from.1,
        edge.kind,
        edge.to.0,
        edge.to.1,
    )?;
    Ok(added == 1)
}

/// Deletes a relation. Returns `false` if it does not exist.
pub async fn delete_relation(tx: &mut OrgTx, edge: Edge) -> Result<bool, Error> {
    let removed = execute!(
        tx,
        "DELETE FROM task_relation WHERE org_id = $1 AND project_id = $2 AND number = $3 AND kind = $4
           AND other_project_id = $5 AND other_number = $6",
        tx.org(),
        edge.from.0,
        edge.from.1,
        edge.kind,
        edge.to.0,
        edge.to.1,
    )?;
    Ok(removed == 1)
}

#[derive(FromRow)]
struct EdgeRow {
    project_id: ProjectId,
    number: i64,
    other_project_id: ProjectId,
    other_number: i64,
}

/// Finds the shortest path from the end of `edge` back to its start, both included: the cycle that the new relation would
/// close. Includes tasks in the trash, which may be restored.
pub async fn find_cycle(tx: &mut OrgTx, edge: Edge) -> Result<Option<Vec<Node>>, Error> {
    if edge.kind == "relates" {
        return Ok(None);
    }
    let rows = fetch_all!(
        tx,
        EdgeRow,
        "WITH RECURSIVE ahead (project_id, number) AS (
             SELECT other_project_id, other_number FROM task_relation
             WHERE org_id = $1 AND kind = $2 AND project_id = $3 AND number = $4
             UNION
             SELECT r.other_project_id, r.other_number
             FROM task_relation r JOIN ahead a ON r.project_id = a.project_id AND r.number = a.number
             WHERE r.org_id = $1 AND r.kind = $2)
         SELECT r.project_id, r.number, r.other_project_id, r.other_number
         FROM task_relation r JOIN ahead a ON r.other_project_id = a.project_id AND r.other_number = a.number
         WHERE r.org_id = $1 AND r.kind = $2",
        tx.org(),
        edge.kind,
        edge.to.0,
        edge.to.1,
    )?;
    let mut next: HashMap<Node, Vec<Node>> = HashMap::new();
    for row in rows {
        let (from, to) = ((row.project_id, row.number), (row.other_project_id, row.other_number));
        next.entry(from).or_default().push(to);
    }
    Ok(shortest_path(&next, edge.to, edge.from))
}

/// The shortest path from `start` to `end`, both included.
fn shortest_path(next: &HashMap<Node, Vec<Node>>, start: Node, end: Node) -> Option<Vec<Node>> {
    let mut came_from: HashMap<Node, Node> = HashMap::new();
    let (mut seen, mut queue) = (HashSet::from([start]), VecDeque::from([start]));
    while let Some(node) = queue.pop_front() {
        if node == end {
            let mut path = vec![node];
            while let Some(before) = path.last().and_then(|last| came_from.get(last)) {
                path.push(*before);
            }
            path.reverse();
            return Some(path);
        }
        for other in next.get(&node).into_iter().flatten() {
            if seen.insert(*other) {
                came_from.insert(*other, node);
                queue.push_back(*other);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn node(number: i64) -> Node {
        (ProjectId(Uuid::nil()), number)
    }

    #[test]
    fn both_sides_of_a_relation_normalize_to_one_edge() {
        for relation in Relation::ALL {
            assert_eq!(
                Edge::of(node(1), relation, node(2)),
                Edge::of(node(2), relation.inverted(), node(1)),
                "{relation:?}"
            );
        }
    }

    #[test]
    fn shortest_path_finds_the_path_or_none() {
        let edges = [(1, 2), (2, 3), (3, 4), (1, 3), (4, 2)];
        let mut next: HashMap<Node, Vec<Node>> = HashMap::new();
        for (from, to) in edges {
            next.entry(node(from)).or_default().push(node(to));
        }
        assert_eq!(shortest_path(&next, node(1), node(4)), Some(vec![node(1), node(3), node(4)]));
        assert_eq!(shortest_path(&next, node(4), node(1)), None);
        assert_eq!(shortest_path(&next, node(1), node(1)), Some(vec![node(1)]));
    }
}
