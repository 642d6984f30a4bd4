//! Server functions of projects.

use leptos::prelude::*;

use super::model::Board;
use crate::error::AppError;

/// Creates a project in the organization `org` and leads to its board. Fields: `name`, `key`.
#[server(prefix = "/fn", endpoint = "create_project")]
pub async fn create_project(org: String, name: String, key: String) -> Result<(), AppError> {
    todo!("{org}{name}{key}")
}

/// The board of the project `key`.
#[server(prefix = "/fn", endpoint = "get_board", input = server_fn::codec::GetUrl)]
pub async fn get_board(org: String, key: String) -> Result<Board, AppError> {
    todo!("{org}{key}")
}
