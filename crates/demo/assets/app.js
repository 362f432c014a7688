// The page's start: what this server and this browser can do, then the account or the sign-in forms.
// Passwords and sessions are the demo's own; passkeys come from the library's module.
import { setUpAccount, showAccount } from './account.js';
import { config } from './api.js';
import { byAddress, usable } from './device.js';
import { $ } from './dom.js';
import { ready, showBanners, showFooter } from './frame.js';
import { report } from './messages.js';
import { state } from './session.js';
import { setUpSignIn, showSignIn } from './sign-in.js';
import { setUpSignUp } from './sign-up.js';
import { setUpTabs } from './tabs.js';

showBanners();
for (const id of ['passkey-signin', 'create-passkey', 'add-passkey', 'offer-add', 'kept-add']) $(id).disabled = !usable;
// A disabled default button would swallow Enter.
if (!usable) $('passkey-signin').type = $('create-passkey').type = 'button';
if (!usable) $('signin-submit').classList.add('primary');
if (byAddress) {
  const entry = '#signed-out .entry';
  for (const control of document.querySelectorAll(`${entry} input, ${entry} form button`)) control.disabled = true;
}

setUpTabs(['signin', 'create']);
setUpSignIn(showAccount);
setUpAccount(showSignIn);
const [known, entered] = await Promise.allSettled([config(), showAccount()]);
state.config = known.value ?? null;
showFooter(state.config);
setUpSignUp(showAccount);
if (entered.status === 'rejected') {
  if (!state.me) showSignIn();
  if (entered.reason.code !== 'not_signed_in') report(entered.reason);
}
ready(state.me ? 'signed-in' : 'signed-out');
document.documentElement.dataset.ready = 'true';
