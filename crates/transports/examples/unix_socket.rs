//! Passkeys over a Unix socket. `cargo run -p ceremony-transports --example unix_socket -- passkeys.sock`

use ceremony_transports::server::open;
use ceremony_transports::socket::Socket;
use std::path::PathBuf;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let path = PathBuf::from(std::env::args_os().nth(1).unwrap_or_else(|| "passkeys.sock".into()));
    let desk = open("localhost", "http://localhost:8080", "sqlite:passkeys.db").await?;
    let socket = Socket::bind(&path).await?;
    println!("lines of JSON on {}", path.display());
    socket.serve(desk).await;
    Ok(())
}
