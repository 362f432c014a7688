//! What is said of a server's setup.

use crate::proxy::Proxy;
use crate::{names, open, server};
use ceremony_redis::{RedisStores, Warning};
use ceremony_service::store::StoreError;

#[tokio::test]
async fn a_good_setup_gives_no_warning_and_keeps_no_trace() {
    let Some(server) = server() else { return };
    let stores = open(&server).await;
    assert_eq!(stores.check().await.unwrap(), []);
    assert!(names(&server).is_empty());
}

#[tokio::test]
async fn eviction_and_forgetting_are_told() {
    let Some(server) = server() else { return };
    let stores = open(&server).await;
    for policy in ["allkeys-lru", "volatile-ttl"] {
        server.command(&format!("CONFIG SET maxmemory-policy {policy}")).unwrap();
        let warnings = stores.check().await.unwrap();
        assert_eq!(warnings, [Warning::Evicts(policy.to_owned())]);
        assert!(warnings[0].to_string().contains("noeviction"));
    }
    server.command("CONFIG SET maxmemory-policy noeviction").unwrap();
    server.command("CONFIG SET appendonly no").unwrap();
    let warnings = stores.check().await.unwrap();
    assert_eq!(warnings, [Warning::NotPersistent]);
    assert!(warnings[0].to_string().contains("appendonly"));
}

#[tokio::test]
async fn what_a_user_may_not_see_is_said_to_be_unchecked() {
    let Some(server) = server() else { return };
    server.command("ACL SETUSER few on >secret ~ceremony:* +set +getdel").unwrap();
    server.command("ACL SETUSER config on >secret ~ceremony:* +set +getdel +ping +config|get").unwrap();
    server.command("ACL SETUSER info on >secret ~ceremony:* +set +getdel +info").unwrap();
    server.command("CONFIG SET maxmemory-policy allkeys-lru").unwrap();
    let url = |user: &str| server.url().replace("redis://", &format!("redis://{user}:secret@"));

    let stores = RedisStores::connect(&url("few")).await.unwrap();
    let warnings = stores.check().await.unwrap();
    assert_eq!(warnings, [Warning::NotChecked("maxmemory-policy"), Warning::NotChecked("appendonly")]);
    for warning in warnings {
        assert!(warning.to_string().contains("could not be checked"), "{warning}");
    }
    for user in ["config", "info"] {
        let stores = RedisStores::connect(&url(user)).await.unwrap();
        assert_eq!(stores.check().await.unwrap(), [Warning::Evicts(String::from("allkeys-lru"))], "{user}");
    }
    server.command("CONFIG SET maxmemory-policy noeviction").unwrap();
    server.command("CONFIG SET appendonly no").unwrap();
    for user in ["config", "info"] {
        let stores = RedisStores::connect(&url(user)).await.unwrap();
        assert_eq!(stores.check().await.unwrap(), [Warning::NotPersistent], "{user}");
    }
}

#[tokio::test]
async fn a_command_that_is_refused_is_named() {
    let Some(server) = server() else { return };
    server.command("ACL SETUSER half on >secret ~ceremony:* +@all -getdel").unwrap();
    let url = server.url().replace("redis://", "redis://half:secret@");
    let warnings = RedisStores::connect(&url).await.unwrap().check().await.unwrap();
    assert!(
        matches!(&warnings[..], [Warning::Refused { command: "GETDEL", error }] if error.starts_with("NOPERM")),
        "{warnings:?}"
    );
    let stores = RedisStores::connect(&server.url()).await.unwrap().with_prefix("else:");
    assert_eq!(stores.check().await.unwrap(), []);
    server.command("REPLICAOF 127.0.0.1 1").unwrap();
    let warnings = stores.check().await.unwrap();
    assert!(
        matches!(
            &warnings[..],
            [Warning::Replica, Warning::Refused { command: "SET", error }, Warning::Refused { command: "GETDEL", .. }]
                if error.starts_with("READONLY")
        ),
        "{warnings:?}"
    );
}

/// It takes everything, and forgets it when it next hears from its primary.
#[tokio::test]
async fn a_replica_that_can_be_written_to_is_told() {
    let Some(server) = server() else { return };
    server.command("CONFIG SET replica-read-only no").unwrap();
    server.command("REPLICAOF 127.0.0.1 1").unwrap();
    let stores = open(&server).await;
    let warnings = stores.check().await.unwrap();
    assert_eq!(warnings, [Warning::Replica]);
    assert!(warnings[0].to_string().contains("use the primary's address"), "{warnings:?}");
    server.command("REPLICAOF NO ONE").unwrap();
    assert_eq!(stores.check().await.unwrap(), []);
}

#[tokio::test]
async fn a_server_without_getdel_is_too_old() {
    let Some(server) = server() else { return };
    let proxy = Proxy::before(&server.url()).await;
    let stores = RedisStores::connect(&proxy.url()).await.unwrap();
    proxy.replace("GETDEL", "GETDE6");
    let warnings = stores.check().await.unwrap();
    assert!(matches!(&warnings[..], [Warning::TooOld(Some(version))] if version.contains('.')), "{warnings:?}");
    assert!(warnings[0].to_string().contains("6.2"));
}

#[tokio::test]
async fn a_node_of_a_cluster_is_told() {
    let Some(server) = server() else { return };
    let proxy = Proxy::before(&server.url()).await;
    let stores = RedisStores::connect(&proxy.url()).await.unwrap();
    proxy.replace("cluster_enabled:0", "cluster_enabled:1");
    let warnings = stores.check().await.unwrap();
    assert_eq!(warnings, [Warning::Cluster]);
    assert!(warnings[0].to_string().contains("cluster"));
}

#[tokio::test]
async fn a_server_that_is_away_is_an_error_not_a_warning() {
    let Some(mut server) = server() else { return };
    let stores = open(&server).await;
    server.stop().unwrap();
    assert!(matches!(stores.check().await, Err(StoreError::Unavailable(_))));
}
