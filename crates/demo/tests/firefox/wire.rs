//! One request of WebDriver: JSON over HTTP, on a connection of its own.

use serde_json::Value;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A command that takes longer has hung. Starting Firefox is the longest.
const ANSWER_TIME: Duration = Duration::from_secs(60);

/// Sends a command. What it answers, or the error that the driver names.
pub fn send(driver: SocketAddr, method: &str, path: &str, body: Option<&Value>) -> Result<Value, String> {
    let raw = exchange(driver, method, path, body).map_err(|error| format!("{method} {path}: {error}"))?;
    let (status, answer) = parse(&raw).ok_or_else(|| format!("{method} {path}: {}", String::from_utf8_lossy(&raw)))?;
    let value = answer["value"].clone();
    match status {
        200 => Ok(value),
        _ => Err(format!("{method} {path}: {}: {}", value["error"], value["message"])),
    }
}

fn exchange(driver: SocketAddr, method: &str, path: &str, body: Option<&Value>) -> io::Result<Vec<u8>> {
    let body = body.map(Value::to_string).unwrap_or_default();
    let mut stream = TcpStream::connect(driver)?;
    stream.set_read_timeout(Some(ANSWER_TIME))?;
    let length = body.len();
    let head =
        format!("{method} {path} HTTP/1.1\r\nhost: {driver}\r\nconnection: close\r\ncontent-length: {length}\r\n");
    stream.write_all(format!("{head}content-type: application/json\r\n\r\n{body}").as_bytes())?;
    let mut raw = Vec::new();
    stream.read_to_end(&mut raw)?;
    Ok(raw)
}

/// The driver tells the length of its answers: they come in one piece.
fn parse(raw: &[u8]) -> Option<(u16, Value)> {
    let end = raw.windows(4).position(|four| four == b"\r\n\r\n")?;
    let status = std::str::from_utf8(&raw[..end]).ok()?.split(' ').nth(1)?.parse().ok()?;
    Some((status, serde_json::from_slice(&raw[end + 4..]).ok()?))
}
