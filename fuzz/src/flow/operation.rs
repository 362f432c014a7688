//! Bytes as operations: every operation has the same length, so that a fuzzer can take one out or put one in.

use super::answer::{Change, some_flags};
use super::game::{DEVICES, Game, Whom};
use super::model::{Call, For, SITES, Settings, USERS};
use super::plan::Fault;
use arbitrary::{Arbitrary, Unstructured};
use ceremony::{BackupEligibilityPolicy, BackupRequirement, SignCountPolicy};

/// The length of an operation, in bytes.
pub const OPERATION: usize = 12;

/// The length of a call among two at once.
const CALL: usize = 5;

/// Settings and operations.
#[derive(Arbitrary, Clone, Debug)]
pub struct Input {
    /// What the relying parties decide.
    pub settings: [u8; 4],
    /// What happens, in this order.
    pub operations: Vec<Operation>,
}

/// One operation: its kind, and what it is made with.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub struct Operation(pub [u8; OPERATION]);

impl Input {
    /// Takes the bytes of a fuzzer as they come; what is left over at the end is zero.
    #[must_use]
    pub fn read(data: &[u8]) -> Self {
        let mut data = Unstructured::new(data);
        let mut settings = [0; 4];
        let mut operations = Vec::new();
        // Can't fail: what is missing is zero.
        let _ = data.fill_buffer(&mut settings);
        while !data.is_empty() {
            let mut bytes = [0; OPERATION];
            let _ = data.fill_buffer(&mut bytes);
            operations.push(Operation(bytes));
        }
        Self { settings, operations }
    }

    pub(super) fn settings(&self) -> Settings {
        let [stores, counts, backups, credentials] = self.settings;
        Settings {
            sealed_registrations: stores % 4 == 2,
            sealed_authentications: stores % 4 >= 1,
            sign_count: [SignCountPolicy::Reject, SignCountPolicy::Report, SignCountPolicy::Suspend]
                [usize::from(counts) % 3],
            backup_eligibility: [
                BackupEligibilityPolicy::Report,
                BackupEligibilityPolicy::AllowUpgrade,
                BackupEligibilityPolicy::Enforce,
            ][usize::from(backups) % 3],
            backup_requirement: match backups / 3 % 16 {
                13 => BackupRequirement::DeviceBound,
                14 => BackupRequirement::Eligible,
                15 => BackupRequirement::BackedUp,
                _ => BackupRequirement::Any,
            },
            last_stays: credentials & 1 == 1,
            listed: credentials & 2 == 2,
            max_credentials: 4 - usize::from(credentials >> 2) % 4,
        }
    }
}

const NAMES: [&str; 5] = ["", "Phone", "  Key ", "a\u{7}b", LONG];
const LONG: &str = match core::str::from_utf8(&[b'x'; 257]) {
    Ok(text) => text,
    Err(_) => unreachable!(),
};

/// How far the clock goes, in milliseconds; the sign is the direction.
const JUMPS: [i64; 12] =
    [1, 9_000, 299_999, 300_000, 60_000, 3_599_999, 3_600_000, 3_900_000, -1, -30_000, -60_000, -600_000];

fn site(byte: u8) -> usize {
    usize::from(byte) % SITES.len()
}

fn user(byte: u8) -> usize {
    usize::from(byte) % USERS
}

fn device(byte: u8) -> usize {
    usize::from(byte) % DEVICES
}

/// 0 is an app without a browser.
fn browser(byte: u8) -> u8 {
    byte % 3
}

/// The newest first.
fn newest(byte: u8, length: usize) -> Option<usize> {
    length.checked_sub(1).map(|last| last - usize::from(byte) % length)
}

fn whom(byte: u8) -> Whom {
    match byte % 8 {
        0..=3 => Whom::Anybody,
        4..=6 => Whom::User(user(byte % 8 - 4)),
        _ => Whom::Nobody,
    }
}

