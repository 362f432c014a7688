//! gRPC over a real connection, with the test kit as the browser.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, missing_docs, reason = "a test")]

use ceremony_testkit::{Authenticator, Client};
use ceremony_transports::grpc::proto::passkeys_client::PasskeysClient;
use ceremony_transports::grpc::proto::{
    BeginRegistrationRequest, BeginSignInRequest, BeginStepUpRequest, Begun, Caller, FinishRegistrationRequest,
    FinishRequest, ListRequest, Passkey, RemoveRequest, RenameRequest,
};
use ceremony_transports::grpc::{CODE, GatewayToken, MAX_MESSAGE, server};
use ceremony_transports::server::open;
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;
use tonic::metadata::MetadataValue;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::transport::server::TcpIncoming;
use tonic::{Code, Request, Status};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";
const HERE: u8 = 1;
const ELSEWHERE: u8 = 2;

type Gateway = PasskeysClient<InterceptedService<Channel, Token>>;

/// What a gateway adds to each call.
#[derive(Clone)]
struct Token(&'static str);

impl tonic::service::Interceptor for Token {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if !self.0.is_empty() {
            request.metadata_mut().insert("authorization", MetadataValue::from_static(self.0));
        }
        Ok(request)
    }
}

async fn start() -> Channel {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let desk = open("example.com", "https://example.com", "sqlite::memory:").await.unwrap();
    let server = server(desk, GatewayToken::new(TOKEN).unwrap());
    tokio::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));
    Channel::from_shared(format!("http://{address}")).unwrap().connect().await.unwrap()
}

