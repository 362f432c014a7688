//! Authentications with the longest ids, handles and lists, and relying parties with hundreds of origins.

use crate::case::{Case, Honest};
use crate::scene::{ORIGIN, Scene};
use crate::sign_in::SignIn;
use ceremony::{CredentialDescriptor, CredentialId, MAX_DESCRIPTORS};
use ceremony_testkit::{Algorithm, Attestation, Client, Stage, base64url};

const HONEST: Honest = Honest::SignIn(Algorithm::Es256);

/// As many other credentials as one request may list.
fn others(count: usize, len: usize) -> Vec<CredentialDescriptor> {
    let id = |at: usize| {
        let mut bytes = vec![9; len];
        bytes.splice(..8, at.to_be_bytes());
        CredentialId::new(bytes).expect("a length that ids have")
    };
    (0..count).map(|at| CredentialDescriptor::new(id(at), [])).collect()
}

fn set(response: &mut serde_json::Value, member: &str, text: &str) {
    response.pointer_mut(member).into_iter().for_each(|slot| *slot = text.into());
}

pub(super) fn add(cases: &mut Vec<Case>) {
    let user = || SignIn::new(Scene::new(), Algorithm::Es256);
    let mut with = |name: &str, user: SignIn, edit: &dyn Fn(Stage<'_>)| {
        let body = user.body(edit);
        cases.push(Case::sign_in(format!("sign-in: {name}"), user, body, HONEST));
    };
    with("an id of 1023 bytes", SignIn::with_id(Scene::new(), Algorithm::Es256, 1023), &|_| ());
    with("an id of 24 KiB", user(), &|stage| {
        if let Stage::Response(response) = stage {
            let id = base64url::encode(&vec![9; 24 * 1024 - 600]);
            set(response, "/id", &id);
            set(response, "/rawId", &id);
        }
    });
    with("a user handle of 46 KiB", user(), &|stage| {
        if let Stage::Response(response) = stage {
            set(response, "/response/userHandle", &base64url::encode(&vec![9; 46 * 1024]));
        }
    });
    with("an attachment of 60 KiB", user(), &|stage| {
        if let Stage::Response(response) = stage {
            set(response, "/authenticatorAttachment", &"\n".repeat(30 * 1024));
        }
    });
    for (name, len) in [("256 other credentials allowed", 32), ("256 other credentials of 1023 bytes allowed", 1023)] {
        let mut user = user();
        let own = CredentialDescriptor::new(user.record.credential_id.clone(), []);
        user.allow = others(MAX_DESCRIPTORS - 1, len);
        user.allow.push(own);
        with(name, user, &|_| ());
    }
    pages(cases);
    begin(cases);
}

/// Origins that none of hundreds is.
fn pages(cases: &mut Vec<Case>) {
    let host = format!("https://{}.example.com", "a".repeat(60));
    let long = format!("https://{}", "a.".repeat(3900));
    let path = format!("https://example.com/{}", "a".repeat(7800));
    let labels = format!("https://{}page299.example.com", "a.".repeat(110));
    for (name, scene) in [
        ("1 origin", Scene::new()),
        ("300 origins and their subdomains", Scene::new().with_origins(300)),
        ("300 related origins", Scene::new().with_related_origins(300)),
    ] {
        for (of, origin) in [
            ("the honest", ORIGIN),
            ("a subdomain", &host),
            ("110 labels", &labels),
            ("8 KiB of labels", &long),
            ("8 KiB of path", &path),
        ] {
            let edit = |stage: Stage<'_>| {
                if let Stage::ClientData(data) = stage {
                    data.set("origin", origin);
                }
            };
            let user = SignIn::new(scene.clone(), Algorithm::Es256);
            let body = user.body(edit);
            cases.push(Case::sign_in(format!("sign-in: {name}, from {of}"), user, body, HONEST));
            let body = scene.body(Algorithm::Es256, Attestation::PackedSelf, edit);
            let honest = Honest::SelfSigned(Algorithm::Es256);
            cases.push(Case::registration(format!("page: {name}, from {of}"), scene.clone(), body, honest));
        }
    }
    let top = format!("https://{}", "a.".repeat(3900));
    for (of, page) in [("the last", "https://page299.example.net"), ("8 KiB of labels", &top)] {
        let client = Client::new(ORIGIN).top_origin(page);
        let user = SignIn::new(Scene::new().with_top_origins(300), Algorithm::Es256).from_page(client);
        let body = user.body(|_| ());
        cases.push(Case::sign_in(format!("sign-in: 300 top origins, from {of}"), user, body, HONEST));
    }
}

/// Beginning with the longest lists.
fn begin(cases: &mut Vec<Case>) {
    for len in [32, 1023] {
        let scene = Scene::new();
        let known = others(MAX_DESCRIPTORS, len);
        let work = move || Ok(scene.begin_excluding(known.clone()));
        cases.push(Case::other(format!("begin: 256 excluded of {len} bytes"), 0, Honest::Begin, work));
        let mut user = SignIn::new(Scene::new(), Algorithm::Es256);
        user.allow = others(MAX_DESCRIPTORS, len);
        cases.push(Case::other(format!("begin: 256 allowed of {len} bytes"), 0, Honest::BeginSignIn, move || {
            Ok(user.begin())
        }));
    }
}
