//! The server side of the application.
//!
//! Dependencies point one way: handlers and server functions call [`services`], services call [`repo`], and
//! repositories run SQL in a transaction of [`db`].

pub mod access;
pub mod auth;
pub mod boards;
pub mod built_files;
pub mod config;
pub mod db;
pub mod error;
pub mod fair_queue;
pub mod heavy;
pub mod http;
pub mod lenient;
pub mod live;
pub mod open_page;
pub mod provider;
pub mod provider_answer;
pub mod readiness;
pub mod rendered;
pub mod repo;
pub mod request_scope;
pub mod rest;
pub mod seed;
pub mod services;
pub mod state;
pub mod sync;
pub mod wake;
