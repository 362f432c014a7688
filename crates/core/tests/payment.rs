//! Secure Payment Confirmation: one good payment, one thing changed, the exact refusal.

#![cfg(feature = "spc")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[allow(unreachable_pub, dead_code, reason = "shared by several test programs")]
#[path = "support/fixture.rs"]
mod fixture;

use ceremony::error::{KeyFault, RejectionReason as Reason};
use ceremony::spc::{
    Amount, EntityLogo, Instrument, Payment, PaymentConfirmation, PaymentOptions, PaymentRequest, PaymentState,
};
use ceremony::{
    AuthenticationRequest, AuthenticationResponse, AuthenticationState, Ceremony, Challenge, CredentialRecord, Error,
    KeyMaterial, Misuse, RegistrationRequest, SignatureInvalid, SignatureScheme, SignatureVerifier,
};
use ceremony_testkit::{Client, Stage, base64url};
use fixture::{Fixture, How, LATER, NOW, listed, refused};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

const SHOP: &str = "https://shop.example";
const CARD: &str = "https://example.com/card.png";

fn payment() -> Payment {
    let instrument = Instrument::new("Card ****1234", CARD).details("expires 12/30");
    Payment::new(Amount::new("EUR", "12.50").unwrap(), instrument, SHOP)
        .payee_name("Shop")
        .payee_origin(SHOP)
        .logos([EntityLogo::new("https://net.example/a.png", "A"), EntityLogo::new("https://net.example/b.png", "B")])
}

/// The member that a browser adds for [`payment`].
fn shown() -> Value {
    json!({
        "rpId": "example.com",
        "rp": "example.com",
        "topOrigin": SHOP,
        "payeeName": "Shop",
        "payeeOrigin": SHOP,
        "paymentEntitiesLogos": [{"url": "https://net.example/b.png", "label": "B"}],
        "total": {"currency": "EUR", "value": "12.50"},
        "instrument": {
            "displayName": "Card ****1234",
            "icon": CARD,
            "iconMustBeShown": true,
            "details": "expires 12/30",
        },
    })
}

/// The options as the authenticator of the tests takes them.
fn for_device(options: &PaymentOptions) -> Value {
    let method = serde_json::to_value(options).unwrap()["method"].clone();
    json!({
        "challenge": method["challenge"],
        "rpId": method["rpId"],
        "userVerification": "required",
        "allowCredentials": [{"type": "public-key", "id": method["credentialIds"][0]}],
    })
}

struct Scene {
    fixture: Fixture,
    record: CredentialRecord,
}

impl Scene {
    fn new() -> Self {
        let mut fixture = Fixture::new();
        let record = fixture.record();
        Self { fixture, record }
    }

    fn begin(&self, payment: Payment) -> (PaymentOptions, PaymentState) {
        let request = PaymentRequest::new(self.record.user_handle.clone(), listed(&self.record), payment);
        self.fixture.ceremony.begin_payment(request, Challenge::new([7; 32]), NOW).unwrap()
    }

    /// What the browser answers: an assertion whose client data are a payment's. The authenticator of the tests would
    /// not serve a shop's page, so that it runs on the bank's and the signed client data name the shop.
    fn answer(&mut self, options: &PaymentOptions, kind: &str, origin: &str, shown: &Value) -> AuthenticationResponse {
        self.answer_edited(options, &mut |stage| {
            if let Stage::ClientData(data) = stage {
                data.set("type", kind);
                data.set("origin", origin);
                data.set("payment", shown.clone());
            }
        })
    }