impl Game {
    /// Plays one operation; false if nothing may come after it.
    pub(super) fn play(&mut self, operation: &Operation) -> bool {
        let [kind, a, b, c, d, e, f, g, h, ..] = operation.0;
        match kind % 32 {
            // Whole ceremonies.
            0..=3 => {
                self.begin_registration(site(a), user(b), browser(d), d & 0x40 != 0);
                self.answer_and_finish(c, 0, [e, f, g], h);
            }
            4..=9 => {
                self.begin_authentication(site(a), whom(b), browser(d));
                self.answer_and_finish(c, d / 8, [e, f, g], h);
            }
            10 => {
                self.begin_step_up(site(a), user(b), browser(d));
                self.answer_and_finish(c, d / 8, [e, f, g], h);
            }
            11 => {
                self.begin_sign_up(site(a), user(b), browser(d));
                self.answer_and_finish(c, 0, [e, f, g], h);
                if let Some(call) = self.task([14, 0, 0, 0, b]) {
                    self.call(&call);
                }
            }
            // Their parts.
            12 => self.begin_registration(site(a), user(b), browser(d), d & 0x40 != 0),
            13 => self.begin_sign_up(site(a), user(b), browser(d)),
            14 => self.begin_authentication(site(a), whom(b), browser(d)),
            15 => self.begin_step_up(site(a), user(b), browser(d)),
            16 | 17 => {
                if let Some(begun) = newest(a, self.model.begun.len()) {
                    let change = self.change([e, f, g]);
                    self.answer(begun, device(c), (d > 0).then_some(usize::from(d)), change);
                }
            }
            18..=21 => {
                let [_, task @ ..] = operation.0;
                if let Some(call) = self.task(first(&task)) {
                    self.call(&call);
                }
            }
            22 => {
                let [_, two @ ..] = operation.0;
                return self.two_at_once(&two);
            }
            // A sign-in, or two, at the moment of finishing.
            23 | 24 => {
                let [_, _, _, _, _, task @ ..] = operation.0;
                self.begin_authentication(site(a), whom(b), browser(d));
                self.answer_newest(c, d / 8, [0; 3]);
                if kind % 32 == 24 {
                    self.begin_authentication(site(a), whom(b), browser(d));
                    self.answer_newest(c, d / 8, [0; 3]);
                    return self.meet(self.task([0; CALL]), self.task([0, 1, 0, 0, 0]), e);
                }
                return self.meet(self.task([0; CALL]), self.task(first(&task)), task[CALL]);
            }
            25 => self.jump(a),
            26 => self.clones[device(a)] = self.devices[device(a)].clone(),
            27 => std::mem::swap(&mut self.clones[device(a)], &mut self.devices[device(a)]),
            28 | 29 => self.fault = Some(Fault { after: a % 12, done: b & 1 == 1 }),
            30 => {
                let device = &mut self.devices[device(a)];
                *device = match b % 4 {
                    0 => device.clone().backup_state(c & 1 == 1),
                    1 => device.clone().backup_eligible(c & 1 == 1),
                    2 => device.clone().discoverable(c & 1 == 1),
                    _ => {
                        use ceremony_testkit::UserHandle::{Always, Discoverable, Never, Usernameless};
                        let policy = [Discoverable, Usernameless, Always, Never][usize::from(c) % 4];
                        device.clone().user_handle(policy)
                    }
                };
            }
            _ => self.look(site(a), user(b)),
        }
        true
    }

    /// Has the newest ceremony answered; false if no browser would.
    fn answer_newest(&mut self, by: u8, pick: u8, change: [u8; 3]) -> bool {
        let (Some(begun), known) = (newest(0, self.model.begun.len()), self.answers.len()) else { return false };
        let change = self.change(change);
        let (by, pick) = match self.holder(begun, by) {
            Some((device, pick)) if by < 0xc0 => (device, Some(pick)),
            _ => (device(by), (pick > 0).then_some(usize::from(pick))),
        };
        self.answer(begun, by, pick, change);
        self.answers.len() > known
    }

