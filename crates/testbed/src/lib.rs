//! Real servers for tests: each one private, on a free port of the loopback, with its data in a temporary folder, and
//! gone when the test is, however the test ends. A server that runs on the machine already is never touched.
//!
//! A test that can share asks for [`Postgres::shared`] and makes a database of its own in it; a test that stops, kills or
//! restarts a server starts one for itself.

mod folder;
mod missing;
mod nginx;
mod pgbouncer;
mod port;
mod postgres;
mod program;
mod redis;
mod server;

pub use missing::pass_over;
pub use nginx::Nginx;
pub use pgbouncer::PgBouncer;
pub use port::free_port;
pub use postgres::Postgres;
pub use program::{
    CHROMIUM, CXX, FIREFOX, GECKODRIVER, NGINX, NPM, PGBOUNCER, POSTGRES, Program, REDIS, SCHEMATHESIS, Source,
    VALGRIND,
};
pub use redis::Redis;
pub use server::Failure;