    fn answer_edited(&mut self, options: &PaymentOptions, edit: &mut dyn FnMut(Stage<'_>)) -> AuthenticationResponse {
        let page = Client::new(fixture::ORIGIN);
        let body = self.fixture.device.authenticate_edit(&for_device(options), &page, edit).unwrap();
        AuthenticationResponse::from_json(&body).unwrap()
    }

    fn pay(&mut self, shown: &Value) -> Result<PaymentConfirmation, Error> {
        self.pay_for(payment(), "payment.get", SHOP, shown)
    }

    fn pay_for(
        &mut self,
        payment: Payment,
        kind: &str,
        origin: &str,
        shown: &Value,
    ) -> Result<PaymentConfirmation, Error> {
        let (options, state) = self.begin(payment);
        let response = self.answer(&options, kind, origin, shown);
        // Through its bytes, as between two requests.
        let state = PaymentState::from_bytes(&state.into_bytes()).unwrap();
        self.fixture.ceremony.finish_payment(state, &response, Some(&self.record), LATER)
    }
}

#[test]
fn a_payment_is_confirmed_as_it_was_shown() {
    let mut scene = Scene::new();
    let confirmed = scene.pay(&shown()).unwrap();
    assert_eq!(confirmed.payment(), &payment());
    assert_eq!(confirmed.user_handle(), &scene.record.user_handle);
    assert_eq!(confirmed.update().new_sign_count, 6);
    assert!(confirmed.browser_bound_key().is_none());
}

#[test]
fn options_are_what_the_browser_takes() {
    let (options, _) = Scene::new().begin(payment());
    let options = serde_json::to_value(options).unwrap();
    assert_eq!(
        options["details"],
        json!({"total": {"label": "Total", "amount": {"currency": "EUR", "value": "12.50"}}})
    );
    let method = &options["method"];
    assert_eq!(method["rpId"], "example.com");
    assert_eq!(method["payeeName"], "Shop");
    assert_eq!(method["instrument"]["iconMustBeShown"], true);
    assert_eq!(method["paymentEntitiesLogos"][1]["label"], "B");
    assert_eq!(method["credentialIds"].as_array().unwrap().len(), 1);
    assert_eq!(method["timeout"], 300_000);
}

#[test]
fn every_member_is_compared() {
    let mut scene = Scene::new();
    for (pointer, value) in [
        ("/rpId", json!("evil.example")),
        ("/rp", json!("evil.example")),
        ("/topOrigin", json!("https://evil.example")),
        ("/payeeName", json!("Other")),
        ("/payeeOrigin", json!("https://evil.example")),
        ("/total/currency", json!("USD")),
        ("/total/value", json!("12.5")),
        ("/total/value", json!(12.5)),
        ("/instrument/displayName", json!("Card ****9999")),
        ("/instrument/icon", json!("https://evil.example/card.png")),
        ("/instrument/icon", json!("")),
        ("/instrument/iconMustBeShown", json!(false)),
        ("/instrument/details", json!("expires 01/31")),
        ("/paymentEntitiesLogos/0/url", json!("https://evil.example/b.png")),
        ("/paymentEntitiesLogos/0/label", json!("C")),
        (
            "/paymentEntitiesLogos",
            json!([{"url": "https://net.example/b.png", "label": "B"},
                                         {"url": "https://net.example/a.png", "label": "A"}]),
        ),
        ("/total", json!(null)),
        ("/instrument", json!([])),
    ] {
        let mut changed = shown();
        *changed.pointer_mut(pointer).unwrap() = value;
        refused(scene.pay(&changed), "A10", Reason::PaymentMismatch);
    }
    for missing in ["topOrigin", "payeeName", "payeeOrigin", "total", "instrument"] {
        let mut changed = shown();
        changed.as_object_mut().unwrap().remove(missing);
        refused(scene.pay(&changed), "A10", Reason::PaymentMismatch);
    }
    refused(scene.pay(&json!("no object")), "A10", Reason::PaymentMismatch);
}

#[test]
fn one_name_of_the_rp_id_is_enough_and_none_is_not() {
    let mut scene = Scene::new();
    for (one, other) in [("rp", "rpId"), ("rpId", "rp")] {
        let mut changed = shown();
        changed.as_object_mut().unwrap().remove(one);
        assert!(scene.pay(&changed).is_ok(), "{other} alone");
    }
    let mut changed = shown();
    changed.as_object_mut().unwrap().retain(|name, _| name != "rp" && name != "rpId");
    refused(scene.pay(&changed), "A10", Reason::PaymentMismatch);
}

#[test]
fn a_payee_that_was_not_asked_for_refuses() {
    let mut scene = Scene::new();
    let unnamed = Payment::new(Amount::new("EUR", "12.50").unwrap(), Instrument::new("Card ****1234", CARD), SHOP)
        .payee_origin(SHOP);
    let mut changed = shown();
    changed.as_object_mut().unwrap().remove("paymentEntitiesLogos");
    changed["instrument"].as_object_mut().unwrap().remove("details");
    refused(scene.pay_for(unnamed.clone(), "payment.get", SHOP, &changed), "A10", Reason::PaymentMismatch);
    changed.as_object_mut().unwrap().remove("payeeName");
    assert!(scene.pay_for(unnamed, "payment.get", SHOP, &changed).is_ok());
}

#[test]
fn an_icon_may_be_missing_only_where_the_request_says_so() {
    let mut scene = Scene::new();
    let total = Amount::new("EUR", "12.50").unwrap();
    let lenient = Payment::new(total, Instrument::new("Card", CARD).icon_may_be_missing(), SHOP).payee_origin(SHOP);
    let mut shown = json!({
        "rpId": "example.com", "topOrigin": SHOP, "payeeOrigin": SHOP,
        "total": {"currency": "EUR", "value": "12.50"},
        "instrument": {"displayName": "Card", "icon": "", "iconMustBeShown": false},
    });
    assert!(scene.pay_for(lenient.clone(), "payment.get", SHOP, &shown).is_ok());
    shown["instrument"]["icon"] = json!("https://evil.example/x.png");
    refused(scene.pay_for(lenient, "payment.get", SHOP, &shown), "A10", Reason::PaymentMismatch);
}

#[test]
fn the_page_is_the_one_that_the_payment_was_begun_for() {
    let mut scene = Scene::new();
    refused(scene.pay_for(payment(), "payment.get", fixture::ORIGIN, &shown()), "A12", Reason::OriginNotAllowed);
    refused(
        scene.pay_for(payment(), "payment.get", "https://shop.example.evil", &shown()),
        "A12",
        Reason::OriginNotAllowed,
    );
}

/// A payment whose client data also say this about the page around the shop's.
fn around(payment: Payment, cross_origin: bool, top_origin: Option<&str>) -> Result<PaymentConfirmation, Error> {
    let mut scene = Scene::new();
    let mut shown = shown();
    shown["topOrigin"] = json!(top_origin.unwrap_or(SHOP));
    let (options, state) = scene.begin(payment);
    let mut edit = |stage: Stage<'_>| {
        if let Stage::ClientData(data) = stage {
            data.set("type", "payment.get");
            data.set("origin", SHOP);
            data.set("crossOrigin", cross_origin);
            if let Some(top) = top_origin {
                data.set("topOrigin", top);
            }
            data.set("payment", shown.clone());
        }
    };
    let response = scene.answer_edited(&options, &mut edit);
    scene.fixture.ceremony.finish_payment(state, &response, Some(&scene.record), LATER)
}

