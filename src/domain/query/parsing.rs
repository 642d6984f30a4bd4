//! Parses the values of a query string. What cannot be parsed is reported: the value, and why it cannot be used.

use std::{collections::BTreeSet, fmt::Display, str::FromStr};

use chrono::NaiveDate;

use super::address::items;
use crate::domain::dates::chosen_day;

/// Parses a list. Each item that cannot be parsed is a problem of its own.
pub(super) fn parse_list<T: FromStr<Err: Display> + Ord>(
    value: &str,
    target: &mut BTreeSet<T>,
    report: &mut dyn FnMut(&str, &str),
) {
    each_item(value, report, &mut |item| {
        target.insert(item.parse().map_err(|error: T::Err| error.to_string())?);
        Ok(())
    });
}

/// Not generic over what is parsed, so that the WASM contains it only once.
fn each_item(value: &str, report: &mut dyn FnMut(&str, &str), parse: &mut dyn FnMut(&str) -> Result<(), String>) {
    for item in items(value) {
        if let Err(error) = parse(&item) {
            report(&item, &error);
        }
    }
}

pub(super) fn parse_optional<T: FromStr<Err: Display>>(
    value: &str,
    target: &mut Option<T>,
    report: &mut dyn FnMut(&str, &str),
) {
    match value.parse() {
        Ok(value) => *target = Some(value),
        Err(error) => report(value, &error.to_string()),
    }
}

pub(super) fn parse_value<T: FromStr<Err: Display>>(value: &str, target: &mut T, report: &mut dyn FnMut(&str, &str)) {
    match value.parse() {
        Ok(value) => *target = value,
        Err(error) => report(value, &error.to_string()),
    }
}

pub(super) fn parse_date(value: &str, target: &mut Option<NaiveDate>, report: &mut dyn FnMut(&str, &str)) {
    match chosen_day(value) {
        Some(date) => *target = Some(date),
        None => report(value, "Use a valid date, for example 2026-11-21."),
    }
}
