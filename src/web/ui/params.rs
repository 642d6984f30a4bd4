//! Reads parameters of the page's address.

use leptos::prelude::*;
use leptos_router::{
    hooks::{use_params_map, use_query_map},
    params::ParamsMap,
};

/// Returns a function that reads the parameters `names` of the path, such as `org`. A missing parameter is empty.
pub fn path_params<const N: usize>(names: [&'static str; N]) -> impl Fn() -> [String; N] + Copy + Send + Sync {
    read(use_params_map(), names)
}

/// Returns a function that reads the parameters `names` after the question mark. A missing parameter is empty.
pub fn query_params<const N: usize>(names: [&'static str; N]) -> impl Fn() -> [String; N] + Copy + Send + Sync {
    read(use_query_map(), names)
}

fn read<const N: usize>(
    params: Memo<ParamsMap>,
    names: [&'static str; N],
) -> impl Fn() -> [String; N] + Copy + Send + Sync {
    move || params.with(|params| names.map(|name| params.get(name).unwrap_or_default()))
}
