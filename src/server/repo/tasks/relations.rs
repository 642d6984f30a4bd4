//! Relations between tasks.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::{
    domain::{ids::ProjectId, tasks::event::Relation},
    server::{
        db::{Driver, OrgTx, execute, fetch_all, fetch_optional},
        error::Error,
    },
};

/// A task, by its project and number.
pub type Node = (ProjectId, i64);

/// A relation as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    kind: &'static str,
    from: Node,
    to: Node,
}

impl Edge {
    /// That `one` has this relation to `other`: two tasks that relate to each other are stored once, the lesser one first.
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

    /// The task that the relation goes out from.
    #[must_use]
    pub const fn from(&self) -> Node {
        self.from
    }
}

/// Nobody else can change relations in the organization until the transaction ends: a circle may go through any project.
/// Whoever holds projects takes them first.
pub async fn lock_relations(tx: &mut OrgTx) -> Result<(), Error> {
    // A transaction that writes to SQLite is alone from its beginning.
    if tx.driver() == Driver::Postgres {
        fetch_optional!(tx, (i32,), "SELECT 1 FROM organization WHERE id = $1 FOR NO KEY UPDATE", tx.org())?;
    }
    Ok(())
}

/// Adds a relation; `false` when there is one like it.
pub async fn add_relation(tx: &mut OrgTx, edge: Edge) -> Result<bool, Error> {
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

/// Removes a relation; `false` when there is none.
pub async fn remove_relation(tx: &mut OrgTx, edge: Edge) -> Result<bool, Error> {
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

/// The way that leads back from where `edge` would go to where it would come from, both included; none when it would close
/// no circle. Tasks in the bin count: they may come back.
pub async fn way_back(tx: &mut OrgTx, edge: Edge) -> Result<Option<Vec<Node>>, Error> {
    if edge.kind == "relates" {
        return Ok(None);
    }
    let rows = fetch_all!(
        tx,
        (ProjectId, i64, ProjectId, i64),
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
    for (project, number, other_project, other_number) in rows {
        next.entry((project, number)).or_default().push((other_project, other_number));
    }
    Ok(shortest(&next, edge.to, edge.from))
}

/// The shortest way from `start` to `end`, both included.
fn shortest(next: &HashMap<Node, Vec<Node>>, start: Node, end: Node) -> Option<Vec<Node>> {
    let mut came_from: HashMap<Node, Node> = HashMap::new();
    let (mut seen, mut waiting) = (HashSet::from([start]), VecDeque::from([start]));
    while let Some(node) = waiting.pop_front() {
        if node == end {
            let mut way = vec![node];
            while let Some(before) = way.last().and_then(|last| came_from.get(last)) {
                way.push(*before);
            }
            way.reverse();
            return Some(way);
        }
        for other in next.get(&node).into_iter().flatten() {
            if seen.insert(*other) {
                came_from.insert(*other, node);
                waiting.push_back(*other);
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
    fn a_relation_is_stored_once_from_whichever_side_it_is_seen() {
        for relation in Relation::ALL {
            assert_eq!(
                Edge::of(node(1), relation, node(2)),
                Edge::of(node(2), relation.inverted(), node(1)),
                "{relation:?}"
            );
        }
    }

    #[test]
    fn the_shortest_way_is_found_or_none() {
        let edges = [(1, 2), (2, 3), (3, 4), (1, 3), (4, 2)];
        let mut next: HashMap<Node, Vec<Node>> = HashMap::new();
        for (from, to) in edges {
            next.entry(node(from)).or_default().push(node(to));
        }
        assert_eq!(shortest(&next, node(1), node(4)), Some(vec![node(1), node(3), node(4)]));
        assert_eq!(shortest(&next, node(4), node(1)), None);
        assert_eq!(shortest(&next, node(1), node(1)), Some(vec![node(1)]));
    }
}
