// Who is signed in, as far as the page knows, and what it notes down when that changes.
import { remember, setOpenedWith } from './device.js';
import { accept, forgetSession } from './token.js';

/** The account (`/auth/me`), its listed passkeys, and the server's set-up (`/auth/config`). */
export const state = { me: null, passkeys: [], config: null };

/** Passkeys that can sign in. */
export const active = () => state.passkeys.filter((passkey) => passkey.status === 'active');

/** Older servers do not say; accounts had passwords then. */
export const hasPassword = () => state.me?.has_password !== false;

/** Notes what the answer to a sign-in, a sign-up or a step-up tells: the token, and the passkey that was used. */
export function opened(answer) {
  accept(answer);
  const passkey = answer?.credential?.id ?? null;
  setOpenedWith(passkey);
  if (passkey) remember(true);
  return answer;
}

export function closed() {
  forgetSession();
  setOpenedWith(null);
  state.me = null;
  state.passkeys = [];
}
