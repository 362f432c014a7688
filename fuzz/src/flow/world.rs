//! Three relying parties over the same stores, and how calls are made with them.

use super::drive::block_on;
use super::model::{Bytes, Call, Done, Outcome, Row, SITES, Settings, Site, Status, TIMEOUT, USERS, millis};
use super::plan::Plan;
use super::step::REASON;
use super::stores::Planned;
use ceremony::{
    AuthenticationResponse, Ceremony, CredentialId, RegistrationResponse, RelyingParty, Tenant, UnixTime, UserHandle,
};
use ceremony_service::clock::ManualClock;
use ceremony_service::memory::{MemoryCeremonies, MemoryCredentials, MemorySignUps, MemorySpendList, MemoryUsers};
use ceremony_service::sealed::{KeyRing, SealedCeremonies, SealingKey};
use ceremony_service::store::{
    CeremonyStore, CredentialStore, Handle, Page, PendingSignUps, Realm, RemovalGuard, StoredCredential, UserHandles,
    UserId,
};
use ceremony_service::{PasskeySites, Passkeys, ServiceError, SignUp, UsernameFirst};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What is in the stores, read behind the plan's back.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Snapshot {
    pub(super) handles: BTreeMap<(&'static str, usize), Bytes>,
    pub(super) rows: BTreeMap<(Site, Bytes), Row>,
    pub(super) pending: BTreeSet<(Site, Bytes)>,
}

pub(super) struct World {
    pub(super) plan: Plan,
    pub(super) clock: Arc<ManualClock>,
    pub(super) sites: Vec<Passkeys>,
    all: PasskeySites,
    users: Arc<MemoryUsers>,
    credentials: Arc<MemoryCredentials>,
    pending: Arc<MemorySignUps>,
    /// The handles of the ceremonies that were begun, in their order.
    pub(super) handles: Vec<Handle>,
    /// Every user handle that was ever seen.
    pub(super) owners: BTreeSet<Bytes>,
    /// What finished sign-ups gave, until they are completed.
    pub(super) sign_ups: Mutex<Vec<Option<(Site, SignUp)>>>,
}

pub(super) fn user_id(user: usize) -> UserId {
    UserId::new(format!("user {user}")).unwrap()
}

pub(super) fn number(user: &UserId) -> usize {
    (0..USERS).find(|number| user_id(*number) == *user).expect("a user that nobody has")
}

pub(super) fn binding(browser: u8) -> Option<[u8; 32]> {
    (browser > 0).then_some([browser; 32])
}

fn site(at: Site, settings: Settings) -> RelyingParty {
    let (tenant, rp_id, origin) = SITES[at];
    RelyingParty::builder(rp_id, "Example")
        .origin(origin)
        .tenant(Tenant::new(tenant).unwrap())
        .timeout(Duration::from_millis(TIMEOUT))
        .sign_count(settings.sign_count)
        .backup_eligibility(settings.backup_eligibility)
        .backup_requirement(settings.backup_requirement)
        .build()
        .unwrap()
}

impl World {
    pub(super) fn new(settings: Settings, now: u64) -> Self {
        let plan = Plan::default();
        let clock = Arc::new(ManualClock::new(UnixTime::from_millis(now)));
        let (users, credentials) = (Arc::new(MemoryUsers::new()), Arc::new(MemoryCredentials::new()));
        let pending = Arc::new(MemorySignUps::new());
        let memory: Arc<dyn CeremonyStore> = Arc::new(MemoryCeremonies::new(10_000));
        let spent = Planned::new(&plan, &Arc::new(MemorySpendList::new(10_000)), "clean up spent ids");
        let ring = KeyRing::new(SealingKey::new(std::array::from_fn(|at| at as u8)).unwrap());
        let sealed: Arc<dyn CeremonyStore> = Arc::new(SealedCeremonies::new(ring, spent));
        let store = |is_sealed| match is_sealed {
            true => Planned::new(&plan, &sealed, "clean up sealed"),
            false => Planned::new(&plan, &memory, "clean up memory"),
        };
        let sites: Vec<Passkeys> = (0..SITES.len())
            .map(|at| {
                let mode = UsernameFirst::Listed { decoy_key: [7; 32] };
                Passkeys::builder(Ceremony::new(site(at, settings)))
                    .credentials(Planned::new(&plan, &credentials, "clean up credentials"))
                    .users(Planned::new(&plan, &users, ""))
                    .ceremonies(store(settings.sealed_registrations))
                    .authentications(store(settings.sealed_authentications))
                    .sign_ups(Planned::new(&plan, &pending, ""))
                    .clock(clock.clone())
                    .username_first(if settings.listed { mode } else { UsernameFirst::Hidden })
                    .max_credentials_per_user(settings.max_credentials as u32)
                    .removal_guard(if settings.last_stays { RemovalGuard::NotLast } else { RemovalGuard::Any })
                    .build()
                    .unwrap()
            })
            .collect();
        let all = PasskeySites::new(sites.iter().cloned()).unwrap();
        let (handles, owners, sign_ups) = Default::default();
        Self { plan, clock, sites, all, users, credentials, pending, handles, owners, sign_ups }
    }

