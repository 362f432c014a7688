//! `ceremony stdio`: the protocol, from both ends of the pipe.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "stdio/ceremonies.rs"]
mod ceremonies;
#[path = "stdio/page.rs"]
mod page;
#[path = "stdio/protocol.rs"]
mod protocol;

use ceremony_testkit::{Authenticator, Client};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};

const ORIGIN: &str = "https://example.com";

/// The running program.
struct Pipe {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    log: ChildStderr,
    sent: u64,
}

fn program(arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ceremony"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PASSKEYS_") || name == "RUST_LOG") {
        command.env_remove(name);
    }
    command.args([&["stdio"], arguments].concat()).envs(variables.iter().copied());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

const SETTINGS: [(&str, &str); 5] = [
    ("PASSKEYS_ORIGINS", ORIGIN),
    ("PASSKEYS_RP_ID", "example.com"),
    ("PASSKEYS_DATABASE", "sqlite::memory:"),
    ("PASSKEYS_CEREMONIES", "memory"),
    ("PASSKEYS_SIGN_UPS", "true"),
];

impl Pipe {
    fn new() -> Self {
        Self::with(&[], &[])
    }

    fn with(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut child = program(arguments, &[&SETTINGS[..], variables].concat()).spawn().unwrap();
        let (input, output) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        let log = child.stderr.take().unwrap();
        Self { child, input, output, log, sent: 0 }
    }

    fn send(&mut self, line: &str) {
        self.input.as_mut().unwrap().write_all(format!("{line}\n").as_bytes()).unwrap();
    }

    fn reply(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line:?}"))
    }

    /// The reply to a line that stands alone.
    fn say(&mut self, line: &str) -> Value {
        self.send(line);
        self.reply()
    }

    fn request(&mut self, method: &str, params: &Value) -> Value {
        self.sent += 1;
        let reply = self.say(&json!({ "id": self.sent, "method": method, "params": params }).to_string());
        assert_eq!(reply["id"], self.sent, "{reply}");
        reply
    }

    #[track_caller]
    fn call(&mut self, method: &str, params: Value) -> Value {
        let mut reply = self.request(method, &params);
        assert!(reply.get("error").is_none(), "{method}: {reply}");
        reply["result"].take()
    }

    /// The code of an error that has to be one.
    #[track_caller]
    fn refused(&mut self, method: &str, params: Value) -> String {
        let reply = self.request(method, &params);
        assert!(reply.get("result").is_none(), "{method}: {reply}");
        reply["error"]["code"].as_str().unwrap().to_owned()
    }

    /// Ends the input: what is still printed, the log, and the exit code.
    fn end(mut self) -> (String, String, i32) {
        drop(self.input.take());
        let (mut rest, mut log) = (String::new(), String::new());
        self.output.read_to_string(&mut rest).unwrap();
        self.log.read_to_string(&mut log).unwrap();
        (rest, log, self.child.wait().unwrap().code().unwrap())
    }

    fn register(&mut self, device: &mut Authenticator, user: &str) -> Value {
        let begun = self.call("register_begin", json!({ "user": { "id": user, "name": user } }));
        let credential = device.register(&begun["publicKey"], &Client::new(ORIGIN)).unwrap();
        self.call("register_finish", json!({ "user_id": user, "state": begun["state"], "credential": credential }))
    }

    /// A sign-in without a name: the parameters of the finish.
    fn signed(&mut self, device: &mut Authenticator) -> Value {
        let begun = self.call("authenticate_begin", json!({}));
        let credential = device.authenticate(&begun["publicKey"], &Client::new(ORIGIN)).unwrap();
        json!({ "state": begun["state"], "credential": credential })
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        drop(self.input.take());
        // A test that failed leaves nothing running.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
