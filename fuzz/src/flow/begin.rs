//! Begins: what a browser is told, and what it must not be told.

use super::drive::block_on;
use super::game::{Game, Whom};
use super::model::{Begun, Bytes, For, Model, Site, Status, TIMEOUT, tenant};
use super::world::{binding, user_id};
use ceremony_service::{Account, NewAccount, RegisterOptions, ServiceError, Subject};
use ceremony_testkit::base64url;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;

impl Game {
    pub(super) fn begin_registration(&mut self, site: Site, user: usize, browser: u8, conditional: bool) {
        let before = self.model.clone();
        let mut after = before.clone();
        let handle = before.handle(site, user).cloned();
        let kept = handle.as_ref().map_or(0, |handle| before.kept(site, handle));
        let expected = if kept < before.settings.max_credentials { Ok(()) } else { Err("limit_reached") };
        if handle.is_none() {
            after.handles.insert((tenant(site), user), Bytes::new());
        }
        let account = Account { id: user_id(user), name: format!("u{user}"), display_name: String::new() };
        let options = RegisterOptions::default().conditional(conditional);
        self.world.plan.begin(self.fault.take(), false);
        let real = block_on(self.world.sites[site].begin_registration(&account, options, binding(browser)));
        let real = self.begun(real, &expected);
        self.settle(&before, after, None);
        if let Some((options, handle)) = real {
            let owner = self.model.handle(site, user).expect("it was made").clone();
            let exclude: BTreeSet<Bytes> = ids(&options, "excludeCredentials").into_iter().collect();
            let kept = self.model.rows_of(site, &owner).filter(|(_, row)| !row.is_revoked());
            assert_eq!(exclude, kept.map(|(id, _)| id.clone()).collect(), "what is excluded");
            self.add(site, user, browser, For::Add { conditional }, options, handle);
        }
    }

    pub(super) fn begin_sign_up(&mut self, site: Site, user: usize, browser: u8) {
        let before = self.model.clone();
        let account = NewAccount { name: "new".to_owned(), display_name: String::new(), context: vec![user as u8] };
        self.world.plan.begin(self.fault.take(), false);
        let real = block_on(self.world.sites[site].sign_ups().unwrap().begin(account, binding(browser)));
        let real = self.begun(real, &Ok(()));
        self.settle(&before, before.clone(), None);
        if let Some((options, handle)) = real {
            assert!(ids(&options, "excludeCredentials").is_empty(), "a sign-up tells of credentials");
            self.add(site, user, browser, For::SignUp, options, handle);
        }
    }

    pub(super) fn begin_authentication(&mut self, site: Site, whom: Whom, browser: u8) {
        let before = self.model.clone();
        let (subject, named, user) = match whom {
            Whom::Anybody => (Subject::Anybody, None, 0),
            Whom::User(user) => {
                let subject = Subject::Account { user: user_id(user), canonical_name: format!("u{user}") };
                (subject, Some(before.handle(site, user).cloned()), user)
            }
            Whom::Nobody => (Subject::Unknown { canonical_name: "nobody".to_owned() }, Some(None), 0),
        };
        self.world.plan.begin(self.fault.take(), false);
        let real = block_on(self.world.sites[site].begin_authentication(subject, b"", binding(browser)));
        let real = self.begun(real, &Ok(()));
        self.settle(&before, before.clone(), None);
        let Some((options, handle)) = real else { return };
        let listed: BTreeSet<Bytes> = ids(&options, "allowCredentials").into_iter().collect();
        if named.is_none() || !before.settings.listed {
            assert!(listed.is_empty(), "a list of credentials that nobody asked for");
        } else {
            let owner = named.clone().flatten().unwrap_or_default();
            let genuine = active(&before, site, &owner);
            if genuine.is_empty() {
                let made_up = listed.iter().all(|id| !before.rows.contains_key(&(site, id.clone())));
                assert!(!listed.is_empty() && made_up, "decoys that are none");
                self.model.decoys.extend(listed.into_iter().map(|id| (site, id)));
            } else {
                assert_eq!(listed, genuine, "what is listed");
            }
        }
        self.add(site, user, browser, For::SignIn { named }, options, handle);
    }

    pub(super) fn begin_step_up(&mut self, site: Site, user: usize, browser: u8) {
        let before = self.model.clone();
        let owner = before.handle(site, user).cloned().unwrap_or_default();
        let genuine = active(&before, site, &owner);
        let expected = if genuine.is_empty() { Err("not_found") } else { Ok(()) };
        self.world.plan.begin(self.fault.take(), false);
        let real = block_on(self.world.sites[site].begin_step_up(&user_id(user), b"", binding(browser)));
        let real = self.begun(real, &expected);
        self.settle(&before, before.clone(), None);
        if let Some((options, handle)) = real {
            assert_eq!(ids(&options, "allowCredentials").into_iter().collect::<BTreeSet<_>>(), genuine);
            self.add(site, user, browser, For::StepUp { owner }, options, handle);
        }
    }

    fn begun<O: Serialize>(
        &mut self,
        real: Result<ceremony_service::Begun<O>, ServiceError>,
        expected: &Result<(), &str>,
    ) -> Option<(Value, ceremony_service::store::Handle)> {
        self.world.plan.end();
        let code = real.as_ref().map(|_| ()).map_err(ServiceError::code);
        self.judge("begin", expected, &code);
        self.note("begin", &code);
        let begun = real.ok()?;
        Some((serde_json::to_value(begun.options).unwrap(), begun.handle))
    }

    fn add(
        &mut self,
        site: Site,
        user: usize,
        browser: u8,
        purpose: For,
        options: Value,
        handle: ceremony_service::store::Handle,
    ) {
        let challenge = options["challenge"].as_str().unwrap().to_owned();
        assert!(self.model.begun.iter().all(|begun| begun.challenge != challenge), "a challenge comes again");
        let owner = options["user"]["id"].as_str().and_then(base64url::decode).unwrap_or_default();
        if purpose == For::SignUp {
            assert!(owner.len() == 64 && self.world.owners.insert(owner.clone()), "a handle of somebody");
        }
        let allow = ids(&options, "allowCredentials");
        let until = self.model.now + TIMEOUT;
        self.model.begun.push(Begun {
            site,
            user,
            browser,
            purpose,
            handle: owner,
            challenge,
            allow,
            until,
            over: false,
        });
        self.options.push(options);
        self.world.handles.push(handle);
    }
}

fn active(model: &Model, site: Site, owner: &[u8]) -> BTreeSet<Bytes> {
    let rows = model.rows_of(site, owner).filter(|(_, row)| row.status == Status::Active);
    rows.map(|(id, _)| id.clone()).collect()
}

fn ids(options: &Value, member: &str) -> Vec<Bytes> {
    let list = options[member].as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().map(|entry| entry["id"].as_str().and_then(base64url::decode).unwrap()).collect()
}