#[test]
fn the_page_around_is_the_one_that_the_payment_was_begun_for() {
    const MARKET: &str = "https://market.example";
    let framed = || payment().top_origin(MARKET);
    assert!(around(framed(), true, Some(MARKET)).is_ok());
    assert!(around(payment(), false, None).is_ok());
    refused(around(framed(), true, Some("https://evil.example")), "A12", Reason::TopOriginNotAllowed);
    refused(around(payment(), true, None), "A12", Reason::CrossOriginNotAllowed);
    refused(around(payment(), true, Some(SHOP)), "A12", Reason::CrossOriginNotAllowed);
}

#[test]
fn a_sign_in_is_no_payment_and_a_payment_no_sign_in() {
    let mut scene = Scene::new();
    refused(scene.pay_for(payment(), "webauthn.get", SHOP, &shown()), "A10", Reason::TypeMismatch);

    let (options, _) = scene.begin(payment());
    let response = scene.answer(&options, "payment.get", fixture::ORIGIN, &shown());
    let request = AuthenticationRequest::for_user(scene.record.user_handle.clone());
    let (_, state) = scene.fixture.ceremony.begin_authentication(request, Challenge::new([7; 32]), NOW).unwrap();
    let finished = scene.fixture.ceremony.finish_authentication(state, &response, Some(&scene.record), LATER);
    refused(finished, "A10", Reason::TypeMismatch);

    let (_, state) = scene.begin(payment());
    assert!(matches!(AuthenticationState::from_bytes(&state.into_bytes()), Err(Misuse::StateBytes)));
    let request = AuthenticationRequest::discoverable();
    let (_, state) = scene.fixture.ceremony.begin_authentication(request, Challenge::new([7; 32]), NOW).unwrap();
    assert!(PaymentState::from_bytes(&state.into_bytes()).is_err());
}

