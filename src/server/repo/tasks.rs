//! Tasks.

mod board;
mod facts;
mod filter;
mod list;
mod order;
mod record;
mod tally;

pub use self::{
    board::{CardRow, OnBoard, on_board},
    facts::{Record, records, write},
    list::{Looking, groups, rows},
    order::{below, line_of, numbers, rank_before, rank_of, set_rank},
    record::{NewTask, Task, create, find},
    tally::{Tally, tallies},
};
