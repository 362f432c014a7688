//! Servers that go, hang, and come back.

use crate::proxy::{Mode, Proxy};
use crate::{LATER, NOW, failure, key, names, open, server, texts};
use ceremony_redis::{CALL_TIMEOUT, CONNECT_TIMEOUT, Failure, RedisStores};
use ceremony_service::store::StoreError;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// A call's own limit, and what a busy machine may add to it; far from the limits of several calls in a row.
const IN_TIME: Duration = CALL_TIMEOUT.saturating_add(Duration::from_secs(5));

#[tokio::test]
async fn a_stopped_server_is_said_to_be_so_and_found_again() {
    let Some(mut server) = server() else { return };
    let stores = open(&server).await;
    let handle = stores.ceremonies().put(&key(), b"state".to_vec(), LATER, NOW).await.unwrap();
    assert!(stores.spend_list().spend([1; 16], LATER, NOW).await.unwrap());
    for crash in [false, true] {
        if crash {
            server.kill();
        } else {
            server.stop().unwrap();
        }
        for _ in 0..3 {
            let began = Instant::now();
            let error = stores.ceremonies().take(&key(), &handle, NOW).await.unwrap_err();
            assert!(matches!(failure(&error), Failure::NotConnected(_) | Failure::Lost(_)), "{error:?}");
            assert!(began.elapsed() < CALL_TIMEOUT);
        }
        let error = stores.spend_list().spend([2; 16], LATER, NOW).await.unwrap_err();
        let texts = texts(&error);
        assert_eq!(texts[..2], ["store is unavailable", "no connection to Redis"]);
        assert!(texts[2].to_lowercase().contains("refused") && texts.len() == 3, "{texts:?}");
        server.start_again().unwrap();
        assert!(!stores.spend_list().spend([1; 16], LATER, NOW).await.unwrap(), "the call after the restart works");
    }
    assert!(stores.ceremonies().take(&key(), &handle, NOW).await.unwrap().state().is_some());
}

