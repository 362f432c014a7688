//! The file of secrets: keys for sealed ceremonies, and the key that made-up credentials follow from.
//!
//! Text, one key a line, so that secret managers can keep it:
//!
//! ```text
//! seal 5rq...   seals and opens
//! next 0fA...   opens only: the one that seals after the next rotation
//! old  9Zk...   opens only: the one that sealed before the last rotation
//! decoys x1Y... never changes
//! ```

use crate::error::SettingsError;
use base64ct::{Base64UrlUnpadded, Encoding};
use ceremony_service::sealed::{KeyRing, SealingKey, WeakKey};
use ceremony_service::{Entropy, EntropyError};
use std::fmt;
use std::path::Path;
use zeroize::Zeroizing;

const HEADER: &str = "# Keys of ceremony: 32 random bytes each. Whoever has them can forge what was begun, and tell real\n\
                      # accounts from made-up ones: keep this file from everybody but the server.\n";

type Key = Zeroizing<[u8; 32]>;

/// The keys of one installation. All its processes have the same.
pub struct KeyFile {
    seal: Key,
    next: Option<Key>,
    old: Vec<Key>,
    decoys: Key,
}

impl fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyFile").field("old", &self.old.len()).field("next", &self.next.is_some()).finish()
    }
}

impl KeyFile {
    /// Draws new keys.
    ///
    /// # Errors
    ///
    /// [`EntropyError`] if there is no randomness.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        Ok(Self { seal: draw(entropy)?, next: None, old: Vec::new(), decoys: draw(entropy)? })
    }

    /// Reads a key file.
    ///
    /// # Errors
    ///
    /// [`SettingsError`] if it can't be read, or lacks a key, or has one that was never drawn. Keys are not shown.
    pub fn read(path: &Path) -> Result<Self, SettingsError> {
        let place = path.display().to_string();
        let text = std::fs::read_to_string(path).map(Zeroizing::new).map_err(|error| {
            SettingsError::new(
                &place,
                format!("the key file can't be read: {error}; `ceremony generate-key` makes one"),
            )
        })?;
        Self::parse(&text).map_err(|problem| SettingsError::new(place, problem))
    }

    /// Reads the text of a key file. The error names the line and no key.
    ///
    /// # Errors
    ///
    /// What is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (mut seal, mut next, mut old, mut decoys) = (None, None, Vec::new(), None);
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let at = |problem: &str| format!("line {}: {problem}", number + 1);
            let (kind, key) = line.split_once(char::is_whitespace).ok_or_else(|| at("write a word and a key"))?;
            let key = decode(key.trim()).map_err(|problem| at(&problem))?;
            let slot = match kind {
                "seal" => &mut seal,
                "next" => &mut next,
                "decoys" => &mut decoys,
                "old" => {
                    old.push(key);
                    continue;
                }
                _ => return Err(at("the words are seal, next, old and decoys")),
            };
            if slot.replace(key).is_some() {
                return Err(at(&format!("there is a second {kind} key")));
            }
        }
        let seal = seal.ok_or("there is no seal key")?;
        let decoys = decoys.ok_or("there is no decoys key")?;
        let all = [Some(&seal), next.as_ref(), Some(&decoys)].into_iter().flatten().chain(&old);
        let mut distinct: Vec<&[u8; 32]> = all.map(|key| &**key).collect();
        let count = distinct.len();
        distinct.sort_unstable();
        distinct.dedup();
        if distinct.len() < count {
            return Err("one key stands there twice".to_owned());
        }
        Ok(Self { seal, next, old, decoys })
    }

    /// The text of the file.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(HEADER.to_owned());
        let next = self.next.iter().map(|key| ("next", key));
        let old = self.old.iter().map(|key| ("old", key));
        for (kind, key) in [("seal", &self.seal)].into_iter().chain(next).chain(old).chain([("decoys", &self.decoys)]) {
            text.push_str(kind);
            text.push(' ');
            text.push_str(&Zeroizing::new(Base64UrlUnpadded::encode_string(&**key)));
            text.push('\n');
        }
        text
    }

    /// The first half of a rotation: draws the key that is to seal next. Every process has to have it before
    /// [`rotate`](Self::rotate). False if there is a next key already, which stays: processes may have it.
    ///
    /// # Errors
    ///
    /// [`EntropyError`] if there is no randomness.
    pub fn draw_next(&mut self, entropy: &dyn Entropy) -> Result<bool, EntropyError> {
        if self.next.is_some() {
            return Ok(false);
        }
        self.next = Some(draw(entropy)?);
        Ok(true)
    }

    /// The second half: the next key seals, the one that sealed opens what it sealed, and older ones go. False if there is
    /// no next key.
    pub fn rotate(&mut self) -> bool {
        let Some(next) = self.next.take() else { return false };
        self.old = vec![std::mem::replace(&mut self.seal, next)];
        true
    }

    /// The keys for sealed ceremonies.
    ///
    /// # Errors
    ///
    /// [`WeakKey`] for a key that was never drawn.
    pub fn ring(&self) -> Result<KeyRing, WeakKey> {
        let ring = KeyRing::new(SealingKey::new(*self.seal)?);
        self.next.iter().chain(&self.old).try_fold(ring, |ring, key| Ok(ring.with_old(SealingKey::new(**key)?)))
    }

    /// The key of made-up credentials.
    #[must_use]
    pub fn decoys(&self) -> [u8; 32] {
        *self.decoys
    }
}