    fn realm(&self, site: Site) -> &Realm {
        self.sites[site].realm()
    }

    /// Reads everything, and whether there is more than that.
    pub(super) fn snapshot(&mut self) -> Snapshot {
        let mut handles = BTreeMap::new();
        let mut rows = BTreeMap::new();
        let mut pending = BTreeSet::new();
        for (tenant, user) in ["a", "b"].into_iter().flat_map(|tenant| (0..USERS).map(move |user| (tenant, user))) {
            let space = Tenant::new(tenant).unwrap();
            if let Some(handle) = block_on(self.users.find(&space, &user_id(user))).unwrap() {
                let back = block_on(self.users.resolve(&space, &handle)).unwrap();
                assert_eq!(back, Some(user_id(user)), "a handle is another user's");
                self.owners.insert(handle.as_bytes().to_vec());
                handles.insert((tenant, user), handle.as_bytes().to_vec());
            }
        }
        for site in 0..SITES.len() {
            let realm = self.realm(site).clone();
            let noted = block_on(self.pending.abandoned(&realm, UnixTime::from_millis(u64::MAX), u32::MAX)).unwrap();
            pending.extend(noted.iter().map(|handle| (site, handle.as_bytes().to_vec())));
            for owner in &self.owners {
                let page = Page { after: None, limit: u32::MAX };
                let owner = UserHandle::new(owner.clone()).unwrap();
                for stored in block_on(self.credentials.list(&realm, &owner, page)).unwrap() {
                    assert_eq!(stored.record.user_handle, owner, "a record in another's list");
                    let found = block_on(self.credentials.find(&realm, &stored.record.credential_id)).unwrap();
                    assert_eq!(found.as_ref(), Some(&stored), "a record is found otherwise than listed");
                    rows.insert((site, stored.record.credential_id.as_bytes().to_vec()), row(&stored));
                }
            }
        }
        let count = format!("MemoryCredentials {{ len: {} }}", rows.len());
        assert_eq!(format!("{:?}", self.credentials), count, "a record of an owner that nobody knows");
        let users = format!("MemoryUsers {{ len: {} }}", handles.len());
        assert_eq!(format!("{:?}", self.users), users, "a handle of a user that nobody knows");
        Snapshot { handles, rows, pending }
    }

