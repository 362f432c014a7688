//! Passwords: argon2id, a few at once, and the same time whether an account exists or not.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use base64ct::{Base64UrlUnpadded, Encoding};
use std::error::Error as StdError;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

type BoxError = Box<dyn StdError + Send + Sync>;

/// Lengths in bytes.
const LENGTH: RangeInclusive<usize> = 8..=1024;

/// Each one takes 19 MiB and a processor for some 20 ms: a flood waits in line, and then is turned away.
const AT_ONCE: usize = 4;
const WAIT: Duration = Duration::from_secs(10);

/// Hashes and compares passwords. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Passwords {
    turns: Arc<Semaphore>,
    /// The hash of a password that nobody has.
    nobody: Arc<str>,
}

impl Passwords {
    pub(crate) async fn new() -> Result<Self, BoxError> {
        let turns = Arc::new(Semaphore::new(AT_ONCE));
        let passwords = Self { turns, nobody: "".into() };
        let password = Base64UrlUnpadded::encode_string(&crate::database::random()?);
        let nobody = passwords.hash(password).await?.into();
        Ok(Self { nobody, ..passwords })
    }

    /// The hash to keep, in the PHC format, with a salt of its own.
    pub(crate) async fn hash(&self, password: String) -> Result<String, BoxError> {
        let hash =
            self.in_turn(move || Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()));
        Ok(hash.await??)
    }

    /// Whether this is the password; `hash` is what the account keeps, `None` where there is no account.
    pub(crate) async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, BoxError> {
        let exists = hash.is_some();
        let nobody = Arc::clone(&self.nobody);
        let fits = self.in_turn(move || {
            let hash = PasswordHash::new(hash.as_deref().unwrap_or(&nobody))?;
            Ok::<_, argon2::password_hash::phc::Error>(
                Argon2::default().verify_password(password.as_bytes(), &hash).is_ok(),
            )
        });
        Ok(fits.await?? && exists)
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, BoxError> {
        let turn = tokio::time::timeout(WAIT, Arc::clone(&self.turns).acquire_owned()).await??;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            // Not before: a request that is given up does not end the work.
            drop(turn);
            done
        });
        Ok(done.await?)
    }
}

/// Whether a password may be chosen.
///
/// # Errors
///
/// What to tell the person who typed it.
pub(crate) fn check(password: &str) -> Result<(), &'static str> {
    match password.len() {
        length if LENGTH.contains(&length) => Ok(()),
        length if length < *LENGTH.start() => Err("the password needs at least 8 characters"),
        _ => Err("the password is longer than 1024 characters"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths() {
        for (length, fits) in [(0, false), (7, false), (8, true), (1024, true), (1025, false)] {
            assert_eq!(check(&"x".repeat(length)).is_ok(), fits, "{length}");
        }
    }

    #[tokio::test]
    async fn only_the_same_password_of_an_account() {
        let passwords = Passwords::new().await.unwrap();
        let hash = passwords.hash("correct horse".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_ne!(hash, passwords.hash("correct horse".to_owned()).await.unwrap());
        assert!(passwords.verify("correct horse".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("Correct horse".to_owned(), Some(hash)).await.unwrap());
        assert!(!passwords.verify("correct horse".to_owned(), None).await.unwrap());
        assert!(passwords.verify("correct horse".to_owned(), Some("no hash".to_owned())).await.is_err());
    }
}
