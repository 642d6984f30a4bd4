//! Tasks: fields, lists, boards, relations, watchers and the trash.

mod board;
pub mod fields;
mod filter;
pub mod for_person;
mod links;
mod list;
mod opened;
mod order;
mod page;
mod record;
mod relations;
mod sets;
mod tally;
pub mod trash;
mod watchers;

pub use self::{
    board::{BoardCards, CardRow, cards_on_board},
    fields::{Record, TaskUpdate, bytes_of, records, update},
    for_person::{Due, delete_assignments, due, for_person},
    links::{exists, family, related},
    list::{Viewer, groups, rows},
    opened::{Opened, open, open_as_member},
    order::{Anchor, Gap, Place, gap, line_of, numbers, update_rank},
    page::{TaskOnPage, on_page},
    record::{NewTask, insert, is_stored},
    relations::{Edge, Node, delete_relation, find_cycle, insert_relation, lock_relations},
    sets::update_sets,
    tally::{Tally, tallies},
    trash::{Expired, RemovedRow, claim_next, detach_subtasks, expired, list_archived, list_deleted, purge},
    watchers::{delete_watcher, insert_watchers, watchers_of},
};
