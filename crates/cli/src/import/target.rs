//! Where passkeys go: the stores of the settings, or nowhere when only the file is looked at.

use super::planned::{Planned, Standing};
use super::record::Checked;
use ceremony::{CredentialRecord, Status, UnixTime, UserHandle};
use ceremony_service::MAX_CREDENTIALS_PER_USER;
use ceremony_service::store::{CredentialStore, Inserted, Page, Realm, StoreError, UserHandles, UserId};
use std::sync::Arc;

/// What became of a passkey.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Imported,
    /// The same passkey of the same account is stored.
    There,
    Refused(String),
}

/// The stores, and in a dry run what would be in them.
#[derive(Debug)]
pub(super) struct Target {
    realm: Realm,
    stores: Option<Stores>,
    dry_run: bool,
    planned: Planned,
}

#[derive(Debug)]
pub(super) struct Stores {
    pub(super) credentials: Arc<dyn CredentialStore>,
    pub(super) users: Arc<dyn UserHandles>,
}

/// How many passkeys of an account are read at once.
const PAGE: u32 = 256;

const TAKEN_HANDLE: &str = "the user handle is another account's";
const OTHER_PASSKEY: &str = "the credential id is stored with another account or another key";
const ACTIVE_HERE: &str = "the passkey is active here and not at the source: revoke it here, if that is meant";
const SUSPENDED_HERE: &str =
    "the passkey is revoked at the source and only suspended here, so that it could come back: revoke it here";
const ERASED: &str = "the passkey was erased here not long ago";
const TOO_MANY: &str = "the account has as many passkeys as can be stored";

impl Target {
    /// Without stores it is a dry run that looks at the file alone.
    pub(super) fn new(realm: Realm, stores: Option<Stores>, dry_run: bool) -> Self {
        let dry_run = dry_run || stores.is_none();
        Self { realm, stores, dry_run, planned: Planned::default() }
    }

    pub(super) const fn realm(&self) -> &Realm {
        &self.realm
    }

    /// Stores a passkey, unless it is there; in a dry run only tells what would become of it.
    ///
    /// # Errors
    ///
    /// Those of the stores: what was stored before stays.
    pub(super) async fn put(&mut self, passkey: Checked, now: UnixTime) -> Result<Fate, StoreError> {
        let Checked { user, user_handle, mut record } = passkey;
        if let Some(fate) = self.look(&user, user_handle.as_ref(), &record).await? {
            return Ok(fate);
        }
        let known = self.handle(&user).await?;
        if let Some(asked) = &user_handle
            && self.account(asked).await?.is_some_and(|other| other != user)
        {
            return Ok(refused(TAKEN_HANDLE));
        }
        // An account has one handle; a passkey that was made with another goes on sending that.
        record.authenticator_user_handle =
            user_handle.clone().filter(|asked| known.as_ref().is_some_and(|known| known != asked));
        if let Some(sent) = &record.authenticator_user_handle {
            self.planned.sends(sent.clone(), user.clone());
        }
        let owner = known.or(user_handle);
        let Some(stores) = self.stores.as_ref().filter(|_| !self.dry_run) else {
            return self.plan(user, owner, &record).await;
        };
        let tenant = &self.realm.tenant;
        record.user_handle = match owner {
            None => stores.users.get_or_create(tenant, &user).await?,
            Some(handle) => {
                // False too where it is the account's already, or became so a moment ago.
                let imported = stores.users.import(tenant, &user, &handle).await?;
                if !imported && stores.users.find(tenant, &user).await?.as_ref() != Some(&handle) {
                    return Ok(refused(TAKEN_HANDLE));
                }
                handle
            }
        };
        match stores.credentials.insert(&record, MAX_CREDENTIALS_PER_USER, now).await? {
            Inserted::Stored(_) => Ok(Fate::Imported),
            Inserted::LimitReached => Ok(refused(TOO_MANY)),
            Inserted::Exists => {
                let sent = record.expected_user_handle().clone();
                Ok(self.look(&user, Some(&sent), &record).await?.unwrap_or_else(|| refused(ERASED)))
            }
        }
    }