fn draw(entropy: &dyn Entropy) -> Result<Key, EntropyError> {
    let mut key = Zeroizing::new([0; 32]);
    entropy.fill(&mut *key)?;
    Ok(key)
}

fn decode(text: &str) -> Result<Key, String> {
    let mut bytes = Zeroizing::new([0; 32]);
    let wrong = "a key is 32 bytes, 43 characters of base64url";
    if Base64UrlUnpadded::decode(text, &mut *bytes).map_err(|_| wrong)?.len() != 32 {
        return Err(wrong.to_owned());
    }
    let [first, rest @ ..] = &*bytes;
    if rest.iter().all(|byte| byte == first) {
        return Err("the key is not random: all its bytes are equal".to_owned());
    }
    Ok(bytes)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use ceremony_service::OsEntropy;

    fn new() -> KeyFile {
        KeyFile::generate(&OsEntropy).unwrap()
    }

    #[test]
    fn a_file_is_read_as_it_was_written() {
        let mut keys = new();
        let text = keys.to_text();
        assert_eq!(*KeyFile::parse(&text).unwrap().to_text(), *text);
        assert!(!keys.rotate(), "there is no next key yet");
        assert!(keys.draw_next(&OsEntropy).unwrap());
        let before = keys.to_text();
        assert!(!keys.draw_next(&OsEntropy).unwrap(), "processes may have the one that is there");
        assert_eq!(*keys.to_text(), *before);
        assert!(keys.rotate());
        let after = keys.to_text();
        assert_eq!(*KeyFile::parse(&after).unwrap().to_text(), *after);
        let line = |text: &str, kind: &str| -> Option<String> {
            text.lines().find_map(|line| line.strip_prefix(kind)).map(str::to_owned)
        };
        assert_eq!(line(&after, "seal "), line(&before, "next "));
        assert_eq!(line(&after, "old "), line(&before, "seal "));
        assert_eq!(line(&after, "decoys "), line(&before, "decoys "), "this one never changes");
        assert_eq!(line(&after, "next "), None);
    }

    #[test]
    fn what_is_wrong_is_said_without_a_key() {
        let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
        let other = "_____-ECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxw";
        for (text, problem) in [
            (String::new(), "no seal key"),
            (format!("seal {key}\n"), "no decoys key"),
            (format!("seal {key}\ndecoys {key}"), "twice"),
            (format!("seal {key}\nseal {other}"), "line 2: there is a second seal key"),
            (format!("# x\n\nsealing {key}"), "line 3: the words are"),
            ("seal".to_owned(), "line 1: write a word"),
            (format!("seal {key}=\ndecoys {other}"), "line 1: a key is 32 bytes"),
            (format!("seal {}\ndecoys {other}", &key[1..]), "line 1: a key is 32 bytes"),
            (format!("seal {}\ndecoys {other}", "A".repeat(43)), "line 1: the key is not random"),
        ] {
            let error = KeyFile::parse(&text).unwrap_err();
            assert!(error.contains(problem), "{error:?} is not {problem:?}");
            assert!(!error.contains(&key[1..10]) && !error.contains(&other[1..10]), "{error}");
        }
        let keys = KeyFile::parse(&format!("seal {key}\nold {other}\ndecoys {}", "-".repeat(42) + "0"));
        assert_eq!(format!("{:?}", keys.unwrap()), "KeyFile { old: 1, next: false }");
    }

    #[test]
    fn a_missing_file_is_named_with_what_makes_one() {
        let error = KeyFile::read(Path::new("/nowhere/keys")).unwrap_err().to_string();
        assert!(error.starts_with("/nowhere/keys: ") && error.contains("ceremony generate-key"), "{error}");
    }
}
