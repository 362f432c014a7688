//! Several relying parties in one server, told apart by the host that a trusted proxy names.

use crate::Adapter;
use crate::app::{clock, over, service};
use crate::application::{Application, Hooks};
use crate::client::{Answer, path_of, send};
use ceremony_http::ceremony::{Ceremony, RelyingParty, Tenant};
use ceremony_http::{HostSource, PasskeyHttp, Sites};
use serde_json::Value;
use std::net::SocketAddr;

async fn start(adapter: Adapter, source: HostSource) -> SocketAddr {
    let hosts = [("a.example", "https://a.example"), ("b.example", "https://b.example")];
    let sites: Vec<_> = hosts
        .map(|(host, origin)| (host.to_owned(), PasskeyHttp::new(service(host, origin, &clock()).build().unwrap())))
        .into();
    let http = sites.first().unwrap().1.clone();
    let sites = Sites::by_host(source, sites).unwrap();
    adapter.start(Application { sites, http, hooks: Hooks::default() }).await
}

async fn begin(at: SocketAddr, origin: &str, headers: &[(&str, &str)]) -> Answer {
    let mut all = vec![("origin", origin), ("content-type", "application/json")];
    all.extend_from_slice(headers);
    let all: Vec<_> = all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    send(at, "POST", &path_of("authenticate/begin"), &all, b"{}").await
}

fn rp_id(answer: &Answer) -> Value {
    answer.ok()["publicKey"]["rpId"].clone()
}

pub async fn each_host_has_its_relying_party(adapter: Adapter) {
    let at = start(adapter, HostSource::Host).await;
    assert_eq!(rp_id(&begin(at, "https://a.example", &[("host", "a.example")]).await), "a.example");
    assert_eq!(rp_id(&begin(at, "https://b.example", &[("host", "b.example")]).await), "b.example");
    // One site's page is another site to the other.
    begin(at, "https://a.example", &[("host", "b.example")]).await.problem(403, "cross_site");
    begin(at, "https://c.example", &[("host", "c.example")]).await.problem(404, "not_found");
    // The header of a proxy that nobody spoke of is nothing.
    let forged = [("host", "a.example"), ("x-forwarded-host", "b.example")];
    assert_eq!(rp_id(&begin(at, "https://a.example", &forged).await), "a.example");
}

/// A target with a host of its own, as clients send it to proxies.
pub async fn a_target_that_contradicts_the_header_names_nobody(adapter: Adapter) {
    let at = start(adapter, HostSource::Host).await;
    let target = format!("http://b.example{}", path_of("authenticate/begin"));
    for (host, status) in [("b.example", 200), ("a.example", 404)] {
        let headers = [("origin", "https://b.example"), ("content-type", "application/json"), ("host", host)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let answer = send(at, "POST", &target, &headers, b"{}").await;
        assert_eq!(answer.status, status, "{}", answer.text());
    }
}

pub async fn a_trusted_proxy_names_the_host(adapter: Adapter) {
    let at = start(adapter, HostSource::ForwardedHost).await;
    let proxied = [("host", "10.0.0.7:3000"), ("x-forwarded-host", "b.example")];
    assert_eq!(rp_id(&begin(at, "https://b.example", &proxied).await), "b.example");
    begin(at, "https://a.example", &[("host", "a.example")]).await.problem(404, "not_found");
    let several = [("x-forwarded-host", "b.example"), ("x-forwarded-host", "a.example")];
    begin(at, "https://b.example", &several).await.problem(404, "not_found");
    begin(at, "https://b.example", &[("x-forwarded-host", "b.example, a.example")]).await.problem(404, "not_found");
}

/// Accounts are a tenant's own: both have a user 1, who are two people.
pub async fn a_session_is_one_tenants(adapter: Adapter) {
    let of_tenant = |(tenant, host, origin): (&str, &str, &str)| {
        let relying_party = RelyingParty::builder(host, "Example").origin(origin).tenant(Tenant::new(tenant).unwrap());
        let passkeys = over(Ceremony::new(relying_party.build().unwrap()), &clock()).build().unwrap();
        (host.to_owned(), PasskeyHttp::new(passkeys))
    };
    let hosts = [("one", "a.example", "https://a.example"), ("two", "b.example", "https://b.example")];
    let sites: Vec<_> = hosts.map(of_tenant).into();
    let http = sites.first().unwrap().1.clone();
    let sites = Sites::by_host(HostSource::Host, sites).unwrap();
    let at = adapter.start(Application { sites, http, hooks: Hooks::default() }).await;
    let list = async |session: &[(&str, &str)]| {
        let mut headers = vec![("host", "b.example"), ("cookie", "session=1.1800000000000")];
        headers.extend_from_slice(session);
        let headers: Vec<_> = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        send(at, "GET", &path_of("credentials"), &headers, b"").await
    };
    list(&[("session-tenant", "two")]).await.ok();
    list(&[("session-tenant", "one")]).await.problem(401, "not_signed_in");
    // A session of which nobody knows the tenant is nobody's.
    list(&[]).await.problem(401, "not_signed_in");
}