/// Between two calls far apart nobody notices a restart: nothing is risked on a connection that was silent.
#[tokio::test]
async fn a_restart_between_calls_goes_unnoticed() {
    let Some(mut server) = server() else { return };
    let stores = open(&server).await;
    assert!(stores.spend_list().spend([1; 16], LATER, NOW).await.unwrap());
    server.kill();
    server.start_again().unwrap();
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    assert!(!stores.spend_list().spend([1; 16], LATER, NOW).await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn crashes_during_calls_never_let_two_succeed() {
    let Some(mut server) = server() else { return };
    let pair = [open(&server).await, open(&server).await];
    let over = Arc::new(AtomicBool::new(false));
    let wins: Arc<Vec<AtomicU32>> = Arc::new((0..20_000).map(|_| AtomicU32::new(0)).collect());
    let mut tasks = Vec::new();
    for number in 0..16 {
        let list = pair[number % 2].spend_list();
        let (over, wins) = (Arc::clone(&over), Arc::clone(&wins));
        tasks.push(tokio::spawn(async move {
            let (mut failed, mut slowest) = (0_u32, Duration::ZERO);
            for id in 0..wins.len() {
                if over.load(Ordering::SeqCst) {
                    break;
                }
                let began = Instant::now();
                match list.spend(u128::try_from(id).unwrap().to_be_bytes(), LATER, NOW).await {
                    Ok(true) => drop(wins[id].fetch_add(1, Ordering::SeqCst)),
                    Ok(false) => {}
                    Err(StoreError::Unavailable(_)) => {
                        failed += 1;
                        tokio::time::sleep(Duration::from_millis(20)).await;
                    }
                    Err(error) => panic!("{error:?}"),
                }
                slowest = slowest.max(began.elapsed());
            }
            (failed, slowest)
        }));
    }
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let restarted = tokio::task::spawn_blocking(move || {
            server.kill();
            std::thread::sleep(Duration::from_millis(100));
            server.start_again().unwrap();
            server
        });
        server = restarted.await.unwrap();
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    over.store(true, Ordering::SeqCst);
    let mut failures = 0;
    for task in tasks {
        let (failed, slowest) = task.await.unwrap();
        failures += failed;
        assert!(slowest < IN_TIME, "{slowest:?}");
    }
    assert!(failures > 0, "no call met a crash");
    let wins: Vec<u32> = wins.iter().map(|wins| wins.load(Ordering::SeqCst)).collect();
    assert!(wins.iter().all(|wins| *wins <= 1), "an id was spent twice");
    assert!(wins.contains(&1));
    assert!(pair[0].spend_list().spend([0xff; 16], LATER, NOW).await.unwrap(), "the call after the crashes works");
}

/// The answer that a call was the first gets lost: an error, sent once, and nobody else is ever told to be the first.
#[tokio::test]
async fn a_lost_answer_is_an_error_and_burns() {
    let Some(server) = server() else { return };
    for (mode, lost) in [(Mode::Break, true), (Mode::Silence, false)] {
        let proxy = Proxy::before(&server.url()).await;
        let stores = RedisStores::connect(&proxy.url()).await.unwrap();
        let handle = stores.ceremonies().put(&key(), b"state".to_vec(), LATER, NOW).await.unwrap();
        let is_right = |error: &StoreError| match failure(error) {
            Failure::Lost(_) => lost,
            Failure::NoAnswer => !lost,
            _ => false,
        };

        proxy.watch("GETDEL");
        proxy.set(mode);
        let error = stores.ceremonies().take(&key(), &handle, NOW).await.unwrap_err();
        assert!(is_right(&error), "{error:?}");
        proxy.set(Mode::Pass);
        assert_eq!(proxy.seen(), 1, "the command is sent once");
        let again = stores.ceremonies().take(&key(), &handle, NOW).await.unwrap().state();
        assert_eq!(again, None, "the ceremony is used up");

        let id = [u8::from(lost); 16];
        proxy.watch("SET");
        proxy.set(mode);
        let error = stores.spend_list().spend(id, LATER, NOW).await.unwrap_err();
        assert!(is_right(&error), "{error:?}");
        proxy.set(Mode::Pass);
        assert_eq!(proxy.seen(), 1, "the command is sent once");
        assert!(!stores.spend_list().spend(id, LATER, NOW).await.unwrap(), "the id is spent");
    }
}

#[tokio::test]
async fn silence_ends_in_time_and_the_next_call_takes_another_connection() {
    let Some(server) = server() else { return };
    let proxy = Proxy::before(&server.url()).await;
    let stores = RedisStores::connect(&proxy.url()).await.unwrap();
    proxy.set(Mode::Silence);
    let began = Instant::now();
    let error = stores.spend_list().spend([1; 16], LATER, NOW).await.unwrap_err();
    assert!(matches!(failure(&error), Failure::NoAnswer), "{error:?}");
    assert!((CALL_TIMEOUT..IN_TIME).contains(&began.elapsed()));
    proxy.set(Mode::Pass);
    proxy.watch("PING");
    assert!(stores.spend_list().spend([2; 16], LATER, NOW).await.unwrap());
    assert_eq!(proxy.seen(), 0, "the silent connection, idle for long, is not tried again");
    assert_eq!(proxy.connections(), 2);

    // A connection that fell silent while nobody used it costs half a second, not a failure.
    proxy.set(Mode::Silence);
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let list = stores.spend_list();
    let call = tokio::spawn(async move { list.spend([3; 16], LATER, NOW).await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    proxy.set(Mode::Pass);
    assert!(call.await.unwrap().unwrap());
    assert_eq!(proxy.connections(), 3);
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up() {
    let Some(server) = server() else { return };
    let proxy = Proxy::before(&server.url()).await;
    proxy.set(Mode::Deaf);
    let began = Instant::now();
    let error = RedisStores::connect(&proxy.url()).await.unwrap_err();
    assert!(matches!(failure(&error), Failure::NotConnected(_)), "{error:?}");
    assert!(began.elapsed() < IN_TIME);

    // Many calls wait together, not one after another; and once the server answers, so does the store.
    let stores = RedisStores::new(ceremony_redis::redis::Client::open(proxy.url()).unwrap());
    let began = Instant::now();
    let calls = (0..64).map(|number| {
        let list = stores.spend_list();
        tokio::spawn(async move { list.spend([number; 16], LATER, NOW).await })
    });
    for call in calls.collect::<Vec<_>>() {
        assert!(matches!(failure(&call.await.unwrap().unwrap_err()), Failure::NotConnected(_)));
    }
    assert!(began.elapsed() < IN_TIME);
    proxy.set(Mode::Pass);
    assert!(stores.spend_list().spend([1; 16], LATER, NOW).await.unwrap());
}

/// Connections that come late and die at once, one after another: the time for all of them is limited too.
#[tokio::test]
async fn connections_that_die_at_once_are_not_tried_for_ever() {
    let Some(server) = server() else { return };
    let proxy = Proxy::before(&server.url()).await;
    let stores = RedisStores::new(ceremony_redis::redis::Client::open(proxy.url()).unwrap());
    proxy.set(Mode::Drowsy);
    let began = Instant::now();
    let error = stores.spend_list().spend([1; 16], LATER, NOW).await.unwrap_err();
    assert!(matches!(failure(&error), Failure::NotConnected(_)), "{error:?}");
    assert!((CALL_TIMEOUT..IN_TIME).contains(&began.elapsed()));
    assert_eq!(proxy.connections(), 2);
}

/// An attempt to connect that nobody waits for any more ends too, and its failure is nobody's.
#[tokio::test]
async fn an_attempt_given_up_leaves_no_failure_behind() {
    let Some(server) = server() else { return };
    let proxy = Proxy::before(&server.url()).await;
    let stores = RedisStores::new(ceremony_redis::redis::Client::open(proxy.url()).unwrap());
    let list = stores.spend_list();
    proxy.set(Mode::Deaf);
    let given_up = tokio::time::timeout(Duration::from_millis(100), list.spend([1; 16], LATER, NOW)).await;
    assert!(given_up.is_err());
    proxy.set(Mode::Pass);
    tokio::time::sleep(CONNECT_TIMEOUT).await;
    assert!(list.spend([1; 16], LATER, NOW).await.unwrap());
}

/// After a failover the name of the server may lead elsewhere: a server that only reads is left.
#[tokio::test]
async fn a_replica_is_left() {
    let Some(server) = server() else { return };
    let proxy = Proxy::before(&server.url()).await;
    let stores = RedisStores::connect(&proxy.url()).await.unwrap();
    server.command("REPLICAOF 127.0.0.1 1").unwrap();
    let error = stores.spend_list().spend([1; 16], LATER, NOW).await.unwrap_err();
    assert!(matches!(failure(&error), Failure::Refused(cause) if cause.code() == "READONLY"), "{error:?}");
    server.command("REPLICAOF NO ONE").unwrap();
    assert!(stores.spend_list().spend([1; 16], LATER, NOW).await.unwrap());
    assert_eq!(proxy.connections(), 2);
}

/// A call that its caller gives up leaves the connection in order for the others.
#[tokio::test]
async fn a_call_given_up_confuses_no_other() {
    let Some(server) = server() else { return };
    let stores = open(&server).await;
    let (ceremonies, key) = (stores.ceremonies(), key());
    for number in 0..200_u8 {
        let state = vec![number; 10];
        let handle = ceremonies.put(&key, state.clone(), LATER, NOW).await.unwrap();
        let other = ceremonies.put(&key, b"other".to_vec(), LATER, NOW).await.unwrap();
        let wait = Duration::from_micros(u64::from(number));
        drop(tokio::time::timeout(wait, ceremonies.take(&key, &other, NOW)).await);
        assert_eq!(ceremonies.take(&key, &handle, NOW).await.unwrap().state(), Some(state));
    }
}

#[tokio::test]
async fn a_full_server_is_full_and_still_gives_out() {
    let Some(server) = server() else { return };
    let stores = open(&server).await;
    let handle = stores.ceremonies().put(&key(), b"state".to_vec(), LATER, NOW).await.unwrap();
    server.command("CONFIG SET maxmemory 1").unwrap();
    let put = stores.ceremonies().put(&key(), b"state".to_vec(), LATER, NOW).await;
    assert!(matches!(put, Err(StoreError::Full)), "{put:?}");
    let spent = stores.spend_list().spend([1; 16], LATER, NOW).await;
    assert!(matches!(spent, Err(StoreError::Full)), "{spent:?}");
    assert!(stores.ceremonies().take(&key(), &handle, NOW).await.unwrap().state().is_some());
    assert!(names(&server).is_empty());
}

/// Redis repeats a command's arguments when it does not know the command: they do not get into the text.
#[tokio::test]
async fn no_secret_gets_into_an_error() {
    let Some(server) = server() else { return };
    let proxy = Proxy::before(&server.url()).await;
    let stores = RedisStores::connect(&proxy.url()).await.unwrap();
    proxy.replace("SET", "SEX");
    let error = stores.ceremonies().put(&key(), b"CHALLENGE".to_vec(), LATER, NOW).await.unwrap_err();
    assert!(matches!(failure(&error), Failure::Refused(cause) if cause.code() == "ERR"), "{error:?}");
    let shown = format!("{:?} {error:?} {stores:?}", texts(&error));
    assert!(shown.contains("unknown command 'SEX'"), "{shown}");
    assert!(!shown.contains("CHALLENGE") && !shown.contains("pending"), "{shown}");

    let wrong = server.url().replace("redis://", "redis://ada:PASSWORD@");
    let error = RedisStores::connect(&wrong).await.unwrap_err();
    let shown = format!("{:?} {error:?}", texts(&error));
    assert!(matches!(failure(&error), Failure::NotConnected(_)) && !shown.contains("PASSWORD"), "{shown}");
    let error = RedisStores::connect("http://ada:PASSWORD@example.com").await.unwrap_err();
    let shown = format!("{:?} {error:?}", texts(&error));
    assert!(!shown.contains("PASSWORD"), "{shown}");
}

/// A password that changes while the connection is away does not lock the store out for good.
#[tokio::test]
async fn a_login_refused_once_may_work_later() {
    let Some(server) = server() else { return };
    let url = server.url().replace("redis://", "redis://ada:secret@");
    let stores = RedisStores::new(ceremony_redis::redis::Client::open(url).unwrap());
    let error = stores.spend_list().spend([1; 16], LATER, NOW).await.unwrap_err();
    assert!(matches!(failure(&error), Failure::NotConnected(_)), "{error:?}");
    server.command("ACL SETUSER ada on >secret ~* +@all").unwrap();
    assert!(stores.spend_list().spend([1; 16], LATER, NOW).await.unwrap());
}

#[test]
fn without_a_runtime_there_is_an_error_and_no_panic() {
    let stores = RedisStores::new(ceremony_redis::redis::Client::open("redis://127.0.0.1:1").unwrap());
    let list = stores.spend_list();
    let mut call = list.spend([1; 16], LATER, NOW);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(Err(error)) = call.as_mut().poll(&mut context) else { panic!("no answer at once") };
    assert!(texts(&error)[2].contains("runtime"));
}
