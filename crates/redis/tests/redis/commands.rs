//! How often a call asks the server.

use crate::{LATER, NOW, key, open, server};

const ROUNDS: u8 = 10;

/// How many calls of a command the server has counted.
fn calls(counted: &str, command: &str) -> u32 {
    let line = counted.lines().find_map(|line| line.strip_prefix(&format!("cmdstat_{command}:calls=")));
    line.and_then(|rest| rest.split(',').next()).map_or(0, |number| number.parse().unwrap())
}

#[tokio::test]
async fn each_call_is_one_command() {
    let Some(server) = server() else { return };
    let stores = open(&server).await;
    assert!(stores.spend_list().spend([0; 16], LATER, NOW).await.unwrap());
    server.command("CONFIG RESETSTAT").unwrap();
    for number in 1..=ROUNDS {
        let handle = stores.ceremonies().put(&key(), b"state".to_vec(), LATER, NOW).await.unwrap();
        assert!(stores.ceremonies().take(&key(), &handle, NOW).await.unwrap().state().is_some());
        assert!(stores.spend_list().spend([number; 16], LATER, NOW).await.unwrap());
    }
    let counted = server.command("INFO commandstats").unwrap();
    assert_eq!(calls(&counted, "set"), 2 * u32::from(ROUNDS), "put and spend: {counted}");
    assert_eq!(calls(&counted, "getdel"), u32::from(ROUNDS), "take: {counted}");
    // Asked of a connection that was silent for a second, as on a machine that stood still.
    assert!(calls(&counted, "ping") < u32::from(ROUNDS), "{counted}");
    let known = ["set", "getdel", "ping", "config"];
    for line in counted.lines().filter(|line| line.starts_with("cmdstat_")) {
        assert!(known.iter().any(|known| line.starts_with(&format!("cmdstat_{known}"))), "{line}");
    }
}
