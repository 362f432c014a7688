// Signing in: passkeys in the e-mail field, by button, and the password as the baseline or the fallback.
import { passkeys, post } from './api.js';
import { can, remember, remembered, unasked, usable } from './device.js';
import { $, show } from './dom.js';
import { emailOf, passwordOf, settle } from './fields.js';
import { act, report, say } from './messages.js';
import { opened, state } from './session.js';
import { selectTab } from './tabs.js';

const TABS = ['signin', 'create'];
const TITLE = 'Sign in with a touch, not a password.';
const LEAD = 'A passkey signs you in the way you unlock your device. There is nothing to remember, and nothing to steal from this site.';
const NOT_USED = 'No passkey was used. You can try again, or use your password.';

let enter;

/** Shows the forms, as they fit this device: where a passkey was used before, the password stands back. */
export function showSignIn() {
  const again = usable && remembered();
  $('welcome-title').textContent = again ? 'Welcome back.' : TITLE;
  $('welcome-lead').textContent = again ? 'You have used a passkey on this device. Use it again: no password needed.' : LEAD;
  show('device-note', again);
  showPassword(!again);
  for (const id of ['form-signin', 'form-create']) $(id).reset();
  for (const id of ['signin-email', 'signin-password', 'create-email', 'create-password']) settle($(id));
  selectTab(TABS, 'signin');
  for (const id of ['signed-in', 'sign-out', 'admin-link']) show(id, false);
  show('signed-out', true);
  document.body.dataset.view = 'signed-out';
  offerInField();
}

function showPassword(visible) {
  show('signin-with-password', visible);
  show('use-password', !visible);
}

// Waits quietly for a passkey chosen in the e-mail field's suggestions.
async function offerInField(tries = 3) {
  if (!unasked || !(await passkeys.conditionalSupported()) || state.me) return;
  try {
    opened(await passkeys.authenticate({ conditional: true }));
    await enter('Welcome back.');
  } catch (error) {
    if (error.reason === 'cancelled') return;
    report(error);
    if (error.reason === 'server' && tries > 1 && !state.me) offerInField(tries - 1);
  }
}

// Faster than a hand can read and close a dialog: the browser had no passkey at hand and asked nobody. Chromium waits half a
// second before it says so, and the server's answer comes before that.
const NOBODY_ASKED = 1500;
let triedHere = false;

/** A passkey of this device at once, where the browser can tell; otherwise its dialog with every other way. */
async function byPasskey(email) {
  if (email) return passkeys.authenticate({ email });
  if (!triedHere && typeof passkeys.upgrade === 'function' && (await can('immediateGet'))) {
    triedHere = true;
    const began = performance.now();
    try {
      return await passkeys.authenticate({ immediate: true });
    } catch (error) {
      if (error.reason !== 'cancelled' || performance.now() - began > NOBODY_ASKED) throw error;
    }
  }
  return passkeys.authenticate();
}

function withPasskey() {
  const email = $('signin-email').value.trim();
  return act(
    async () => {
      say('Waiting for your passkey…', 'busy');
      opened(await byPasskey(email));
      await enter('Welcome back.');
    },
    {
      pressed: $('passkey-signin'),
      failed: (error) => {
        showPassword(true);
        report(error, NOT_USED);
      },
    },
  );
}

async function withPassword() {
  const email = emailOf($('signin-email'));
  const password = email && passwordOf($('signin-password'));
  if (!password) return;
  await act(
    async () => {
      opened(await post('/auth/login', { email, password }));
      await passkeys.abort();
      await enter('Signed in.', { byPassword: true });
    },
    { pressed: $('signin-submit') },
  );
}

export function setUpSignIn(entered) {
  enter = entered;
  $('form-signin').addEventListener('submit', (event) => {
    event.preventDefault();
    if (event.submitter?.value === 'password' || !usable) withPassword();
    else withPasskey();
  });
  // Enter takes the form's first button, the passkey; in the password field it means the password.
  $('signin-password').addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    $('form-signin').requestSubmit($('signin-submit'));
  });
  $('use-password').addEventListener('click', () => {
    showPassword(true);
    ($('signin-email').value ? $('signin-password') : $('signin-email')).focus();
  });
  $('forget-device').addEventListener('click', () => {
    remember(false);
    showSignIn();
    $('welcome-title').focus();
    say('Forgotten. The passkey itself is still with your device or password manager.');
  });
}
