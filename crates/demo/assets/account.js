// The signed-in page: who it is, what the account is offered, and the ways out.
import { get, passkeys, post } from './api.js';
import { can, remember, unasked, usable } from './device.js';
import { ask } from './dialogs.js';
import { $, show } from './dom.js';
import { act, onSignedOut, say } from './messages.js';
import { drawPasskeys, refresh, setUpPasskeys } from './passkey-list.js';
import { drawPassword, setUpPassword } from './password.js';
import { closed, state } from './session.js';
import { onConfirmed } from './step-up.js';
import { ago } from './time.js';

let leave;

/** Shows the account, or fails with `not_signed_in`. */
export async function showAccount(message, { byPassword = false, offer = byPassword } = {}) {
  state.me = await get('/auth/me');
  $('whoami').textContent = state.me.email;
  $('avatar').textContent = state.me.email.charAt(0);
  show('admin-link', state.me.is_admin === true);
  drawMethod();
  drawPassword();
  drawPasskeys();
  show('offer-passkey', false);
  show('signed-out', false);
  show('signed-in', true);
  show('sign-out', true);
  document.body.dataset.view = 'signed-in';
  if (message) {
    $('account-title').focus();
    say(message, 'success');
  }
  await refresh();
  const none = offer && usable && state.passkeys.length === 0;
  if (byPassword && unasked) upgrade(none);
  else show('offer-passkey', none);
}

function drawMethod() {
  const how = state.me.authenticated_by === 'passkey' ? 'a passkey' : 'your password';
  $('auth-method').replaceChildren(`Signed in with ${how}, `, ago(state.me.authenticated_at));
}

/**
 * After a password sign-in the browser may add a passkey by itself, without a dialog, where its password manager has
 * just filled in the password. If it does not, nobody notices, and the page offers one.
 */
async function upgrade(offer) {
  const { id } = state.me;
  const same = () => state.me?.id === id;
  try {
    if (typeof passkeys.upgrade !== 'function' || !(await can('conditionalCreate'))) throw new Error('not here');
    const answer = await passkeys.upgrade();
    if (!answer?.credential) throw new Error('not here');
    if (!same()) return;
    remember(true);
    await refresh(answer.credential.id);
    say('Your browser added a passkey for this account. Next time you can sign in with it.', 'success');
  } catch {
    if (same()) show('offer-passkey', offer && state.passkeys.length === 0);
  }
}

function left(text) {
  closed();
  for (const id of ['passkey-list', 'whoami', 'auth-method']) $(id).replaceChildren();
  show('offer-passkey', false);
  leave();
  if (text) {
    $('welcome-title').focus();
    say(text);
  }
}

function signOut() {
  return act(
    async () => {
      await passkeys.abort();
      await post('/auth/logout');
      left('You are signed out.');
    },
    { pressed: $('sign-out') },
  );
}

async function signOutEverywhere() {
  if ((await ask($('everywhere-dialog'))) !== 'yes') return;
  await act(
    async () => {
      await passkeys.abort();
      await post('/auth/logout-everywhere');
      left('You are signed out on every device.');
    },
    { pressed: $('sign-out-everywhere') },
  );
}

/** `back` shows the sign-in forms. */
export function setUpAccount(back) {
  leave = back;
  setUpPasskeys();
  setUpPassword(drawPasskeys);
  onConfirmed(() => {
    drawMethod();
    drawPasskeys();
  });
  // The session ended elsewhere: open dialogs have nothing left to ask.
  onSignedOut(() => {
    if (!state.me) return;
    for (const dialog of document.querySelectorAll('dialog[open]')) dialog.close();
    left();
  });
  $('sign-out').addEventListener('click', signOut);
  $('sign-out-everywhere').addEventListener('click', signOutEverywhere);
}
