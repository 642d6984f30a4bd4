//! Tasks: fields, lists, boards, relations, watchers and the trash.

mod board;
pub mod fields;
mod filter;
pub mod for_person;
mod links;
mod list;
mod order;
mod record;
mod relations;
mod tally;
pub mod trash;
mod watchers;

pub use self::{
    board::{CardRow, OnBoard, on_board},
    fields::{Record, bytes_of, records, write},
    for_person::{Due, due, for_person, unassign_all},
    links::{family, is_there, related},
    list::{Viewer, groups, rows},
    order::{below, line_of, numbers, rank_before, rank_of, set_rank},
    record::{NewTask, Task, create, find},
    relations::{Edge, Node, add_relation, lock_relations, remove_relation, way_back},
    tally::{Tally, tallies},
    trash::{Expired, RemovedRow, claim_next, expired, list_archived, list_deleted, purge, release_parts},
    watchers::{add_watchers, remove_watcher, watchers, watchers_of},
};
