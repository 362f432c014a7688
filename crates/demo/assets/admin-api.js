// The administrators' routes, and what their answers are called in plain words.
import { get, post } from './api.js';

const PAGE = 25;

function query(path, parameters) {
  const filled = Object.entries(parameters).filter(([, value]) => value);
  return `${path}?${new URLSearchParams(filled)}`;
}

export const users = (after) => get(query('/admin/users', { after, limit: PAGE }));
export const audit = (user, after) => get(query('/admin/audit', { user, after, limit: PAGE }));

const of = (user, ...rest) => ['/admin/users', encodeURIComponent(user), 'passkeys', ...rest.map(encodeURIComponent)].join('/');

export const passkeysOf = (user) => get(of(user));
export const suspend = (user, passkey) => post(of(user, passkey, 'suspend'));
export const reactivate = (user, passkey) => post(of(user, passkey, 'reactivate'));

const KINDS = {
  account_created: 'Account created',
  password_sign_in: 'Signed in with a password',
  password_sign_in_failed: 'Wrong password',
  password_set: 'Password set',
  signed_out_everywhere: 'Signed out everywhere',
  suspended_by_administrator: 'Passkey suspended by an administrator',
  reactivated_by_administrator: 'Passkey reactivated by an administrator',
  events_dropped: 'Some events were not recorded',
  registration_began: 'Began to add a passkey',
  registration_succeeded: 'Passkey added',
  registration_failed: 'New passkey refused',
  signed_up: 'Signed up with a passkey',
  sign_up_abandoned: 'Unfinished sign-ups cleared away',
  authentication_began: 'Began to sign in',
  authentication_succeeded: 'Signed in with a passkey',
  authentication_failed: 'Passkey sign-in refused',
  ceremony_unusable: 'Passkey request not recognised',
  ceremony_expired: 'Passkey request came too late',
  ceremony_replayed: 'Passkey request came twice',
  clone_suspected: 'There may be a copy of this passkey',
  credential_suspended: 'Passkey suspended',
  credential_reactivated: 'Passkey reactivated',
  credential_renamed: 'Passkey renamed',
  credential_revoked: 'Passkey removed',
  credential_erased: 'Passkey erased',
  all_revoked: 'All passkeys removed',
  user_erased: 'Account’s passkey data erased',
  user_exported: 'Account’s passkey data exported',
  outcome_unknown: 'A change that may have been made',
  cleaned_up: 'Old records cleared away',
};

const WORRYING = new Set([
  'password_sign_in_failed',
  'registration_failed',
  'authentication_failed',
  'ceremony_unusable',
  'ceremony_expired',
  'ceremony_replayed',
  'clone_suspected',
  'credential_suspended',
  'suspended_by_administrator',
  'events_dropped',
]);

/** What happened; a kind that this page does not know, by its own name. */
export function nameOfKind(kind) {
  const words = kind.replaceAll('_', ' ');
  return Object.hasOwn(KINDS, kind) ? KINDS[kind] : words.charAt(0).toUpperCase() + words.slice(1);
}

export const isWorrying = (kind) => WORRYING.has(kind);
