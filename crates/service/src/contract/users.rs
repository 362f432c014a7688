//! The rules of [`UserHandles`].

use super::fixtures::{World, later, random, tenant, user_handle};
use super::ok;
use super::race::{RACERS, Racer};
use crate::store::{UserHandles, UserId};
use ceremony::{Tenant, UserHandle};
use std::collections::HashSet;
use std::sync::Arc;

pub(super) async fn run(store: Arc<dyn UserHandles>, racer: &Racer<'_>) {
    creates_once(&*store).await;
    creates_once_in_a_race(&store, racer).await;
    imports(&*store).await;
    imports_in_a_race(&store, racer).await;
    forgets(&*store).await;
}

fn user(id: &str) -> UserId {
    UserId::new(id).expect("the suite's ids are user ids")
}

async fn create(store: &dyn UserHandles, tenant: &Tenant, user: &UserId) -> UserHandle {
    ok("get_or_create", store.get_or_create(tenant, user).await)
}

async fn find(store: &dyn UserHandles, tenant: &Tenant, user: &UserId) -> Option<UserHandle> {
    ok("find", store.find(tenant, user).await)
}

async fn resolve(store: &dyn UserHandles, tenant: &Tenant, handle: &UserHandle) -> Option<UserId> {
    ok("resolve", store.resolve(tenant, handle).await)
}

async fn creates_once(store: &dyn UserHandles) {
    let tenant = tenant();
    let longest = "ü".repeat(127);
    let mut handles = HashSet::new();
    for id in ["ada", "Ada", "ada ", "0", "00", "' OR 1=1 --", "🔑", &longest] {
        let user = user(id);
        assert_eq!(find(store, &tenant, &user).await, None, "find: makes nothing");
        let handle = create(store, &tenant, &user).await;
        assert_eq!(handle.as_bytes().len(), 64, "get_or_create: a handle has 64 bytes");
        assert_eq!(create(store, &tenant, &user).await, handle, "get_or_create: a handle is made once");
        assert_eq!(find(store, &tenant, &user).await, Some(handle.clone()), "find: finds the handle");
        assert_eq!(resolve(store, &tenant, &handle).await, Some(user), "resolve: finds the account");
        let id = id.as_bytes();
        let inside = handle.as_bytes().windows(id.len()).any(|window| id.len() > 2 && window == id);
        assert!(!inside, "get_or_create: a handle does not hold the account's id");
        assert!(handles.insert(handle), "get_or_create: no two accounts have one handle");
    }
    let (elsewhere, ada) = (super::fixtures::tenant(), user("ada"));
    let here = create(store, &tenant, &ada).await;
    assert_eq!(find(store, &elsewhere, &ada).await, None, "find: tenants don't see each other");
    assert_eq!(resolve(store, &elsewhere, &here).await, None, "resolve: tenants don't see each other");
    let there = create(store, &elsewhere, &ada).await;
    assert_ne!(there, here, "get_or_create: an account of two tenants has two handles");
    assert_eq!(resolve(store, &tenant, &user_handle()).await, None, "resolve: an unknown handle has no account");
}

async fn creates_once_in_a_race(store: &Arc<dyn UserHandles>, racer: &Racer<'_>) {
    for _ in 0..3 {
        let (tenant, ada) = (tenant(), user("ada"));
        let results = racer
            .race(|_| {
                let (store, tenant, ada) = (Arc::clone(store), tenant.clone(), ada.clone());
                async move { store.get_or_create(&tenant, &ada).await }
            })
            .await;
        let handles: HashSet<UserHandle> =
            results.into_iter().map(|result| ok("get_or_create in a race", result)).collect();
        assert_eq!(handles.len(), 1, "get_or_create: {RACERS} first calls at once agree on one handle");
        let handle = find(&**store, &tenant, &ada).await;
        assert_eq!(handle.as_ref(), handles.iter().next(), "get_or_create: what was agreed on is stored");
    }
}

