//! The reference model: what is known of every account, record and ceremony, in the plainest form, and what each call must
//! come to. It shares no code with the service.

use super::answer::{Answer, Facts};
use ceremony::UnixTime;
use ceremony_service::store::RowId;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// How long a ceremony may take.
pub(super) const TIMEOUT: u64 = 300_000;
/// How long an account may take to come into being.
pub(super) const PENDING: u64 = 60 * 60 * 1000;
/// How long the id of an erased credential is taken.
const TOMBSTONE: u64 = 65 * 60 * 1000;

pub(super) type Bytes = Vec<u8>;

/// A relying party: the place among [`SITES`].
pub(super) type Site = usize;

/// Tenant, RP ID and origin. The first two share an RP ID, the first and the last a tenant.
pub(super) const SITES: [(&str, &str, &str); 3] = [
    ("a", "example.com", "https://example.com"),
    ("b", "example.com", "https://b.example.com"),
    ("a", "example.org", "https://example.org"),
];

pub(super) const USERS: usize = 3;

pub(super) fn tenant(site: Site) -> &'static str {
    SITES[site].0
}

/// What a relying party decides.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    /// Which ceremonies are sealed.
    pub(super) sealed_registrations: bool,
    pub(super) sealed_authentications: bool,
    pub(super) sign_count: ceremony::SignCountPolicy,
    pub(super) backup_eligibility: ceremony::BackupEligibilityPolicy,
    pub(super) backup_requirement: ceremony::BackupRequirement,
    pub(super) last_stays: bool,
    pub(super) listed: bool,
    pub(super) max_credentials: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Active,
    Suspended { reason: String, since: u64 },
    Revoked { reason: String, since: u64 },
}

/// A credential's record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Its public name, once it was seen.
    pub(super) id: Option<RowId>,
    pub(super) owner: Bytes,
    pub(super) key: Bytes,
    pub(super) count: u32,
    pub(super) uv_initialized: bool,
    pub(super) backup_eligible: bool,
    pub(super) backup_state: bool,
    pub(super) status: Status,
    pub(super) name: String,
    pub(super) created: u64,
    pub(super) used: Option<u64>,
}

impl Row {
    pub(super) fn is_revoked(&self) -> bool {
        matches!(self.status, Status::Revoked { .. })
    }
}

/// What a ceremony was begun for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum For {
    Add {
        conditional: bool,
    },
    SignUp,
    /// Whose, if somebody was named: `None` for a name that is nobody's.
    SignIn {
        named: Option<Option<Bytes>>,
    },
    StepUp {
        owner: Bytes,
    },
}

#[derive(Clone, Debug)]
pub(super) struct Begun {
    pub(super) site: Site,
    pub(super) user: usize,
    pub(super) browser: u8,
    pub(super) purpose: For,
    /// The user handle of a registration.
    pub(super) handle: Bytes,
    pub(super) challenge: String,
    /// The credentials that may answer; any if empty.
    pub(super) allow: Vec<Bytes>,
    pub(super) until: u64,
    /// Whether it can't be finished any more, whatever the time.
    pub(super) over: bool,
}

impl Begun {
    pub(super) const fn is_registration(&self) -> bool {
        matches!(self.purpose, For::Add { .. } | For::SignUp)
    }

    pub(super) const fn is_sign_up(&self) -> bool {
        matches!(self.purpose, For::SignUp)
    }
}

/// A call, with everything that it is made with.
#[derive(Clone)]
pub(super) enum Call {
    FinishRegistration { site: Site, begun: usize, answer: Rc<Answer>, user: usize, browser: u8, name: &'static str },
    FinishSignUp { site: Site, begun: usize, answer: Rc<Answer>, browser: u8, name: &'static str },
    FinishAuthentication { site: Site, begun: usize, answer: Rc<Answer>, session: Option<usize>, browser: u8 },
    Complete { site: Site, ticket: usize, handle: Bytes, credential: Bytes, user: usize },
    Abandon { site: Site, ticket: usize, handle: Bytes },
    Rename { site: Site, user: usize, id: RowId, name: &'static str },
    Revoke { site: Site, user: usize, id: RowId, keep_last: bool },
    RevokeAll { site: Site, user: usize },
    Suspend { site: Site, credential: Bytes },
    Reactivate { site: Site, credential: Bytes },
    EraseCredential { site: Site, user: usize, id: RowId },
    Erase { site: Site, user: usize },
    CleanUp { site: Site },
}

impl Call {
    /// For a tally.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::FinishRegistration { .. } => "finish registration",
            Self::FinishSignUp { .. } => "finish sign-up",
            Self::FinishAuthentication { .. } => "finish authentication",
            Self::Complete { .. } => "complete",
            Self::Abandon { .. } => "abandon",
            Self::Rename { .. } => "rename",
            Self::Revoke { .. } => "revoke",
            Self::RevokeAll { .. } => "revoke all",
            Self::Suspend { .. } => "suspend",
            Self::Reactivate { .. } => "reactivate",
            Self::EraseCredential { .. } => "erase credential",
            Self::Erase { .. } => "erase",
            Self::CleanUp { .. } => "clean up",
        }
    }
}

/// What a call came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Done {
    Registered { credential: Bytes, user: usize },
    SignedUp { handle: Bytes, credential: Bytes },
    SignedIn { credential: Bytes, user: usize, step_up: bool },
    Changed,
    Was(bool),
    Count(u64),
}

