//! One case: a service, many calls, and what is held afterwards.

use super::{FLOOD, heap};
use ceremony::{AuthenticationResponse, Ceremony, RelyingParty};
use ceremony_service::memory::{MemoryCeremonies, MemoryCredentials, MemorySpendList, MemoryUsers};
use ceremony_service::sealed::{KeyRing, SealedCeremonies, SealingKey};
use ceremony_service::store::{CeremonyStore, StoreError, UserId};
use ceremony_service::{Account, Passkeys, RegisterOptions, ServiceError, Subject};
use ceremony_testkit::{Authenticator, Client};
use clap::ValueEnum;
use std::error::Error;
use std::sync::Arc;

const ORIGIN: &str = "https://example.com";

/// As the routes do it: each begin is bound to a browser.
const BROWSER: Option<[u8; 32]> = Some([7; 32]);

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Case {
    SignIns,
    Registrations,
    Sealed,
    Spent,
    Flood,
    SealedFlood,
    SpentFlood,
}

pub(crate) const CASES: [Case; 7] =
    [Case::SignIns, Case::Registrations, Case::Sealed, Case::Spent, Case::Flood, Case::SealedFlood, Case::SpentFlood];

impl Case {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::SignIns => "sign-ins",
            Self::Registrations => "registrations",
            Self::Sealed => "sealed",
            Self::Spent => "spent",
            Self::Flood => "flood",
            Self::SealedFlood => "sealed-flood",
            Self::SpentFlood => "spent-flood",
        }
    }

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::SignIns => "sign-ins pending in memory",
            Self::Registrations => "registrations pending in memory",
            Self::Sealed => "sign-ins pending, sealed",
            Self::Spent => "sign-ins sealed, and their ids spent in memory",
            Self::Flood => "ten times as many begins as the store in memory may hold",
            Self::SealedFlood => "as many, sealed",
            Self::SpentFlood => "ten times as many finishes as the spend list may hold",
        }
    }

    const fn is_sealed(self) -> bool {
        matches!(self, Self::Sealed | Self::Spent | Self::SealedFlood | Self::SpentFlood)
    }

    const fn is_flood(self) -> bool {
        matches!(self, Self::Flood | Self::SealedFlood | Self::SpentFlood)
    }
}

/// Runs the calls. The cells of the table's row after the first.
pub(crate) async fn measure(case: Case, ceremonies: u32) -> Result<String, Box<dyn Error>> {
    let service = service(case.is_sealed(), usize::try_from(ceremonies)?)?;
    let calls = if case.is_flood() { ceremonies.saturating_mul(FLOOD) } else { ceremonies };
    let mut caller = Caller::new(service).await?;
    let before = (heap::resident()?, heap::allocated());
    let mut refused = 0_u32;
    let mut late = before.0;
    for number in 0..calls {
        if number == calls - calls / 10 {
            late = heap::resident()?;
        }
        if !caller.call(case).await? {
            refused += 1;
        }
    }
    let after = (heap::resident()?, heap::allocated());
    let each = |bytes: i64| {
        if case.is_flood() {
            format!("{bytes} in all")
        } else {
            format!("{} each", bytes / i64::from(ceremonies.max(1)))
        }
    };
    let resident = each(after.0 - before.0);
    let heap = before.1.zip(after.1).map_or_else(|| "-".to_owned(), |(before, after)| each(after - before));
    Ok(format!("{calls} | {refused} | {resident} | {heap} | {}", after.0 - late))
}

fn service(is_sealed: bool, max_entries: usize) -> Result<Passkeys, Box<dyn Error>> {
    let relying_party = RelyingParty::builder("example.com", "Example").origin(ORIGIN).build()?;
    let ceremonies: Arc<dyn CeremonyStore> = if is_sealed {
        let spent = Arc::new(MemorySpendList::new(max_entries));
        Arc::new(SealedCeremonies::new(KeyRing::new(SealingKey::random()?), spent))
    } else {
        Arc::new(MemoryCeremonies::new(max_entries))
    };
    let builder = Passkeys::builder(Ceremony::new(relying_party))
        .credentials(Arc::new(MemoryCredentials::new()))
        .users(Arc::new(MemoryUsers::new()))
        .ceremonies(ceremonies);
    Ok(builder.build()?)
}

/// A stranger who begins, and answers every challenge with an answer to another.
struct Caller {
    service: Passkeys,
    account: Account,
    answer: AuthenticationResponse,
}

impl Caller {
    async fn new(service: Passkeys) -> Result<Self, Box<dyn Error>> {
        let id = UserId::new("ada").ok_or("an account's id")?;
        let account = Account { id, name: String::from("ada@mail.example"), display_name: String::from("Ada") };
        // A passkey of another installation: its answers have the right form, and are nobody's here.
        let elsewhere = self::service(true, 1)?;
        let mut authenticator = Authenticator::new("elsewhere");
        let begun = elsewhere.begin_registration(&account, RegisterOptions::default(), BROWSER).await?;
        authenticator.register(&serde_json::to_value(&begun.options)?, &Client::new(ORIGIN))?;
        let begun = elsewhere.begin_authentication(Subject::Anybody, b"", BROWSER).await?;
        let options = serde_json::to_value(&begun.options)?;
        let answer = authenticator.authenticate_json(&options, &Client::new(ORIGIN))?;
        let answer = AuthenticationResponse::from_json(&answer)?;
        Ok(Self { service, account, answer })
    }

    /// False if the store was full.
    async fn call(&mut self, case: Case) -> Result<bool, Box<dyn Error>> {
        if case == Case::Registrations {
            let begun = self.service.begin_registration(&self.account, RegisterOptions::default(), BROWSER).await;
            return kept(begun);
        }
        let begun = self.service.begin_authentication(Subject::Anybody, b"", BROWSER).await;
        if !matches!(case, Case::Spent | Case::SpentFlood) {
            return kept(begun);
        }
        match self.service.finish_authentication(None, &begun?.handle, BROWSER, &self.answer).await {
            Ok(_) => Err("somebody else's answer was accepted".into()),
            Err(ServiceError::Store(error)) => kept::<()>(Err(error.into())),
            Err(_) => Ok(true),
        }
    }
}

fn kept<T>(result: Result<T, ServiceError>) -> Result<bool, Box<dyn Error>> {
    match result {
        Ok(_) => Ok(true),
        Err(ServiceError::Store(StoreError::Full)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
