//! The model's sign-ins, and what people do with credentials.

use super::answer::{Answer, Facts};
use super::model::{Bytes, Call, Done, For, Model, Outcome, SITES, Site, Status, tenant, valid_name};
use ceremony::{BackupEligibilityPolicy, SignCountPolicy};
use ceremony_testkit::authenticator_data::flags::{BE, BS};

/// Why an administrator or a user says that a credential has to go.
pub(super) const REASON: &str = "lost";

/// Why the service does.
const COUNTER_REASON: &str = "sign_count_regressed";

impl Model {
    pub(super) fn authenticate(
        &mut self,
        site: Site,
        begun: usize,
        answer: &Answer,
        session: Option<usize>,
        browser: u8,
    ) -> Outcome {
        let begun = self.take(site, begun, browser, false)?;
        let refused = Err("authentication_failed");
        // Who must be behind it: anybody, or this owner; a name without an account has none.
        let (expected, step_up) = match &begun.purpose {
            For::SignIn { named } => (named.clone(), false),
            For::StepUp { owner } => {
                if session.and_then(|user| self.handle(site, user)) != Some(owner) {
                    return Err("ceremony_unusable");
                }
                (Some(Some(owner.clone())), true)
            }
            For::Add { .. } | For::SignUp => unreachable!("a registration is taken as an authentication"),
        };
        let Some(facts) = &answer.facts else { return refused };
        if answer.registration {
            return refused;
        }
        if !begun.allow.is_empty() && !begun.allow.contains(&facts.credential) {
            return refused;
        }
        if expected.is_none() && facts.handle.is_none() {
            return refused;
        }
        let key = (site, facts.credential.clone());
        let Some(row) = self.rows.get(&key) else {
            // Only who named nobody learns that nobody has it, and not of one that was made up.
            let told = expected.is_none() && !self.decoys.contains(&key);
            return if told { Err("unknown_credential") } else { refused };
        };
        let of_this_user = match &expected {
            Some(owner) => {
                owner.as_ref() == Some(&row.owner) && facts.handle.as_ref().is_none_or(|it| *it == row.owner)
            }
            None => facts.handle.as_ref() == Some(&row.owner),
        };
        let right = of_this_user
            && row.status == Status::Active
            && facts.key == row.key
            && self.belongs(&begun, facts)
            && self.flags(facts, false)
            && self.eligibility(row.backup_eligible, facts);
        if !right {
            return refused;
        }
        let regressed = (facts.count != 0 || row.count != 0) && facts.count <= row.count;
        let suspended = Status::Suspended { reason: COUNTER_REASON.to_owned(), since: self.now };
        let user = self.user_of(site, &row.owner);
        let now = self.now;
        let row = self.rows.get_mut(&key).expect("it was there");
        match self.settings.sign_count {
            SignCountPolicy::Report => {}
            _ if !regressed => {}
            SignCountPolicy::Reject => return refused,
            SignCountPolicy::Suspend => {
                row.status = suspended;
                return refused;
            }
        }
        // A sign-up whose account is not there yet.
        let Some(user) = user else { return refused };
        row.count = row.count.max(facts.count);
        row.backup_eligible = facts.has(BE);
        row.backup_state = facts.has(BS);
        row.used = Some(now);
        Ok(Done::SignedIn { credential: facts.credential.clone(), user, step_up })
    }

    fn eligibility(&self, stored: bool, facts: &Facts) -> bool {
        let changed = stored != facts.has(BE);
        match self.settings.backup_eligibility {
            BackupEligibilityPolicy::Report => true,
            BackupEligibilityPolicy::AllowUpgrade => !changed || facts.has(BE),
            BackupEligibilityPolicy::Enforce => !changed,
        }
    }

