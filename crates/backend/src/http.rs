//! What is heard and answered over HTTP: who asks, how much may be asked, what is shown. What is decided of records and
//! devices stands below.

pub mod attempt;
pub mod away;
pub mod bounds;
mod cursor;
pub mod extract;
pub mod live;
pub mod middleware;
pub mod password_again;
pub mod problem;
pub mod routes;
pub mod serve;
pub mod state;
pub mod static_files;
pub mod views;

pub use routes::console::sign_in::address as sign_in_address;
