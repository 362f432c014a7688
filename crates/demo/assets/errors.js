// What a person is told when something fails: what happened, and what to do next.
import { duration } from './time.js';

/** By the browser's side of a ceremony. */
const BY_REASON = {
  duplicate: 'This device already has a passkey for your account. Sign in with it, or add one on another device.',
  misconfigured: 'The browser refused, because the address of this page does not match the site’s passkey settings. Open the page by its proper name.',
  unsupported: 'This browser cannot use passkeys here. Use your password, or try another browser.',
  failed: 'That did not work. Check your connection and try again.',
};

/** By the server's code: those of the passkey routes, then the demo's own. */
const BY_CODE = {
  ceremony_unusable: 'That took too long. Please try again.',
  authentication_failed: 'That passkey did not work here. Try another one, or use your password.',
  unknown_credential: 'This site does not know that passkey; it may have been removed. Try another one, or use your password.',
  sign_in_refused: 'This account cannot sign in at the moment. Ask whoever runs this site.',
  cross_site: 'The request seemed to come from another site and was refused. Open this page by its proper address and try again.',
  step_up_required: 'Please confirm that it is you, then try again.',
  not_signed_in: 'You are signed out. Please sign in again.',
  registration_failed: 'The passkey could not be added. Try again, or choose another place to keep it.',
  credential_exists: 'That passkey is already on your list. Choose another device or password manager.',
  limit_reached: 'You have as many passkeys as an account can hold. Remove one first.',
  removal_refused: 'This passkey is your only way to sign in. Add another one or set a password, then remove it.',
  not_found: 'That is no longer there. Reload the page to see what is.',
  unavailable: 'The server is not available right now. Please try again in a moment.',
  login_failed: 'E-mail or password is wrong. Check both and try again.',
  passkey_removed: 'This passkey was removed for good, so it cannot be changed. Reload the page to see the list as it is.',
  email_taken: 'There is already an account with this e-mail. Sign in instead, or use another address.',
  not_an_administrator: 'Only administrators can do that. Sign in with an administrator’s account.',
};

const UNKNOWN = 'Something went wrong. Please try again.';

function sentence(text) {
  if (!text) return UNKNOWN;
  const upper = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(upper) ? upper : `${upper}.`;
}

function tooMany({ retryAfter }) {
  return retryAfter
    ? `Too many attempts. Please wait ${duration(retryAfter)}, then try again.`
    : 'Too many attempts. Please wait a minute, then try again.';
}

/** A sentence or two for a PasskeyError; on localhost with the failed step, for developers. */
export function explain(error) {
  if (error.code === 'rate_limited' || error.status === 429) return tooMany(error);
  if (error.code === 'invalid_request') return sentence(error.message);
  const byStatus = error.status >= 500 ? BY_CODE.unavailable : undefined;
  const text = BY_CODE[error.code] ?? BY_REASON[error.reason] ?? byStatus ?? UNKNOWN;
  return error.hint ? `${text} (${[error.step, error.hint].filter(Boolean).join(': ')})` : text;
}