    /// Makes a call; `None` if the answer can't even be read.
    pub(super) async fn call(&self, call: &Call) -> Option<Outcome> {
        let outcome = match call {
            Call::FinishRegistration { site, begun, answer, user, browser, name } => {
                let response = RegistrationResponse::from_json(&answer.text).ok()?;
                let (handle, user) = (&self.handles[*begun], user_id(*user));
                let service = &self.sites[*site];
                let done = service.finish_registration(&user, handle, binding(*browser), &response, Some(name)).await;
                done.map(|done| Done::Registered {
                    credential: done.credential.record.credential_id.as_bytes().to_vec(),
                    user: number(&done.user),
                })
            }
            Call::FinishSignUp { site, begun, answer, browser, name } => {
                let response = RegistrationResponse::from_json(&answer.text).ok()?;
                let sign_ups = self.sites[*site].sign_ups().unwrap();
                let done = sign_ups.finish(&self.handles[*begun], binding(*browser), &response, Some(name)).await;
                done.map(|sign_up| {
                    let done = Done::SignedUp {
                        handle: sign_up.user_handle().as_bytes().to_vec(),
                        credential: sign_up.credential().record.credential_id.as_bytes().to_vec(),
                    };
                    self.sign_ups.lock().unwrap().push(Some((*site, sign_up)));
                    done
                })
            }
            Call::FinishAuthentication { site, begun, answer, session, browser } => {
                let response = AuthenticationResponse::from_json(&answer.text).ok()?;
                let session = session.map(user_id);
                let service = &self.sites[*site];
                let handle = &self.handles[*begun];
                let done = service.finish_authentication(session.as_ref(), handle, binding(*browser), &response).await;
                done.map(|done| Done::SignedIn {
                    credential: done.credential.record.credential_id.as_bytes().to_vec(),
                    user: number(&done.user),
                    step_up: done.purpose == ceremony_service::Purpose::StepUp,
                })
            }
            Call::Complete { site, ticket, user, .. } => {
                let sign_up = self.ticket(*ticket)?;
                let sign_ups = self.sites[*site].sign_ups().unwrap();
                sign_ups.complete(sign_up, &user_id(*user)).await.map(|done| Done::Registered {
                    credential: done.credential.record.credential_id.as_bytes().to_vec(),
                    user: number(&done.user),
                })
            }
            Call::Abandon { site, ticket, .. } => {
                let sign_up = self.ticket(*ticket)?;
                self.sites[*site].sign_ups().unwrap().abandon(sign_up).await.map(|()| Done::Changed)
            }
            _ => self.manage(call).await,
        };
        Some(outcome.map_err(|error| error.code()))
    }

    fn ticket(&self, at: usize) -> Option<SignUp> {
        self.sign_ups.lock().unwrap()[at].take().map(|(_, sign_up)| sign_up)
    }

    async fn manage(&self, call: &Call) -> Result<Done, ServiceError> {
        match call {
            Call::Rename { site, user, id, name } => {
                self.sites[*site].rename(&user_id(*user), *id, name).await.map(|_| Done::Changed)
            }
            Call::Revoke { site, user, id, keep_last } => {
                let guard = if *keep_last { RemovalGuard::NotLast } else { RemovalGuard::Any };
                self.sites[*site].revoke_unless(&user_id(*user), *id, REASON, guard).await.map(|_| Done::Changed)
            }
            Call::RevokeAll { site, user } => {
                self.sites[*site].revoke_all(&user_id(*user), REASON).await.map(Done::Count)
            }
            Call::Suspend { site, credential } => {
                self.sites[*site].suspend(&credential_id(credential), REASON).await.map(Done::Was)
            }
            Call::Reactivate { site, credential } => {
                self.sites[*site].reactivate(&credential_id(credential)).await.map(Done::Was)
            }
            Call::EraseCredential { site, user, id } => {
                self.sites[*site].erase_credential(&user_id(*user), *id).await.map(|()| Done::Changed)
            }
            Call::Erase { site, user } => {
                self.all.erase(&self.realm(*site).tenant, &user_id(*user)).await.map(Done::Count)
            }
            Call::CleanUp { site } => self.sites[*site].cleanup().await.map(|done| Done::Count(done.sign_ups)),
            _ => unreachable!("a call of another kind"),
        }
    }
}

fn credential_id(bytes: &[u8]) -> CredentialId {
    CredentialId::new(bytes).unwrap()
}

pub(super) fn rp_id_hash(site: Site) -> Bytes {
    Sha256::digest(SITES[site].1).to_vec()
}

fn row(stored: &StoredCredential) -> Row {
    let record = &stored.record;
    let status = match &record.status {
        ceremony::Status::Active => Status::Active,
        ceremony::Status::Suspended { reason, since } => {
            Status::Suspended { reason: reason.clone(), since: millis(*since) }
        }
        ceremony::Status::Revoked { reason, since } => {
            Status::Revoked { reason: reason.clone(), since: millis(*since) }
        }
    };
    Row {
        id: Some(stored.id),
        owner: record.user_handle.as_bytes().to_vec(),
        key: record.public_key.as_cose().to_vec(),
        count: record.sign_count,
        uv_initialized: record.uv_initialized,
        backup_eligible: record.backup_eligible.expect("a record that was made here"),
        backup_state: record.backup_state,
        status,
        name: record.name.clone(),
        created: millis(record.created_at),
        used: record.last_used_at.map(millis),
    }
}
