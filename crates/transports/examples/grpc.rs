//! Passkeys over gRPC. `cargo run -p ceremony-transports --example grpc`, with the gateway's token in `GATEWAY_TOKEN`.

use ceremony_transports::grpc::{GatewayToken, server};
use ceremony_transports::server::open;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let token = std::env::var("GATEWAY_TOKEN").unwrap_or_default();
    let token =
        GatewayToken::new(&token).ok_or("GATEWAY_TOKEN: 32 characters or more, from `openssl rand -base64 24`")?;
    let desk = open("localhost", "http://localhost:8080", "sqlite:passkeys.db").await?;
    println!("gRPC on 127.0.0.1:50051");
    // On loopback, for a gateway on the same machine. Between machines it takes TLS: tonic's feature `tls-aws-lc`.
    server(desk, token).serve("127.0.0.1:50051".parse()?).await?;
    Ok(())
}