fn gateway(channel: &Channel) -> Gateway {
    let token = Token("Bearer 0123456789abcdef0123456789abcdef");
    PasskeysClient::with_interceptor(channel.clone(), token)
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

fn caller(client: u8, user: &str) -> Option<Caller> {
    Some(Caller { client: vec![client; 32], user: user.to_owned(), proved_at: now() })
}

fn old(client: u8, user: &str) -> Option<Caller> {
    Some(Caller { client: vec![client; 32], user: user.to_owned(), proved_at: now() - 601 })
}

fn page() -> Client {
    Client::new("https://example.com")
}

fn options(begun: &Begun) -> Value {
    serde_json::from_str(&begun.options_json).unwrap()
}

fn refused<T: std::fmt::Debug>(answer: Result<T, Status>) -> (Code, String) {
    let status = answer.unwrap_err();
    let code = status.metadata().get(CODE).map(|code| code.to_str().unwrap().to_owned());
    (status.code(), code.unwrap_or_default())
}

async fn registered(gateway: &mut Gateway, user: &str) -> (Authenticator, Passkey) {
    let begin = BeginRegistrationRequest {
        caller: caller(HERE, user),
        account_name: format!("{user}@example.com"),
        display_name: String::new(),
    };
    let begun = gateway.begin_registration(begin).await.unwrap().into_inner();
    let mut device = Authenticator::new(user);
    let credential = device.register(&options(&begun), &page()).unwrap();
    let finish = FinishRegistrationRequest {
        caller: caller(HERE, user),
        state: begun.state,
        credential_json: credential.to_string(),
        name: "Laptop".to_owned(),
    };
    let passkey = gateway.finish_registration(finish).await.unwrap().into_inner();
    assert_eq!((passkey.name.as_str(), passkey.last_used_at, passkey.suspended), ("Laptop", 0, false));
    assert!(passkey.created_at.abs_diff(now()) < 60);
    (device, passkey)
}

async fn begun_sign_in(gateway: &mut Gateway, device: &mut Authenticator) -> FinishRequest {
    let begun = gateway.begin_sign_in(BeginSignInRequest { caller: caller(HERE, "") }).await.unwrap().into_inner();
    let credential_json = device.authenticate(&options(&begun), &page()).unwrap().to_string();
    FinishRequest { caller: caller(HERE, ""), state: begun.state, credential_json }
}

#[tokio::test]
async fn a_sign_in_works_once_and_for_one_browser() {
    let channel = start().await;
    let mut gateway = gateway(&channel);
    let (mut device, passkey) = registered(&mut gateway, "1815").await;
    let finish = begun_sign_in(&mut gateway, &mut device).await;

    let elsewhere = FinishRequest { caller: caller(ELSEWHERE, ""), ..finish.clone() };
    let unusable = (Code::FailedPrecondition, "ceremony_unusable".to_owned());
    assert_eq!(refused(gateway.finish_sign_in(elsewhere).await), unusable);

    let signed_in = gateway.finish_sign_in(finish.clone()).await.unwrap().into_inner();
    assert_eq!((signed_in.user.as_str(), signed_in.passkey), ("1815", passkey.id));
    assert_eq!(refused(gateway.finish_sign_in(finish).await), unusable);
}

#[tokio::test]
async fn a_registration_is_the_signed_in_accounts_and_of_one_browser() {
    let channel = start().await;
    let mut gateway = gateway(&channel);
    let begin =
        |caller| BeginRegistrationRequest { caller, account_name: "ada".to_owned(), display_name: String::new() };
    let nobody = gateway.begin_registration(begin(caller(HERE, ""))).await;
    assert_eq!(refused(nobody), (Code::Unauthenticated, "not_signed_in".to_owned()));
    let long_ago = gateway.begin_registration(begin(old(HERE, "1815"))).await;
    assert_eq!(refused(long_ago), (Code::PermissionDenied, "step_up_required".to_owned()));

    let begun = gateway.begin_registration(begin(caller(HERE, "1815"))).await.unwrap().into_inner();
    let credential_json = Authenticator::new("ada").register(&options(&begun), &page()).unwrap().to_string();
    let finish = |caller| FinishRegistrationRequest {
        caller,
        state: begun.state.clone(),
        credential_json: credential_json.clone(),
        name: String::new(),
    };
    let unusable = (Code::FailedPrecondition, "ceremony_unusable".to_owned());
    assert_eq!(refused(gateway.finish_registration(finish(caller(ELSEWHERE, "1815"))).await), unusable);
    gateway.finish_registration(finish(caller(HERE, "1815"))).await.unwrap();
    assert_eq!(refused(gateway.finish_registration(finish(caller(HERE, "1815"))).await), unusable);

    // Another account's session in the same browser does not get what was begun for this one.
    let begun = gateway.begin_registration(begin(caller(HERE, "1815"))).await.unwrap().into_inner();
    let credential_json = Authenticator::new("b").register(&options(&begun), &page()).unwrap().to_string();
    let finish = FinishRegistrationRequest {
        caller: caller(HERE, "1852"),
        state: begun.state,
        credential_json,
        name: String::new(),
    };
    assert_eq!(refused(gateway.finish_registration(finish).await), unusable);
}

#[tokio::test]
async fn a_step_up_is_no_sign_in_and_a_sign_in_no_step_up() {
    let channel = start().await;
    let mut gateway = gateway(&channel);
    let (mut device, _) = registered(&mut gateway, "1815").await;
    let step_up = async |gateway: &mut Gateway, device: &mut Authenticator| {
        let begin = BeginStepUpRequest { caller: old(HERE, "1815") };
        let begun = gateway.begin_step_up(begin).await.unwrap().into_inner();
        let credential_json = device.authenticate(&options(&begun), &page()).unwrap().to_string();
        FinishRequest { caller: old(HERE, "1815"), state: begun.state, credential_json }
    };
    let unusable = (Code::FailedPrecondition, "ceremony_unusable".to_owned());

    let finish = step_up(&mut gateway, &mut device).await;
    assert_eq!(gateway.finish_step_up(finish).await.unwrap().into_inner().user, "1815");
    let finish = step_up(&mut gateway, &mut device).await;
    assert_eq!(refused(gateway.finish_sign_in(finish).await), unusable);
    let another = FinishRequest { caller: caller(HERE, "1852"), ..step_up(&mut gateway, &mut device).await };
    assert_eq!(refused(gateway.finish_step_up(another).await), unusable);
    let sign_in = begun_sign_in(&mut gateway, &mut device).await;
    let sign_in = FinishRequest { caller: caller(HERE, "1815"), ..sign_in };
    assert_eq!(refused(gateway.finish_step_up(sign_in).await), unusable);

    let nobody = gateway.begin_step_up(BeginStepUpRequest { caller: caller(HERE, "") }).await;
    assert_eq!(refused(nobody), (Code::Unauthenticated, "not_signed_in".to_owned()));
    let without = gateway.begin_step_up(BeginStepUpRequest { caller: caller(HERE, "1852") }).await;
    assert_eq!(refused(without), (Code::NotFound, "not_found".to_owned()));
}

#[tokio::test]
async fn passkeys_are_listed_renamed_and_removed_by_their_owner_alone() {
    let channel = start().await;
    let mut gateway = gateway(&channel);
    let (mut device, passkey) = registered(&mut gateway, "1815").await;
    registered(&mut gateway, "1852").await;
    let id = passkey.id;
    let mut list = async |user: &str| {
        let list = gateway.list(ListRequest { caller: caller(HERE, user) }).await;
        list.map(|list| list.into_inner().passkeys)
    };
    assert_eq!(list("1815").await.unwrap().iter().map(|passkey| &passkey.id).collect::<Vec<_>>(), [&id]);
    assert_eq!(list("1").await.unwrap(), []);
    assert_eq!(refused(list("").await), (Code::Unauthenticated, "not_signed_in".to_owned()));

    let rename =
        |user: &str, name: &str| RenameRequest { caller: caller(HERE, user), id: id.clone(), name: name.to_owned() };
    let not_found = (Code::NotFound, "not_found".to_owned());
    assert_eq!(gateway.rename(rename("1815", "Phone")).await.unwrap().into_inner().name, "Phone");
    assert_eq!(refused(gateway.rename(rename("1852", "Mine")).await), not_found);
    let unnamed = gateway.rename(rename("1815", " ")).await;
    assert_eq!(refused(unnamed), (Code::InvalidArgument, "invalid_request".to_owned()));

    let remove = |caller, id: &str| RemoveRequest { caller, id: id.to_owned() };
    let long_ago = gateway.remove(remove(old(HERE, "1815"), &id)).await;
    assert_eq!(refused(long_ago), (Code::PermissionDenied, "step_up_required".to_owned()));
    assert_eq!(refused(gateway.remove(remove(caller(HERE, "1852"), &id)).await), not_found);
    assert_eq!(refused(gateway.remove(remove(caller(HERE, "1815"), "../1")).await), not_found);
    let removed = gateway.remove(remove(caller(HERE, "1815"), &id)).await.unwrap().into_inner();
    let accepted: Value = serde_json::from_str(&removed.accepted_json).unwrap();
    assert_eq!(accepted["allAcceptedCredentialIds"], json!([]));

    let finish = begun_sign_in(&mut gateway, &mut device).await;
    let gone = refused(gateway.finish_sign_in(finish).await);
    assert_eq!(gone, (Code::Unauthenticated, "authentication_failed".to_owned()));
}

#[tokio::test]
async fn what_is_malformed_or_too_large_uses_nothing_up_and_the_server_goes_on() {
    let channel = start().await;
    let mut gateway = gateway(&channel);
    let (mut device, _) = registered(&mut gateway, "1815").await;
    let finish = begun_sign_in(&mut gateway, &mut device).await;
    let invalid = (Code::InvalidArgument, "invalid_request".to_owned());

    for credential_json in ["", "{}", "[", "{\"id\":1}"] {
        let rubbish = FinishRequest { credential_json: credential_json.to_owned(), ..finish.clone() };
        assert_eq!(refused(gateway.finish_sign_in(rubbish).await), invalid, "{credential_json}");
    }
    for from in [None, Some(Caller { client: vec![1; 31], ..Caller::default() })] {
        let nobody = FinishRequest { caller: from, ..finish.clone() };
        assert_eq!(refused(gateway.finish_sign_in(nobody).await), invalid);
    }
    let state = FinishRequest { state: "x".to_owned(), ..finish.clone() };
    assert_eq!(refused(gateway.finish_sign_in(state).await).1, "ceremony_unusable");
    let large = FinishRequest { credential_json: " ".repeat(MAX_MESSAGE), ..finish.clone() };
    assert_eq!(refused(gateway.finish_sign_in(large).await).0, Code::OutOfRange);

    assert_eq!(gateway.finish_sign_in(finish).await.unwrap().into_inner().user, "1815");
}

#[tokio::test]
async fn bytes_that_are_no_grpc_end_their_connection_alone() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let desk = open("example.com", "https://example.com", "sqlite::memory:").await.unwrap();
    let server = server(desk, GatewayToken::new(TOKEN).unwrap());
    tokio::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream.write_all(&[0xff; 4096]).await.unwrap();
    let mut answer = Vec::new();
    // The connection ends, be it with a reset.
    let _ = stream.read_to_end(&mut answer).await;
    let channel = Channel::from_shared(format!("http://{address}")).unwrap().connect().await.unwrap();
    registered(&mut gateway(&channel), "1815").await;
}

#[tokio::test]
async fn only_the_gateway_is_heard() {
    let channel = start().await;
    for token in ["", "Bearer 0123456789abcdef0123456789abcdeX", "0123456789abcdef0123456789abcdef", "Bearer "] {
        let mut stranger = PasskeysClient::with_interceptor(channel.clone(), Token(token));
        let begun = stranger.begin_sign_in(BeginSignInRequest { caller: caller(HERE, "") }).await;
        assert_eq!(refused(begun), (Code::Unauthenticated, String::new()), "{token}");
    }
    assert!(GatewayToken::new("short").is_none());
}
