//! How a task looks wherever it is shown: on cards and rows, in lists of tasks, in the inbox and in search results.

pub mod details;
pub mod parts;
pub mod project_tasks;
pub mod task_line;