#[test]
fn what_a_sign_in_checks_a_payment_checks_too() {
    let mut scene = Scene::new();
    let (options, state) = scene.begin(payment());
    let response = scene.answer(&options, "payment.get", SHOP, &shown());
    let unknown = scene.fixture.ceremony.finish_payment(state, &response, None, LATER);
    assert!(matches!(unknown, Err(Error::UnknownCredential)), "{unknown:?}");

    // The counter was used by the payment that was not stored.
    let mut clone = scene.record.clone();
    clone.sign_count = 1000;
    let (options, state) = scene.begin(payment());
    let response = scene.answer(&options, "payment.get", SHOP, &shown());
    let finished = scene.fixture.ceremony.finish_payment(state, &response, Some(&clone), LATER);
    refused(finished, "A22", Reason::SignCountRegressed);

    let (_, state) = scene.begin(payment());
    let expires_at = state.expires_at();
    let expired = scene.fixture.ceremony.finish_payment(state, &response, Some(&scene.record), expires_at);
    assert!(matches!(expired, Err(Error::Expired)), "{expired:?}");
}

#[test]
fn a_payment_needs_a_credential_and_a_payee() {
    let scene = Scene::new();
    let user = scene.record.user_handle.clone();
    let begin = |request| scene.fixture.ceremony.begin_payment(request, Challenge::new([7; 32]), NOW).map(drop);
    assert_eq!(begin(PaymentRequest::new(user.clone(), [], payment())), Err(Misuse::Payment.into()));
    let nameless = Payment::new(Amount::new("EUR", "1").unwrap(), Instrument::new("Card", CARD), SHOP);
    assert_eq!(begin(PaymentRequest::new(user, listed(&scene.record), nameless)), Err(Misuse::Payment.into()));
}

#[test]
fn damaged_state_bytes_are_refused() {
    let (_, state) = Scene::new().begin(payment());
    let bytes = state.into_bytes();
    for len in 0..bytes.len() {
        assert!(PaymentState::from_bytes(&bytes[..len]).is_err(), "{len}");
    }
    assert!(PaymentState::from_bytes(&[bytes.as_slice(), &[0]].concat()).is_err());
}

/// A browser-bound key: named in the client data, and its signature over them in the extension's output.
fn bound(scene: &mut Scene, change: impl Fn(&mut Vec<u8>)) -> Result<PaymentConfirmation, Error> {
    let key = p256::ecdsa::SigningKey::from_slice(&[0x42; 32]).unwrap();
    let point = key.verifying_key().to_sec1_point(false);
    let (x, y) = (point.x().unwrap(), point.y().unwrap());
    let head = [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
    let cose = [&head[..], x, &[0x22, 0x58, 0x20], y].concat();
    let mut shown = shown();
    shown["browserBoundPublicKey"] = json!(base64url::encode(&cose));

    let (options, state) = scene.begin(payment());
    let mut signature = Vec::new();
    let mut edit = |stage: Stage<'_>| match stage {
        Stage::ClientData(data) => {
            data.set("type", "payment.get");
            data.set("origin", SHOP);
            data.set("payment", shown.clone());
        }
        Stage::SentClientDataJson(text) => {
            use p256::ecdsa::signature::Signer;
            let signed: p256::ecdsa::Signature = key.sign(text);
            signature = signed.to_der().as_bytes().to_vec();
            change(&mut signature);
        }
        Stage::Response(response) if !signature.is_empty() => {
            let bound = json!({"browserBoundSignature": {"signature": base64url::encode(&signature)}});
            response["clientExtensionResults"]["payment"] = bound;
        }
        _ => {}
    };
    let response = scene.answer_edited(&options, &mut edit);
    scene.fixture.ceremony.finish_payment(state, &response, Some(&scene.record), LATER)
}

