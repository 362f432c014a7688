use super::*;
use crate::accounts::Accounts;
use http::header;

const NOW: UnixTime = UnixTime::from_secs(32_000_000_000);

async fn sessions() -> (Sessions, String) {
    carried_by(Kind::Cookie).await
}

async fn carried_by(kind: Kind) -> (Sessions, String) {
    let url = ceremony_config::DatabaseUrl::parse("sqlite::memory:").unwrap();
    let database = ceremony_config::Database::open(&url, None).await.unwrap();
    let pool = Pool::of(&database).await.unwrap();
    let user = Accounts::new(pool.clone()).create("ada@example.com", "hash").await.ok().unwrap();
    (Sessions::new(pool, Carrier::new(kind, "http://localhost:8000", false, &[7; 32]).unwrap()), user.id)
}

/// The request headers of a browser that was given this.
fn browser(carried: &Carried) -> HeaderMap {
    let mut headers = HeaderMap::new();
    match carried {
        Carried::Cookie(set_cookie) => {
            let (pair, _) = set_cookie.to_str().unwrap().split_once(';').unwrap();
            headers.append(header::COOKIE, HeaderValue::try_from(pair).unwrap());
        }
        Carried::Token { token, .. } => {
            headers.append(header::AUTHORIZATION, HeaderValue::try_from(format!("Bearer {token}")).unwrap());
        }
    }
    headers
}

#[tokio::test]
async fn a_sign_in_ends_the_session_that_was_there() {
    let (sessions, user) = sessions().await;
    let first = sessions.open(&HeaderMap::new(), &user, Proof::Password, NOW).await.unwrap();
    let second = sessions.open(&browser(&first), &user, Proof::Passkey("p"), NOW).await.unwrap();
    assert_ne!(browser(&first), browser(&second));
    assert!(sessions.find(&browser(&first)).await.unwrap().is_none());
    let session = sessions.find(&browser(&second)).await.unwrap().unwrap();
    assert_eq!((session.user.email.as_str(), session.authenticated_by.as_str()), ("ada@example.com", "passkey"));
    assert_eq!(session.authenticated_at, NOW);

    let clear = sessions.close(&browser(&second)).await.unwrap().unwrap();
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
    assert_eq!(sessions.close_others(&browser(&here), &user, Some("p")).await.unwrap(), 1);
    assert!(sessions.find(&browser(&here)).await.unwrap().is_some());
    assert!(sessions.find(&browser(&there)).await.unwrap().is_none());
    assert!(sessions.find(&browser(&other)).await.unwrap().is_some());
}

#[tokio::test]
async fn a_changed_password_takes_its_other_sessions_along() {
    let (sessions, user) = sessions().await;
    let here = sessions.open(&HeaderMap::new(), &user, Proof::Password, NOW).await.unwrap();
    let there = sessions.open(&HeaderMap::new(), &user, Proof::Password, NOW).await.unwrap();
    let passkey = sessions.open(&HeaderMap::new(), &user, Proof::Passkey("q"), NOW).await.unwrap();
    assert_eq!(sessions.close_others(&browser(&here), &user, None).await.unwrap(), 1);
    for (carried, stays) in [(here, true), (there, false), (passkey, true)] {
        assert_eq!(sessions.find(&browser(&carried)).await.unwrap().is_some(), stays);
    }
}

#[tokio::test]
async fn tokens_end_with_their_session_and_are_renewed_with_it() {
    let (sessions, user) = carried_by(Kind::Token).await;
    let now = SystemClock.now();
    let token = sessions.open(&HeaderMap::new(), &user, Proof::Password, now).await.unwrap();
    let later = now.saturating_add(Duration::from_secs(5));
    let stepped_up = sessions.renew(&browser(&token), &user, Proof::Passkey("p"), later).await.unwrap().unwrap();
    let again = sessions.another_token(&browser(&stepped_up)).await.unwrap().unwrap();
    for carried in [&token, &stepped_up, &again] {
        let session = sessions.find(&browser(carried)).await.unwrap().unwrap();
        assert_eq!((session.user.id.as_str(), session.authenticated_at), (user.as_str(), later));
    }
    assert!(sessions.close_all(&user).await.unwrap().is_none(), "no cookie");
    for carried in [&token, &stepped_up, &again] {
        assert!(sessions.find(&browser(carried)).await.unwrap().is_none());
        assert!(sessions.another_token(&browser(carried)).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn cookies_and_tokens_are_not_for_each_others_servers() {
    let (cookies, user) = carried_by(Kind::Cookie).await;
    let tokens = Sessions::new(
        cookies.pool.clone(),
        Carrier::new(Kind::Token, "http://localhost:8000", false, &[7; 32]).unwrap(),
    );
    let now = SystemClock.now();
    let cookie = browser(&cookies.open(&HeaderMap::new(), &user, Proof::Password, now).await.unwrap());
    let token = browser(&tokens.open(&HeaderMap::new(), &user, Proof::Password, now).await.unwrap());
    assert!(cookies.find(&cookie).await.unwrap().is_some() && tokens.find(&token).await.unwrap().is_some());
    assert!(cookies.find(&token).await.unwrap().is_none() && tokens.find(&cookie).await.unwrap().is_none());
    // A session's name out of a token is no cookie.
    let sid = tokens.carrier.presented(&token).unwrap().sid.unwrap();
    for value in [sid.clone(), format!("sid {sid}"), format!("sid={sid}"), format!("sid\t{sid}")] {
        let mut planted = HeaderMap::new();
        planted.append(header::COOKIE, HeaderValue::try_from(format!("session-8000={value}")).unwrap());
        assert!(cookies.find(&planted).await.unwrap().is_none(), "{value}");
    }
}
