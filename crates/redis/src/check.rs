//! Whether a server is set up for this.

use crate::failure::{Cause, Failure};
use crate::link::Link;
use redis::{Cmd, FromRedisValue, Value};
use std::collections::HashMap;
use std::fmt;

/// What is wrong with a server's setup, or could not be looked at. Its text says what mends it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// `maxmemory-policy` is this instead of `noeviction`: a server short of memory drops ceremonies that are not
    /// finished, and spent ids, so that a ceremony could be finished twice.
    Evicts(String),
    /// The server does not know `GETDEL`; this is its version, if it tells. Redis has the command since 6.2, Valkey from
    /// its start.
    TooOld(Option<String>),
    /// What is written is not kept on disk by an append-only file: a crash forgets which ids were spent.
    NotPersistent,
    /// The server is a node of a cluster, and redirects most names to other nodes.
    Cluster,
    /// The server is a replica of another: what is written to it, if it takes that at all, is gone as soon as it takes over
    /// what its primary holds, spent ids included.
    Replica,
    /// The server refused a command that the stores need, with this error.
    Refused {
        /// The command.
        command: &'static str,
        /// What the server said.
        error: String,
    },
    /// This setting could not be checked: the user has the right neither to `INFO` nor to `CONFIG GET`.
    NotChecked(&'static str),
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Evicts(policy) => write!(
                f,
                "maxmemory-policy is {policy}: under pressure the server forgets which ceremonies were finished; set it \
                 to noeviction, or use a server that is no cache"
            ),
            Self::TooOld(version) => write!(
                f,
                "the server ({}) does not know GETDEL; it takes Redis 6.2 or later, or Valkey",
                version.as_deref().unwrap_or("of an unknown version")
            ),
            Self::NotPersistent => f.write_str(
                "appendonly is no: after a crash the server has forgotten which ceremonies were finished; set it to yes",
            ),
            Self::Cluster => f.write_str(
                "the server is a node of a cluster and redirects most names to others, which this client does not \
                 follow; use a server that is none, or a proxy that routes by name",
            ),
            Self::Replica => f.write_str(
                "the server is a replica of another and forgets what is written to it; use the primary's address",
            ),
            Self::Refused { command, error } => write!(f, "the server refuses {command}: {error}"),
            Self::NotChecked(setting) => write!(
                f,
                "{setting} could not be checked: this user may run neither INFO nor CONFIG GET; look at it as an \
                 administrator"
            ),
        }
    }
}

pub(crate) async fn run(link: &Link, prefix: &str) -> Result<Vec<Warning>, Failure> {
    let mut warnings = Vec::new();
    let info = info(link).await?;
    let said = |name: &str| info.get(name).map(String::as_str);

    if said("cluster_enabled") == Some("1") {
        warnings.push(Warning::Cluster);
    }
    if said("role").is_some_and(|role| role != "master") {
        warnings.push(Warning::Replica);
    }
    probe(link, prefix, said("valkey_version").or(said("redis_version")), &mut warnings).await?;
    match setting(link, said("maxmemory_policy"), "maxmemory-policy").await? {
        Some(policy) if policy != "noeviction" => warnings.push(Warning::Evicts(policy)),
        Some(_) => {}
        None => warnings.push(Warning::NotChecked("maxmemory-policy")),
    }
    match setting(link, said("aof_enabled"), "appendonly").await?.as_deref() {
        Some("0" | "no") => warnings.push(Warning::NotPersistent),
        Some(_) => {}
        None => warnings.push(Warning::NotChecked("appendonly")),
    }
    Ok(warnings)
}

/// Runs the commands of the stores on an entry that goes by itself if it is not taken out.
async fn probe(link: &Link, prefix: &str, version: Option<&str>, warnings: &mut Vec<Warning>) -> Result<(), Failure> {
    let name = format!("{prefix}check");
    let mut set = redis::cmd("SET");
    set.arg(&name).arg("").arg("NX").arg("PX").arg(1_000);
    let mut take = redis::cmd("GETDEL");
    take.arg(&name);
    for (command, query) in [("SET", set), ("GETDEL", take)] {
        if let Err(cause) = ask(link, &query).await? {
            let unknown = command == "GETDEL" && cause.code() == "ERR" && cause.to_string().contains("unknown command");
            warnings.push(if unknown {
                Warning::TooOld(version.map(str::to_owned))
            } else {
                Warning::Refused { command, error: cause.to_string() }
            });
        }
    }
    Ok(())
}

/// What the server says of itself; nothing if it does not say.
async fn info(link: &Link) -> Result<HashMap<String, String>, Failure> {
    let Ok(value) = ask(link, &redis::cmd("INFO")).await? else { return Ok(HashMap::new()) };
    let text = String::from_redis_value(value).unwrap_or_default();
    let pairs = text.lines().filter_map(|line| line.split_once(':'));
    Ok(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

/// A setting as `INFO` has told it, or else as `CONFIG GET` does.
async fn setting(link: &Link, told: Option<&str>, name: &str) -> Result<Option<String>, Failure> {
    if let Some(told) = told {
        return Ok(Some(told.to_owned()));
    }
    let mut command = redis::cmd("CONFIG");
    command.arg("GET").arg(name);
    let Ok(value) = ask(link, &command).await? else { return Ok(None) };
    let settings = HashMap::<String, String>::from_redis_value(value).unwrap_or_default();
    Ok(settings.get(name).cloned())
}

/// An answer, or what the server has against giving one.
async fn ask(link: &Link, command: &Cmd) -> Result<Result<Value, Cause>, Failure> {
    match link.call(command).await {
        Ok(value) => Ok(Ok(value)),
        Err(Failure::Refused(cause)) => Ok(Err(cause)),
        Err(failure) => Err(failure),
    }
}