    /// What a dry run makes of a passkey that is not there.
    async fn plan(
        &mut self,
        user: UserId,
        owner: Option<UserHandle>,
        record: &CredentialRecord,
    ) -> Result<Fate, StoreError> {
        let before = match (self.planned.count(&user), &owner) {
            (Some(count), _) => count,
            (None, Some(owner)) => self.stored(owner).await?,
            (None, None) => 0,
        };
        let full = before >= u64::from(MAX_CREDENTIALS_PER_USER);
        self.planned.account(&user, owner.as_ref(), before);
        if full {
            return Ok(refused(TOO_MANY));
        }
        self.planned.passkey(user, owner.as_ref(), record);
        Ok(Fate::Imported)
    }

    /// How many stored passkeys of an account are not revoked, as an insertion counts them.
    async fn stored(&self, owner: &UserHandle) -> Result<u64, StoreError> {
        let Some(stores) = &self.stores else { return Ok(0) };
        let (mut count, mut after) = (0_u64, None);
        loop {
            let page = stores.credentials.list(&self.realm, owner, Page { after, limit: PAGE }).await?;
            let Some(last) = page.last() else { return Ok(count) };
            after = Some(last.id);
            let counted = page.iter().filter(|found| !matches!(found.record.status, Status::Revoked { .. })).count();
            count = count.saturating_add(u64::try_from(counted).unwrap_or(u64::MAX));
        }
    }

    /// What is stored under the credential id, if anything is.
    async fn look(
        &self,
        user: &UserId,
        handle: Option<&UserHandle>,
        record: &CredentialRecord,
    ) -> Result<Option<Fate>, StoreError> {
        if let Some(planned) = self.planned.find(&record.credential_id) {
            return Ok(Some(compare(planned, user, handle, record)));
        }
        let Some(stores) = &self.stores else { return Ok(None) };
        let Some(found) = stores.credentials.find(&self.realm, &record.credential_id).await? else { return Ok(None) };
        let found = found.record;
        let owner = stores.users.resolve(&self.realm.tenant, &found.user_handle).await?;
        let there = Standing::new(owner, Some(found.expected_user_handle().clone()), &found);
        Ok(Some(compare(&there, user, handle, record)))
    }

    async fn handle(&self, user: &UserId) -> Result<Option<UserHandle>, StoreError> {
        if let Some(handle) = self.planned.handle(user) {
            return Ok(Some(handle.clone()));
        }
        match &self.stores {
            Some(stores) => stores.users.find(&self.realm.tenant, user).await,
            None => Ok(None),
        }
    }

    async fn account(&self, handle: &UserHandle) -> Result<Option<UserId>, StoreError> {
        if let Some(user) = self.planned.owner(handle) {
            return Ok(Some(user.clone()));
        }
        match &self.stores {
            Some(stores) => stores.users.resolve(&self.realm.tenant, handle).await,
            None => Ok(None),
        }
    }
}

/// What becomes of a passkey whose credential id is taken. Nothing there is changed: what the source forbids and this side
/// would let sign in, now or after it is made active again, is for a person to decide.
fn compare(there: &Standing, user: &UserId, handle: Option<&UserHandle>, record: &CredentialRecord) -> Fate {
    if !there.is_of(user, handle) || !there.has_key(record) {
        return refused(OTHER_PASSKEY);
    }
    match (&there.status, &record.status) {
        (Status::Active, Status::Suspended { .. } | Status::Revoked { .. }) => refused(ACTIVE_HERE),
        (Status::Suspended { .. }, Status::Revoked { .. }) => refused(SUSPENDED_HERE),
        _ => Fate::There,
    }
}

fn refused(why: &str) -> Fate {
    Fate::Refused(why.to_owned())
}