    /// Answers the newest ceremony and finishes it with what came, perhaps after a while, perhaps twice.
    fn answer_and_finish(&mut self, by: u8, pick: u8, change: [u8; 3], then: u8) {
        if !self.answer_newest(by, pick, change) {
            return;
        }
        if then & 7 == 7 {
            self.jump(then >> 3);
        }
        let Some(call) = self.task([0; CALL]) else { return };
        self.call(&call);
        if then & 7 == 6 {
            self.jump(then >> 3);
            self.call(&call);
        }
    }

    fn jump(&mut self, number: u8) {
        let now = self.model.now;
        self.clock(now.saturating_add_signed(JUMPS[usize::from(number) % JUMPS.len()]));
    }

    /// A device and one of its credentials that may sign in, so that not most sign-ins fail.
    fn holder(&self, begun: usize, number: u8) -> Option<(usize, usize)> {
        let begun = &self.model.begun[begun];
        let owner = match &begun.purpose {
            For::SignIn { named } => named.as_ref().and_then(Option::as_ref),
            For::StepUp { owner } => Some(owner),
            For::Add { .. } | For::SignUp => return None,
        };
        let fits = |id: &[u8]| {
            let row = self.model.rows.get(&(begun.site, id.to_vec()));
            row.is_some_and(|row| owner.is_none_or(|owner| row.owner == *owner))
        };
        let held = self.devices.iter().enumerate().flat_map(|(device, it)| {
            it.credentials().iter().enumerate().map(move |(pick, credential)| (device, pick, credential))
        });
        let fitting: Vec<_> = held.filter(|(_, _, credential)| fits(credential.id())).collect();
        let at = newest(number, fitting.len())?;
        Some((fitting[at].0, fitting[at].1))
    }

    fn two_at_once(&mut self, bytes: &[u8; OPERATION - 1]) -> bool {
        self.meet(self.task(first(bytes)), self.task(first(&bytes[CALL..])), bytes[2 * CALL])
    }

    /// Makes two calls at once; false if nothing may come after it.
    fn meet(&mut self, a: Option<Call>, b: Option<Call>, schedule: u8) -> bool {
        let (Some(a), Some(b)) = (a, b) else { return true };
        if !may_meet(&a, &b) || !may_meet(&b, &a) {
            return true;
        }
        self.both(&a, &b, schedule);
        // A registration that an erasure met has left a tombstone or not, which nobody can tell.
        let meets =
            |a: &Call, b: &Call| matches!(a, Call::Erase { .. }) && matches!(b, Call::FinishRegistration { .. });
        !meets(&a, &b) && !meets(&b, &a)
    }

    fn change(&self, [kind, x, y]: [u8; 3]) -> Change {
        let at = usize::from(x);
        match kind % 16 {
            7 => Change::Flags(some_flags(x)),
            8 => Change::Count(match x {
                254 => u32::MAX - 1,
                255 => u32::MAX,
                small => u32::from(small % 16),
            }),
            9 => {
                let made_up = self.model.decoys.iter().map(|(_, id)| id);
                let ids: Vec<_> = self.model.rows.keys().map(|(_, id)| id).chain(made_up).collect();
                ids.get(at % ids.len().max(1)).map_or(Change::Honest, |id| Change::Id((*id).clone()))
            }
            10 => {
                let handles: Vec<_> = self.model.handles.values().collect();
                Change::Handle(handles.get(at % (handles.len() + 1)).map(|handle| (*handle).clone()))
            }
            11 => Change::Origin(SITES[site(x)].2.to_owned()),
            12 => Change::Conditional,
            13 => Change::Fault(x),
            14 => Change::Variation(x),
            15 => Change::Bit { part: x % 3, at: y, bit: x / 3 },
            _ => Change::Honest,
        }
    }

