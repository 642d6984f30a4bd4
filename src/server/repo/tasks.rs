//! Tasks.

mod board;
mod facts;
mod order;
mod record;
mod tally;

pub use self::{
    board::{CardRow, OnBoard, on_board},
    facts::{Record, records, write},
    order::{line_of, numbers, rank_before, rank_of, set_rank},
    record::{NewTask, Task, create, find},
    tally::{Tally, tallies},
};
