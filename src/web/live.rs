//! What others do, as it happens.

pub mod feed;
pub mod presence;
pub mod renew;
