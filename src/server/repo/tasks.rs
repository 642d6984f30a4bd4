//! Tasks.

mod bin;
mod board;
mod facts;
mod filter;
mod links;
mod list;
mod mine;
mod order;
mod record;
mod relations;
mod tally;
mod watchers;

pub use self::{
    bin::{Expired, PutAway, expired, in_archive, in_bin, purge, release_parts, take_turn},
    board::{CardRow, OnBoard, on_board},
    facts::{Record, bytes_of, records, write},
    links::{family, is_there, related},
    list::{Looking, groups, rows},
    mine::{Due, concerning, due, unassign_all},
    order::{below, line_of, numbers, rank_before, rank_of, set_rank},
    record::{NewTask, Task, create, find},
    relations::{Edge, Node, add_relation, lock_relations, remove_relation, way_back},
    tally::{Tally, tallies},
    watchers::{add_watchers, remove_watcher, watchers, watchers_of},
};
