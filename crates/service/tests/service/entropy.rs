//! What is drawn at random, and when nothing is.

use crate::world::{BROWSER, World, account, code, id, named};
use ceremony::Misuse;
use ceremony_service::memory::{MemoryCeremonies, MemorySignUps};
use ceremony_service::store::UserHandles;
use ceremony_service::{
    BuildError, Entropy, EntropyError, MAX_APP_CONTEXT, NewAccount, OsEntropy, Passkeys, PasskeysBuilder,
    RegisterOptions, ServiceError, Subject, UsernameFirst,
};
use ceremony_testkit::Authenticator;
use std::error::Error;
use std::sync::{Arc, Mutex};

/// Notes how much is drawn.
#[derive(Debug, Default)]
struct Draws(Mutex<Vec<usize>>);

impl Draws {
    /// The lengths that were drawn since the last call.
    fn taken(&self) -> Vec<usize> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl Entropy for Draws {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        self.0.lock().unwrap().push(bytes.len());
        OsEntropy.fill(bytes)
    }
}

/// A generator that is not there.
#[derive(Debug)]
struct Missing;

impl Entropy for Missing {
    fn fill(&self, _: &mut [u8]) -> Result<(), EntropyError> {
        Err(EntropyError::new("no device"))
    }
}

fn builder(world: &World) -> PasskeysBuilder {
    Passkeys::builder(world.service.ceremony().clone())
        .credentials(world.credentials.clone())
        .users(world.users.clone())
        .ceremonies(Arc::new(MemoryCeremonies::default()))
}

/// A key that was not drawn would be the same everywhere, and anybody could tell what is made up.
#[test]
fn the_key_of_what_is_made_up_is_drawn_or_given() {
    let world = World::new();
    let draws = Arc::new(Draws::default());
    builder(&world).entropy(draws.clone()).build().unwrap();
    assert_eq!(draws.taken(), [32]);
    let error = builder(&world).entropy(Arc::new(Missing)).build().unwrap_err();
    assert!(matches!(error, BuildError::Entropy(_)), "{error:?}");
    assert!(error.source().is_some_and(|cause| cause.is::<EntropyError>()), "{error:?}");

    // One that is given is as good, and has to be the same after a restart.
    let given = || builder(&world).username_first(UsernameFirst::Listed { decoy_key: [3; 32] });
    given().entropy(draws.clone()).build().unwrap();
    assert!(draws.taken().is_empty());
    assert!(given().entropy(Arc::new(Missing)).build().is_ok());
}

#[tokio::test]
async fn a_context_that_is_too_long_is_refused_before_anything_is_drawn_or_written() {
    let draws = Arc::new(Draws::default());
    let world = World::with(|rp| rp, |service| service.entropy(draws.clone()).sign_ups(Arc::new(MemorySignUps::new())));
    world.register(&mut Authenticator::new("1"), "ada").await;
    draws.taken();
    // Each of them draws a challenge where the context fits.
    for (len, refused) in [(MAX_APP_CONTEXT, false), (MAX_APP_CONTEXT + 1, true)] {
        let (service, context) = (&world.service, vec![1; len]);
        let options = RegisterOptions::default().context(context.clone());
        let sign_up = NewAccount { name: "eve".to_owned(), display_name: String::new(), context: context.clone() };
        let user = if refused { "bob" } else { "ada" };
        let results = [
            service.begin_registration(&account(user), options, BROWSER).await.map(|_| ()),
            service.begin_authentication(Subject::Anybody, &context, BROWSER).await.map(|_| ()),
            service.begin_authentication(named("ada"), &context, BROWSER).await.map(|_| ()),
            service.begin_step_up(&id("ada"), &context, BROWSER).await.map(|_| ()),
            service.sign_ups().unwrap().begin(sign_up, BROWSER).await.map(|_| ()),
        ];
        for (at, result) in results.into_iter().enumerate() {
            let too_long = matches!(result, Err(ServiceError::Misuse(Misuse::ContextTooLong)));
            assert_eq!(too_long, refused, "call {at} with {len} bytes: {}", code(result));
        }
        assert_eq!(draws.taken(), if refused { vec![] } else { vec![32; 5] });
    }
    // What is asked for wrongly leaves no user handle behind.
    assert_eq!(world.users.find(&world.service.realm().tenant, &id("bob")).await.unwrap(), None);
    // The program's mistake comes before what the user has.
    let refused = world.service.begin_step_up(&id("bob"), &[1; MAX_APP_CONTEXT + 1], BROWSER).await;
    assert_eq!(code(refused), "misuse");
}
