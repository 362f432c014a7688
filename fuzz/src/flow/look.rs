//! What the service tells of an account, beside what the stores hold.

use super::drive::block_on;
use super::game::Game;
use super::model::{Bytes, Row, Site};
use super::world::user_id;
use ceremony_service::ServiceError;
use ceremony_service::store::StoredCredential;
use ceremony_testkit::base64url;
use std::collections::BTreeSet;

fn told(list: &[StoredCredential]) -> BTreeSet<Bytes> {
    list.iter().map(|stored| stored.record.credential_id.as_bytes().to_vec()).collect()
}

impl Game {
    /// Lists, history, the copy of one's data and what browsers are told: all of them say what the model knows.
    pub(super) fn look(&mut self, site: Site, user: usize) {
        let (service, id) = (&self.world.sites[site], user_id(user));
        let owner = self.model.handle(site, user).cloned();
        let every: Vec<(&Bytes, &Row)> = owner.iter().flat_map(|owner| self.model.rows_of(site, owner)).collect();
        let ids = |revoked: bool| -> BTreeSet<Bytes> {
            every.iter().filter(|(_, row)| revoked || !row.is_revoked()).map(|(id, _)| (*id).clone()).collect()
        };
        self.world.plan.begin(self.fault.take(), false);
        let list = block_on(service.list(&id));
        let history = block_on(service.history(&id));
        let export = block_on(service.export(&id));
        let signal = block_on(service.signal_accepted(&id));
        self.world.plan.end();
        let failed = [list.as_ref().err(), history.as_ref().err(), export.as_ref().err(), signal.as_ref().err()];
        let failed: Vec<&ServiceError> = failed.into_iter().flatten().collect();
        assert!(failed.iter().all(|error| error.code() == "unavailable"), "{failed:?}");
        assert_eq!(failed.len(), usize::from(self.world.plan.fired().is_some()), "one fault, one error");
        if let Ok(list) = list {
            assert_eq!(told(&list), ids(false), "the list");
            let created: Vec<_> = list.iter().map(|stored| stored.record.created_at).collect();
            assert!(created.is_sorted(), "the list is not in order");
        }
        if let Ok(history) = history {
            assert_eq!(told(&history), ids(true), "the history");
        }
        if let Ok(export) = export {
            assert_eq!(export["credentials"].as_array().map(Vec::len), Some(every.len()), "the copy");
            let handle = export["user_handle"].as_str().and_then(base64url::decode);
            assert_eq!(handle, owner, "the copy's user handle");
        }
        if let Ok(signal) = signal {
            let signal = signal.map(|signal| serde_json::to_value(signal).unwrap());
            let said = signal.map(|signal| {
                let ids = signal["allAcceptedCredentialIds"].as_array().unwrap();
                ids.iter().map(|id| base64url::decode(id.as_str().unwrap()).unwrap()).collect::<BTreeSet<Bytes>>()
            });
            assert_eq!(said, owner.as_ref().map(|_| ids(false)), "what the browser is told");
        }
        for (_, row) in every {
            let found = block_on(service.get(&id, row.id.expect("a name")));
            assert_eq!(found.map_err(|error| error.code()).is_ok(), !row.is_revoked(), "one of the list");
        }
    }
}