/// What it came to, or the code of the refusal.
pub(super) type Outcome = Result<Done, &'static str>;

#[derive(Clone)]
pub(super) struct Model {
    pub(super) settings: Settings,
    pub(super) now: u64,
    /// By tenant and user.
    pub(super) handles: BTreeMap<(&'static str, usize), Bytes>,
    /// By credential id.
    pub(super) rows: BTreeMap<(Site, Bytes), Row>,
    pub(super) tombstones: BTreeMap<(Site, Bytes), u64>,
    /// Sign-ups that wait for their account.
    pub(super) pending: BTreeMap<(Site, Bytes), u64>,
    /// Until when each sign-up could be completed, whether it was or not.
    pub(super) noted: BTreeMap<Bytes, u64>,
    pub(super) begun: Vec<Begun>,
    /// Credentials that were made up.
    pub(super) decoys: BTreeSet<(Site, Bytes)>,
    /// RP IDs hashed.
    pub(super) rp_id_hashes: [Bytes; 3],
}

impl Model {
    pub(super) fn handle(&self, site: Site, user: usize) -> Option<&Bytes> {
        self.handles.get(&(tenant(site), user))
    }

    pub(super) fn user_of(&self, site: Site, handle: &[u8]) -> Option<usize> {
        let found = self.handles.iter().find(|((of, _), known)| *of == tenant(site) && *known == handle);
        found.map(|((_, user), _)| *user)
    }

