use super::*;
use crate::accounts::Accounts;

const NOW: UnixTime = UnixTime::from_secs(32_000_000_000);

async fn sessions() -> (Sessions, String) {
    let url = ceremony_config::DatabaseUrl::parse("sqlite::memory:").unwrap();
    let database = ceremony_config::Database::open(&url, None).await.unwrap();
    let pool = Pool::of(&database).await.unwrap();
    let user = Accounts::new(pool.clone()).create("ada@example.com", "hash").await.ok().unwrap();
    (Sessions::new(pool, "http://localhost:8000"), user.id)
}

/// The request headers of a browser that was sent this `Set-Cookie`.
fn browser(set_cookie: &HeaderValue) -> HeaderMap {
    let (pair, _) = set_cookie.to_str().unwrap().split_once(';').unwrap();
    headers(&[pair])
}

fn headers(cookies: &[&str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for cookie in cookies {
        headers.append(header::COOKIE, HeaderValue::try_from(*cookie).unwrap());
    }
    headers
}

#[test]
fn the_cookie_follows_the_origin() {
    let local = Cookie::of("http://localhost:8000");
    let set = local.set("token").unwrap();
    assert_eq!(set, "session-8000=token; HttpOnly; SameSite=Lax; Path=/; Max-Age=604800");
    assert_eq!(local.clear().unwrap(), "session-8000=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0");
    assert_eq!(Cookie::of("http://localhost").name, "session-80");
    let set = Cookie::of("https://demo.example.com").set("token").unwrap();
    assert_eq!(set, "__Host-session=token; HttpOnly; SameSite=Lax; Path=/; Secure; Max-Age=604800");
}

#[test]
fn a_planted_cookie_counts_for_nothing() {
    let cookie = Cookie::of("http://localhost:8000");
    assert_eq!(cookie.token(&headers(&["a=b; session-8000=x"])), Some(hash(b"x")));
    assert_eq!(cookie.token(&headers(&["session-8000=x; session-8000=x"])), Some(hash(b"x")));
    assert_eq!(cookie.token(&headers(&["session-8000=x; session-8000=y"])), None);
    assert_eq!(cookie.token(&headers(&["session-8000=x", "session-8000=y"])), None);
    assert_eq!(cookie.token(&headers(&["session-80001=x; session-800=y"])), None);
}

#[tokio::test]
async fn a_sign_in_ends_the_session_that_was_there() {
    let (sessions, user) = sessions().await;
    let first = sessions.open(&HeaderMap::new(), &user, Proof::Password, NOW).await.unwrap();
    let second = sessions.open(&browser(&first), &user, Proof::Passkey("p"), NOW).await.unwrap();
    assert_ne!(first, second);
    assert!(sessions.find(&browser(&first)).await.unwrap().is_none());
    let session = sessions.find(&browser(&second)).await.unwrap().unwrap();
    assert_eq!((session.user.email.as_str(), session.authenticated_by.as_str()), ("ada@example.com", "passkey"));
    assert_eq!(session.authenticated_at, NOW);

    let clear = sessions.close(&browser(&second)).await.unwrap();
    assert!(clear.to_str().unwrap().contains("Max-Age=0"));
    assert!(sessions.find(&browser(&second)).await.unwrap().is_none());
}

#[tokio::test]
async fn sessions_expire_and_go() {
    let (sessions, user) = sessions().await;
    let now = SystemClock.now();
    let long_ago = UnixTime::from_millis(now.as_millis() - 7 * 24 * 3_600_000);
    let old = sessions.open(&HeaderMap::new(), &user, Proof::Password, long_ago).await.unwrap();
    let new = sessions.open(&HeaderMap::new(), &user, Proof::Password, now).await.unwrap();
    assert!(sessions.find(&browser(&old)).await.unwrap().is_none());
    assert_eq!(sessions.drop_expired().await.unwrap(), 1);
    assert!(sessions.find(&browser(&new)).await.unwrap().is_some());
}

#[tokio::test]
async fn a_renewal_opens_nothing() {
    let (sessions, user) = sessions().await;
    let cookie = sessions.open(&HeaderMap::new(), &user, Proof::Password, NOW).await.unwrap();
    let later = NOW.saturating_add(Duration::from_secs(60));
    sessions.renew(&browser(&cookie), "somebody else", Proof::Passkey("p"), later).await.unwrap();
    assert_eq!(sessions.find(&browser(&cookie)).await.unwrap().unwrap().authenticated_at, NOW);
    sessions.renew(&browser(&cookie), &user, Proof::Passkey("p"), later).await.unwrap();
    assert_eq!(sessions.find(&browser(&cookie)).await.unwrap().unwrap().authenticated_at, later);
}

#[tokio::test]
async fn a_removed_passkey_takes_its_other_sessions_along() {
    let (sessions, user) = sessions().await;
    let here = sessions.open(&HeaderMap::new(), &user, Proof::Passkey("p"), NOW).await.unwrap();
    let there = sessions.open(&HeaderMap::new(), &user, Proof::Passkey("p"), NOW).await.unwrap();
    let other = sessions.open(&HeaderMap::new(), &user, Proof::Passkey("q"), NOW).await.unwrap();
    assert_eq!(sessions.close_others(&browser(&here), &user, "p").await.unwrap(), 1);
    assert!(sessions.find(&browser(&here)).await.unwrap().is_some());
    assert!(sessions.find(&browser(&there)).await.unwrap().is_none());
    assert!(sessions.find(&browser(&other)).await.unwrap().is_some());
}