async fn imports(store: &dyn UserHandles) {
    let tenant = tenant();
    let import = async |user: &UserId, handle: &UserHandle| ok("import", store.import(&tenant, user, handle).await);
    let short = UserHandle::new([0]).expect("one byte is a user handle");
    let long = user_handle();
    let (ada, bob, eve) = (user("ada"), user("bob"), user("eve"));
    assert!(import(&ada, &short).await, "import: a handle of one byte is kept");
    assert!(import(&bob, &long).await, "import: a handle of 64 bytes is kept");
    assert_eq!(create(store, &tenant, &ada).await, short, "get_or_create: an imported handle is the account's");
    assert_eq!(resolve(store, &tenant, &short).await, Some(ada.clone()), "resolve: finds an imported handle");
    assert!(!import(&ada, &user_handle()).await, "import: an account that has a handle gets no other");
    assert!(!import(&ada, &short).await, "import: a second import of the same changes nothing and says so");
    assert!(!import(&eve, &long).await, "import: a handle that is taken is refused");
    assert_eq!(find(store, &tenant, &ada).await, Some(short.clone()), "import: a refused import changes nothing");
    assert_eq!(find(store, &tenant, &eve).await, None, "import: a refused import writes nothing");
    assert_eq!(resolve(store, &tenant, &long).await, Some(bob), "import: a refused import changes nothing");
    let elsewhere = super::fixtures::tenant();
    let there = ok("import", store.import(&elsewhere, &eve, &short).await);
    assert!(there, "import: a handle may be taken at another tenant");
    let longer = UserHandle::new([0, 0]).expect("two bytes are a user handle");
    assert_eq!(resolve(store, &tenant, &longer).await, None, "resolve: handles are compared as bytes");
}

async fn imports_in_a_race(store: &Arc<dyn UserHandles>, racer: &Racer<'_>) {
    let (tenant, handle) = (tenant(), user_handle());
    let results = racer
        .race(|number| {
            let (store, tenant, handle) = (Arc::clone(store), tenant.clone(), handle.clone());
            async move {
                let user = user(&number.to_string());
                ok("import in a race", store.import(&tenant, &user, &handle).await).then_some(user)
            }
        })
        .await;
    let won: Vec<UserId> = results.into_iter().flatten().collect();
    assert_eq!(won.len(), 1, "import: of {RACERS} imports of one handle at once exactly one is kept");
    let owner = resolve(&**store, &tenant, &handle).await;
    assert_eq!(owner.as_ref(), won.first(), "import: the handle is the winner's");
}

async fn forgets(store: &dyn UserHandles) {
    let (tenant, elsewhere) = (tenant(), super::fixtures::tenant());
    let (ada, bob) = (user("ada"), user("bob"));
    let handle = create(store, &tenant, &ada).await;
    let other = create(store, &tenant, &bob).await;
    let forget = async |tenant: &Tenant, user: &UserId| ok("forget", store.forget(tenant, user).await);
    assert!(!forget(&elsewhere, &ada).await, "forget: tenants don't see each other");
    assert_eq!(
        find(store, &tenant, &ada).await,
        Some(handle.clone()),
        "forget: where nothing is found nothing changes"
    );
    assert!(forget(&tenant, &ada).await, "forget: an account's handle is forgotten");
    assert!(!forget(&tenant, &ada).await, "forget: an account without a handle has none to forget");
    assert_eq!(find(store, &tenant, &ada).await, None, "forget: the handle is gone");
    assert_eq!(resolve(store, &tenant, &handle).await, None, "forget: the handle leads nowhere");
    assert_eq!(find(store, &tenant, &bob).await, Some(other), "forget: leaves other accounts alone");
    assert_ne!(create(store, &tenant, &ada).await, handle, "get_or_create: a forgotten handle is not made again");
}

pub(super) async fn outlives(world: &World, users: &dyn UserHandles) {
    let tenant = &world.realm.tenant;
    let ada = user(&crate::base64url::encode(&random::<16>()));
    let handle = create(users, tenant, &ada).await;
    world.given(&handle).await;
    ok("erase_user", world.store.erase_user(&world.realm, &handle, later(300)).await);
    assert_eq!(find(users, tenant, &ada).await, Some(handle.clone()), "a handle stays when the last credential goes");
    assert_eq!(resolve(users, tenant, &handle).await, Some(ada), "a handle stays when the last credential goes");
}
