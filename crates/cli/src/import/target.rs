//! Where passkeys go: the stores of the settings, or nowhere when only the file is looked at.

use super::record::Checked;
use ceremony::{CredentialId, CredentialRecord, Status, UnixTime, UserHandle};
use ceremony_service::MAX_CREDENTIALS_PER_USER;
use ceremony_service::store::{CredentialStore, Inserted, Realm, StoreError, UserHandles, UserId};
use std::collections::HashMap;
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

/// What a dry run has let pass; and of every run the handles that passkeys send beside those of their accounts.
#[derive(Debug, Default)]
struct Planned {
    handles: HashMap<UserId, UserHandle>,
    accounts: HashMap<UserHandle, UserId>,
    credentials: HashMap<CredentialId, (UserId, Vec<u8>)>,
}

const TAKEN_HANDLE: &str = "the user handle is another account's";
const OTHER_PASSKEY: &str = "the credential id is stored with another account or another key";
const ACTIVE_HERE: &str = "the passkey is active here and not at the source: revoke it here, if that is meant";
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
            self.planned.accounts.insert(sent.clone(), user.clone());
        }
        let owner = known.or(user_handle);
        let Some(stores) = self.stores.as_ref().filter(|_| !self.dry_run) else {
            self.planned.add(user, owner, &record);
            return Ok(Fate::Imported);
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

    /// What is stored under the credential id, if anything is.
    async fn look(
        &self,
        user: &UserId,
        handle: Option<&UserHandle>,
        record: &CredentialRecord,
    ) -> Result<Option<Fate>, StoreError> {
        if let Some((owner, key)) = self.planned.credentials.get(&record.credential_id) {
            let same = owner == user && key == record.public_key.as_cose();
            return Ok(Some(if same { Fate::There } else { refused(OTHER_PASSKEY) }));
        }
        let Some(stores) = &self.stores else { return Ok(None) };
        let Some(found) = stores.credentials.find(&self.realm, &record.credential_id).await? else { return Ok(None) };
        let found = found.record;
        let owner = stores.users.resolve(&self.realm.tenant, &found.user_handle).await?;
        let same_account =
            owner.as_ref() == Some(user) && handle.is_none_or(|handle| handle == found.expected_user_handle());
        if !same_account || !same_key(&found, record) {
            return Ok(Some(refused(OTHER_PASSKEY)));
        }
        let dangerous = found.status.is_active() && !matches!(record.status, Status::Active);
        Ok(Some(if dangerous { refused(ACTIVE_HERE) } else { Fate::There }))
    }

    async fn handle(&self, user: &UserId) -> Result<Option<UserHandle>, StoreError> {
        if let Some(handle) = self.planned.handles.get(user) {
            return Ok(Some(handle.clone()));
        }
        match &self.stores {
            Some(stores) => stores.users.find(&self.realm.tenant, user).await,
            None => Ok(None),
        }
    }

    async fn account(&self, handle: &UserHandle) -> Result<Option<UserId>, StoreError> {
        if let Some(user) = self.planned.accounts.get(handle) {
            return Ok(Some(user.clone()));
        }
        match &self.stores {
            Some(stores) => stores.users.resolve(&self.realm.tenant, handle).await,
            None => Ok(None),
        }
    }
}

impl Planned {
    fn add(&mut self, user: UserId, owner: Option<UserHandle>, record: &CredentialRecord) {
        let key = record.public_key.as_cose().to_vec();
        self.credentials.insert(record.credential_id.clone(), (user.clone(), key));
        if let Some(handle) = owner {
            self.accounts.insert(handle.clone(), user.clone());
            self.handles.insert(user, handle);
        }
    }
}

/// The numbers count: systems that keep those alone give the key in another form than the authenticator did.
fn same_key(one: &CredentialRecord, other: &CredentialRecord) -> bool {
    one.algorithm() == other.algorithm() && one.public_key.material() == other.public_key.material()
}

fn refused(why: &str) -> Fate {
    Fate::Refused(why.to_owned())
}