    /// A call; `None` if there is nothing to make it with.
    fn task(&self, [kind, a, b, c, d]: [u8; CALL]) -> Option<Call> {
        Some(match kind % 16 {
            0..=5 => return self.finish(a, b, c, d),
            6 | 7 | 11 => {
                let ((site, _), row) =
                    self.model.rows.iter().rev().nth(usize::from(a) % self.model.rows.len().max(1))?;
                let (site, id) = (if c & 1 == 1 { (site + 1) % SITES.len() } else { *site }, row.id?);
                let own = self.model.user_of(site, &row.owner).unwrap_or_default();
                let user = if d > 0 { user(d) } else { own };
                match kind % 16 {
                    6 => Call::Rename { site, user, id, name: NAMES[usize::from(b) % NAMES.len()] },
                    7 => Call::Revoke { site, user, id, keep_last: b & 1 == 1 },
                    _ => Call::EraseCredential { site, user, id },
                }
            }
            8 => Call::RevokeAll { site: site(a), user: user(b) },
            9 | 10 => {
                let (site, credential) =
                    self.model.rows.keys().rev().nth(usize::from(a) % self.model.rows.len().max(1))?;
                let site = if c & 1 == 1 { (site + 1) % SITES.len() } else { *site };
                let credential = credential.clone();
                if kind % 16 == 9 { Call::Suspend { site, credential } } else { Call::Reactivate { site, credential } }
            }
            12 => Call::Erase { site: site(a), user: user(b) },
            13 => Call::CleanUp { site: site(a) },
            _ => {
                let sign_ups = self.world.sign_ups.lock().unwrap();
                let open: Vec<_> =
                    sign_ups.iter().enumerate().filter_map(|(at, it)| it.as_ref().map(|it| (at, it))).collect();
                let (ticket, (site, sign_up)) = *open.get(newest(a, open.len())?)?;
                let (site, handle) = (*site, sign_up.user_handle().as_bytes().to_vec());
                if kind % 16 == 14 {
                    let credential = sign_up.credential().record.credential_id.as_bytes().to_vec();
                    Call::Complete { site, ticket, handle, credential, user: user(d) }
                } else {
                    Call::Abandon { site, ticket, handle }
                }
            }
        })
    }

    /// A finish: of the answer's own ceremony, by its own user, browser and site, unless the bytes say otherwise.
    fn finish(&self, a: u8, b: u8, c: u8, d: u8) -> Option<Call> {
        let answer = self.answers[newest(a, self.answers.len())?].clone();
        let begun = if b == 0 { answer.begun } else { newest(b - 1, self.model.begun.len())? };
        let of = &self.model.begun[begun];
        let browser = if c & 1 == 1 { (of.browser + 1) % 3 } else { of.browser };
        let site = (of.site + [0, 0, 1, 2][usize::from(c >> 1 & 3)]) % SITES.len();
        let user = if d > 0 { user(d) } else { of.user };
        let name = NAMES[if c & 0x40 == 0 { 1 } else { usize::from(c >> 4) % NAMES.len() }];
        Some(match (answer.registration, of.is_sign_up() != (c & 8 == 8)) {
            (true, false) => Call::FinishRegistration { site, begun, answer, user, browser, name },
            (true, true) => Call::FinishSignUp { site, begun, answer, browser, name },
            (false, _) => {
                let session = (c & 8 == 0).then_some(user);
                Call::FinishAuthentication { site, begun, answer, session, browser }
            }
        })
    }
}

fn first(bytes: &[u8]) -> [u8; CALL] {
    std::array::from_fn(|at| bytes[at])
}

/// Whether two calls at once are to be as one after the other. An erasure of an account or of a credential that meets the
/// end of its sign-up is not: the sign-up may be refused although it was complete, and nothing is left of it.
fn may_meet(a: &Call, b: &Call) -> bool {
    let ends = |call: &Call| matches!(call, Call::Complete { .. } | Call::Abandon { .. });
    let ticket = |call: &Call| match call {
        Call::Complete { ticket, .. } | Call::Abandon { ticket, .. } => Some(*ticket),
        _ => None,
    };
    let erases = matches!(a, Call::Erase { .. } | Call::EraseCredential { .. });
    !(erases && ends(b)) && (ticket(a).is_none() || ticket(a) != ticket(b))
}
