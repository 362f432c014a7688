//! `/admin/..`: accounts, their passkeys and the audit trail, for administrators.

use super::query::Listing;
use crate::accounts::User;
use crate::answer::{self, Answer, Refusal, ok};
use crate::audit::{Listed, Own};
use crate::site::Site;
use ceremony_http::ceremony::Status;
use ceremony_http::ceremony_service::store::RowId;
use ceremony_http::{Code, StoredCredential, UserId, rfc3339};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

/// What stands in the record of a passkey that an administrator suspended.
const SUSPENDED: &str = "suspended by an administrator";

impl Site {
    async fn administrator(&self, headers: &HeaderMap) -> Result<User, Refusal> {
        let user = self.session(headers).await?.user;
        if self.is_administrator(&user) {
            return Ok(user);
        }
        let detail = "this is for administrators of the site";
        Err(answer::own(StatusCode::FORBIDDEN, "not_an_administrator", detail).into())
    }

    pub(super) async fn users(&self, headers: &HeaderMap, listing: &Listing) -> Result<Answer, Refusal> {
        self.administrator(headers).await?;
        // One more than asked for tells whether there is a next page.
        let rows = self.accounts.list(listing.after.as_deref(), listing.limit.saturating_add(1)).await;
        let (rows, more) = page(rows.map_err(answer::unavailable)?, listing.limit);
        let mut users = Vec::new();
        for row in &rows {
            let id = user_id(&row.user.id)?;
            let passkeys = self.passkeys.passkeys().list(&id).await.map_err(answer::unavailable)?.len();
            let created_at = rfc3339(row.created_at);
            let (id, email) = (&row.user.id, &row.user.email);
            users.push(json!({ "id": id, "email": email, "created_at": created_at, "passkeys": passkeys }));
        }
        let next = rows.last().filter(|_| more).map(|row| row.user.id.clone());
        Ok(listed("users", users, next))
    }

    pub(super) async fn passkeys_of(&self, headers: &HeaderMap, user: &str) -> Result<Answer, Refusal> {
        self.administrator(headers).await?;
        let credentials: Vec<Value> = self.history(user).await?.iter().map(|stored| self.seen(stored)).collect();
        Ok(ok(&json!({ "credentials": credentials })))
    }

    pub(super) async fn suspend(&self, headers: &HeaderMap, user: &str, row: RowId) -> Result<Answer, Refusal> {
        let administrator = self.administrator(headers).await?;
        let stored = self.passkey_of(user, row).await?;
        let done = self.passkeys.passkeys().suspend(&stored.record.credential_id, SUSPENDED).await;
        if done.map_err(answer::unavailable)? {
            self.note(Own::SuspendedByAdministrator, &administrator, user, row);
        }
        let changed = self.changed(user, row, "suspended").await?;
        // Whoever has the device may be signed in with it, also where the passkey was suspended before: by its counter, or
        // by a request that got no further.
        let ended = self.sessions.close_others(headers, user, Some(&row.to_string())).await;
        ended.map_err(answer::unavailable)?;
        Ok(changed)
    }

    pub(super) async fn reactivate(&self, headers: &HeaderMap, user: &str, row: RowId) -> Result<Answer, Refusal> {
        let administrator = self.administrator(headers).await?;
        let stored = self.passkey_of(user, row).await?;
        let done = self.passkeys.passkeys().reactivate(&stored.record.credential_id).await;
        if done.map_err(answer::unavailable)? {
            self.note(Own::ReactivatedByAdministrator, &administrator, user, row);
        }
        self.changed(user, row, "active").await
    }

    pub(super) async fn audit(&self, headers: &HeaderMap, listing: &Listing) -> Result<Answer, Refusal> {
        self.administrator(headers).await?;
        let after = listing.after.as_ref().map(|after| after.parse()).transpose();
        let after: Option<i64> = after.map_err(|_| answer::invalid("after is what next was in the answer before"))?;
        let events = self.trail.list(listing.user.as_deref(), after, listing.limit.saturating_add(1)).await;
        let (events, more) = page(events.map_err(answer::unavailable)?, listing.limit);
        let next = events.last().filter(|_| more).map(|event| event.id.to_string());
        Ok(listed("events", events.into_iter().map(event).collect(), next))
    }

    /// The passkey as it is after a change, if it is as it was meant to be; revoked ones stay revoked.
    async fn changed(&self, user: &str, row: RowId, meant: &str) -> Result<Answer, Refusal> {
        let stored = self.passkey_of(user, row).await?;
        if stored.record.status.as_str() != meant {
            let detail = "this passkey was removed for good";
            return Err(answer::own(StatusCode::CONFLICT, "passkey_removed", detail).into());
        }
        Ok(ok(&json!({ "credential": self.seen(&stored) })))
    }

    /// Every passkey that an account ever had.
    async fn history(&self, user: &str) -> Result<Vec<StoredCredential>, Refusal> {
        if self.accounts.by_id(user).await.map_err(answer::unavailable)?.is_none() {
            return Err(answer::known(Code::NotFound).into());
        }
        Ok(self.passkeys.passkeys().history(&user_id(user)?).await.map_err(answer::unavailable)?)
    }

    async fn passkey_of(&self, user: &str, row: RowId) -> Result<StoredCredential, Refusal> {
        let found = self.history(user).await?.into_iter().find(|stored| stored.id == row);
        Ok(found.ok_or_else(|| answer::known(Code::NotFound))?)
    }

    /// A passkey as its owner sees it, and why it is out of use since when.
    fn seen(&self, stored: &StoredCredential) -> Value {
        let mut seen = json!(self.passkeys.listed(stored));
        if let Status::Suspended { reason, since } | Status::Revoked { reason, since } = &stored.record.status {
            add(&mut seen, "status_reason", Some(reason.clone()));
            add(&mut seen, "status_since", Some(rfc3339(*since)));
        }
        seen
    }

    fn note(&self, kind: Own, administrator: &User, user: &str, row: RowId) {
        self.trail.note(kind, Some(user), Some(&row.to_string()), Some(format!("by {}", administrator.id)));
    }
}

/// What there is within the limit, and whether there was more.
fn page<T>(mut rows: Vec<T>, limit: u32) -> (Vec<T>, bool) {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    (rows, more)
}

fn listed(name: &str, rows: Vec<Value>, next: Option<String>) -> Answer {
    let mut body = json!({ name: rows });
    add(&mut body, "next", next);
    ok(&body)
}

fn event(event: Listed) -> Value {
    let mut shown = json!({ "at": rfc3339(event.at), "kind": event.kind });
    for (name, value) in [("user", event.user), ("credential", event.credential), ("detail", event.detail)] {
        add(&mut shown, name, value);
    }
    shown
}

/// Adds a member, if there is something to say.
fn add(body: &mut Value, name: &str, value: Option<String>) {
    if let (Value::Object(members), Some(value)) = (body, value) {
        members.insert(name.to_owned(), value.into());
    }
}

fn user_id(id: &str) -> Result<UserId, Refusal> {
    Ok(UserId::new(id).ok_or_else(|| answer::known(Code::NotFound))?)
}
