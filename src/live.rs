//! What others do, as it happens.

pub mod feed;
pub mod model;
pub mod presence;
pub mod renew;