    pub(super) fn rows_of<'a>(
        &'a self,
        site: Site,
        owner: &'a [u8],
    ) -> impl Iterator<Item = (&'a Bytes, &'a Row)> + 'a {
        let own = self.rows.iter().filter(move |((of, _), row)| *of == site && row.owner == owner);
        own.map(|((_, id), row)| (id, row))
    }

    pub(super) fn named(&self, site: Site, id: RowId) -> Option<(&Bytes, &Row)> {
        let found = self.rows.iter().find(|((of, _), row)| *of == site && row.id == Some(id));
        found.map(|((_, credential), row)| (credential, row))
    }

    /// How many records of an owner are not revoked.
    pub(super) fn kept(&self, site: Site, owner: &[u8]) -> usize {
        self.rows_of(site, owner).filter(|(_, row)| !row.is_revoked()).count()
    }

    pub(super) fn active(&self, site: Site, owner: &[u8]) -> usize {
        self.rows_of(site, owner).filter(|(_, row)| row.status == Status::Active).count()
    }

    /// Makes a call.
    pub(super) fn step(&mut self, call: &Call) -> Outcome {
        match call {
            Call::FinishRegistration { site, begun, answer, user, browser, name } => {
                let name = passkey_name(name)?;
                let facts = self.take(*site, *begun, *browser, true)?;
                let own = self.handle(*site, *user).is_some_and(|handle| *handle == facts.handle);
                let For::Add { conditional } = facts.purpose else { return Err("ceremony_unusable") };
                if !own {
                    return Err("ceremony_unusable");
                }
                let registered = self.registered(&facts, answer, conditional)?.clone();
                self.insert(&facts, &registered, name)?;
                Ok(Done::Registered { credential: registered.credential, user: *user })
            }
            Call::FinishSignUp { site, begun, answer, browser, name } => {
                let name = passkey_name(name)?;
                let facts = self.take(*site, *begun, *browser, true)?;
                if facts.purpose != For::SignUp {
                    return Err("ceremony_unusable");
                }
                let registered = self.registered(&facts, answer, false)?.clone();
                self.insert(&facts, &registered, name)?;
                self.pending.insert((*site, facts.handle.clone()), self.now + PENDING);
                self.noted.insert(facts.handle.clone(), self.now + PENDING);
                Ok(Done::SignedUp { handle: facts.handle, credential: registered.credential })
            }
            Call::FinishAuthentication { site, begun, answer, session, browser } => {
                self.authenticate(*site, *begun, answer, *session, *browser)
            }
            Call::Complete { site, handle, credential, user, .. } => {
                let key = (tenant(*site), *user);
                // More than an hour: it is for a cleanup to take it back, and perhaps it has.
                if self.noted[handle] <= self.now {
                    return Err("ceremony_unusable");
                }
                if self.handles.contains_key(&key) || self.user_of(*site, handle).is_some() {
                    self.erase_owner(*site, handle);
                    self.pending.remove(&(*site, handle.clone()));
                    return Err("credential_exists");
                }
                self.pending.remove(&(*site, handle.clone()));
                if !self.rows.contains_key(&(*site, credential.clone())) {
                    return Err("ceremony_unusable");
                }
                self.handles.insert(key, handle.clone());
                Ok(Done::Registered { credential: credential.clone(), user: *user })
            }
            Call::Abandon { site, handle, .. } => {
                self.erase_owner(*site, handle);
                self.pending.remove(&(*site, handle.clone()));
                Ok(Done::Changed)
            }
            _ => self.manage(call),
        }
    }

    /// Uses a ceremony up, if this finish may have it.
    pub(super) fn take(
        &mut self,
        site: Site,
        at: usize,
        browser: u8,
        registration: bool,
    ) -> Result<Begun, &'static str> {
        let sealed =
            if registration { self.settings.sealed_registrations } else { self.settings.sealed_authentications };
        let begun = &mut self.begun[at];
        let own = begun.site == site && begun.browser == browser && begun.is_registration() == registration;
        if !own || begun.over {
            return Err("ceremony_unusable");
        }
        let expired = begun.until <= self.now;
        // A sealed state that is over is not noted: it stays so until the clock goes back.
        begun.over = !(sealed && expired);
        if expired { Err("ceremony_unusable") } else { Ok(begun.clone()) }
    }

    /// What a registration says, if it is right.
    fn registered<'a>(&self, begun: &Begun, answer: &'a Answer, conditional: bool) -> Result<&'a Facts, &'static str> {
        let refused = Err("registration_failed");
        let Some(facts) = &answer.facts else { return refused };
        let right = answer.registration && self.belongs(begun, facts) && self.flags(facts, conditional);
        if right { Ok(facts) } else { refused }
    }

    /// Whether an answer is to this ceremony, from this site's page.
    pub(super) fn belongs(&self, begun: &Begun, facts: &Facts) -> bool {
        facts.challenge == begun.challenge
            && facts.origin == SITES[begun.site].2
            && facts.rp_id_hash == self.rp_id_hashes[begun.site]
    }

    /// Whether the user was there and verified, and the backup flags are in order and wanted.
    pub(super) fn flags(&self, facts: &Facts, conditional: bool) -> bool {
        use ceremony::BackupRequirement::{Any, BackedUp, DeviceBound, Eligible};
        use ceremony_testkit::authenticator_data::flags::{BE, BS, UP, UV};
        let (eligible, backed_up) = (facts.has(BE), facts.has(BS));
        let wanted = match self.settings.backup_requirement {
            Any => true,
            DeviceBound => !eligible,
            Eligible => eligible,
            BackedUp => eligible && backed_up,
        };
        (conditional || facts.has(UP | UV)) && (eligible || !backed_up) && wanted
    }

    fn insert(&mut self, begun: &Begun, facts: &Facts, name: &str) -> Result<(), &'static str> {
        use ceremony_testkit::authenticator_data::flags::{BE, BS, UV};
        let key = (begun.site, facts.credential.clone());
        let erased = self.tombstones.get(&key).is_some_and(|until| *until > self.now);
        if self.decoys.contains(&key) || self.rows.contains_key(&key) || erased {
            return Err("credential_exists");
        }
        if self.kept(begun.site, &begun.handle) >= self.settings.max_credentials {
            return Err("limit_reached");
        }
        let row = Row {
            id: None,
            owner: begun.handle.clone(),
            key: facts.key.clone(),
            count: facts.count,
            uv_initialized: facts.has(UV),
            backup_eligible: facts.has(BE),
            backup_state: facts.has(BS),
            status: Status::Active,
            name: name.to_owned(),
            created: self.now,
            used: None,
        };
        self.tombstones.remove(&key);
        self.rows.insert(key, row);
        Ok(())
    }

    pub(super) fn erase_row(&mut self, site: Site, credential: &[u8]) {
        let key = (site, credential.to_vec());
        if self.rows.remove(&key).is_some() {
            let until = self.tombstones.entry(key).or_default();
            *until = (*until).max(self.now + TOMBSTONE);
        }
    }

    /// Erases an owner's records, and tells how many there were.
    pub(super) fn erase_owner(&mut self, site: Site, owner: &[u8]) -> u64 {
        let own: Vec<Bytes> = self.rows_of(site, owner).map(|(id, _)| id.clone()).collect();
        for credential in &own {
            self.erase_row(site, credential);
        }
        own.len() as u64
    }
}

/// The name that a new passkey gets.
fn passkey_name(name: &'static str) -> Result<&'static str, &'static str> {
    match name.trim() {
        "" => Ok("Passkey"),
        name => valid_name(name),
    }
}

pub(super) fn valid_name(name: &'static str) -> Result<&'static str, &'static str> {
    if name.len() > 256 || name.contains(char::is_control) { Err("invalid_name") } else { Ok(name) }
}

pub(super) fn millis(time: UnixTime) -> u64 {
    time.as_millis()
}
