//! Server only.