#[test]
fn a_browser_bound_key_signs_the_client_data() {
    let mut scene = Scene::new();
    let confirmed = bound(&mut scene, |_| {}).unwrap();
    assert_eq!(confirmed.browser_bound_key().unwrap().algorithm(), ceremony::Algorithm::Es256);
    assert_eq!(confirmed.observations().count(), 0, "the output was asked for");
    let flip = |signature: &mut Vec<u8>| *signature.last_mut().unwrap() ^= 1;
    refused(bound(&mut scene, flip), "A23", Reason::BrowserBoundSignature);
    refused(bound(&mut scene, Vec::clear), "A23", Reason::BrowserBoundSignature);
}

#[test]
fn a_browser_bound_key_that_the_verifier_has_no_use_for_is_refused() {
    #[derive(Debug)]
    struct NoKeys;
    impl SignatureVerifier for NoKeys {
        fn supports(&self, _: SignatureScheme) -> bool {
            true
        }

        fn check_key(&self, _: SignatureScheme, _: KeyMaterial<'_>) -> Result<(), KeyFault> {
            Err(KeyFault::InvalidPoint)
        }

        fn verify(
            &self,
            _: SignatureScheme,
            _: KeyMaterial<'_>,
            _: &[&[u8]],
            _: &[u8],
        ) -> Result<(), SignatureInvalid> {
            Ok(())
        }
    }
    let mut scene = Scene::new();
    let rp = scene.fixture.ceremony.relying_party().clone();
    scene.fixture.ceremony = Ceremony::with_verifier(rp, Arc::new(NoKeys)).unwrap();
    refused(bound(&mut scene, |_| {}), "A23", Reason::BrowserBoundSignature);
}

#[test]
fn credentials_for_payments_are_registered_as_such() {
    let fixture = Fixture::new();
    let request = RegistrationRequest::passkey(fixture::ada()).payment();
    let (options, _) = fixture.ceremony.begin_registration(request, Challenge::new([7; 32]), NOW).unwrap();
    assert_eq!(serde_json::to_value(&options).unwrap()["extensions"]["payment"], json!({"isPayment": true}));
}

#[test]
fn honest_sign_ins_still_work_beside() {
    let mut scene = Scene::new();
    let record = scene.record.clone();
    assert!(scene.fixture.authenticate(AuthenticationRequest::discoverable(), Some(&record), How::Honest).is_ok());
}

#[test]
fn a_payment_shows_how_long_it_lasts_and_whether_its_user_was_verified() {
    let mut scene = Scene::new();
    let (options, state) = scene.begin(payment());
    assert_eq!(options.timeout(), Duration::from_secs(300));
    let debug = format!("{state:?}");
    assert!(debug.contains("PaymentState {") && !debug.contains("12.50"), "{debug}");
    let answer = scene.answer(&options, "payment.get", SHOP, &shown());
    let done = scene.fixture.ceremony.finish_payment(state, &answer, Some(&scene.record), LATER).unwrap();
    assert!(done.uv_flag());
}

#[test]
fn the_challenge_is_the_one_that_the_payment_was_begun_with() {
    let mut scene = Scene::new();
    let (options, state) = scene.begin(payment());
    let (shown, other) = (shown(), base64url::encode(&[8; 32]));
    let answer = scene.answer_edited(&options, &mut |stage| {
        if let Stage::ClientData(data) = stage {
            data.set("type", "payment.get");
            data.set("origin", SHOP);
            data.set("payment", shown.clone());
            data.set("challenge", other.clone());
        }
    });
    let done = scene.fixture.ceremony.finish_payment(state, &answer, Some(&scene.record), LATER);
    refused(done, "A11", Reason::ChallengeMismatch);
}

#[test]
fn state_bytes_of_a_payment_that_no_browser_takes_are_refused() {
    let (_, state) = Scene::new().begin(payment());
    let bytes = state.into_bytes();
    let places: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(SHOP.as_bytes())).collect();
    assert!(!places.is_empty());
    for at in places {
        let mut changed = bytes.clone();
        changed[at] = b'x';
        assert!(PaymentState::from_bytes(&changed).is_err(), "{at}");
    }
}