    pub(super) fn manage(&mut self, call: &Call) -> Outcome {
        match call {
            Call::Rename { site, user, id, name } => {
                let name = match name.trim() {
                    "" => return Err("invalid_name"),
                    name => valid_name(name)?,
                };
                let key = self.own(*site, *user, *id)?;
                self.rows.get_mut(&key).expect("it was found").name = name.to_owned();
                Ok(Done::Changed)
            }
            Call::Revoke { site, user, id, keep_last } => {
                let key = self.own(*site, *user, *id)?;
                let active = self.active(*site, &self.rows[&key].owner.clone());
                let since = self.now;
                let keep_last = *keep_last || self.settings.last_stays;
                let row = self.rows.get_mut(&key).expect("it was found");
                if keep_last && row.status == Status::Active && active < 2 {
                    return Err("last_credential");
                }
                row.status = Status::Revoked { reason: REASON.to_owned(), since };
                Ok(Done::Changed)
            }
            Call::RevokeAll { site, user } => {
                let Some(owner) = self.handle(*site, *user).cloned() else { return Ok(Done::Count(0)) };
                let since = self.now;
                let mut revoked = 0;
                for ((of, _), row) in &mut self.rows {
                    if of == site && row.owner == owner && !row.is_revoked() {
                        row.status = Status::Revoked { reason: REASON.to_owned(), since };
                        revoked += 1;
                    }
                }
                Ok(Done::Count(revoked))
            }
            Call::Suspend { site, credential } => {
                let since = self.now;
                let row = self.rows.get_mut(&(*site, credential.clone()));
                let active = row.filter(|row| row.status == Status::Active);
                let done = active.map(|row| row.status = Status::Suspended { reason: REASON.to_owned(), since });
                Ok(Done::Was(done.is_some()))
            }
            Call::Reactivate { site, credential } => {
                let row = self.rows.get_mut(&(*site, credential.clone()));
                let suspended = row.filter(|row| matches!(row.status, Status::Suspended { .. }));
                Ok(Done::Was(suspended.map(|row| row.status = Status::Active).is_some()))
            }
            Call::EraseCredential { site, user, id } => {
                let owner = self.handle(*site, *user).ok_or("not_found")?;
                let (credential, _) =
                    self.named(*site, *id).filter(|(_, row)| row.owner == *owner).ok_or("not_found")?;
                self.erase_row(*site, &credential.clone());
                Ok(Done::Changed)
            }
            Call::Erase { site, user } => {
                let Some(owner) = self.handle(*site, *user).cloned() else { return Ok(Done::Count(0)) };
                let erased = (0..SITES.len())
                    .filter(|other| tenant(*other) == tenant(*site))
                    .map(|other| self.erase_owner(other, &owner))
                    .sum();
                self.handles.remove(&(tenant(*site), *user));
                Ok(Done::Count(erased))
            }
            Call::CleanUp { site } => {
                let now = self.now;
                for begun in &mut self.begun {
                    // Sealed ones are not kept anywhere, so that nothing is dropped.
                    let sealed = if begun.is_registration() {
                        self.settings.sealed_registrations
                    } else {
                        self.settings.sealed_authentications
                    };
                    begun.over |= !sealed && begun.until <= now;
                }
                self.tombstones.retain(|_, until| *until > now);
                let pending = self.pending.iter().filter(|((of, _), until)| of == site && **until <= now);
                let abandoned: Vec<Bytes> = pending.map(|((_, handle), _)| handle.clone()).collect();
                let mut taken_back = 0;
                for handle in abandoned {
                    if self.user_of(*site, &handle).is_none() {
                        self.erase_owner(*site, &handle);
                        taken_back += 1;
                    }
                    self.pending.remove(&(*site, handle));
                }
                Ok(Done::Count(taken_back))
            }
            _ => unreachable!("a call of another kind"),
        }
    }

    /// A record that is this user's and not revoked.
    fn own(&self, site: Site, user: usize, id: ceremony_service::store::RowId) -> Result<(Site, Bytes), &'static str> {
        let owner = self.handle(site, user).ok_or("not_found")?;
        let found = self.named(site, id).filter(|(_, row)| row.owner == *owner && !row.is_revoked());
        found.map(|(credential, _)| (site, credential.clone())).ok_or("not_found")
    }
}
