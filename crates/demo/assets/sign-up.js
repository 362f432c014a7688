// A new account: with a passkey alone, or with a password and an offer of a passkey after it.
import { passkeys, post } from './api.js';
import { usable } from './device.js';
import { $, show } from './dom.js';
import { complain, emailOf, passwordOf } from './fields.js';
import { act, report, say } from './messages.js';
import { opened, state } from './session.js';

const ready = 'Your account is ready.';

/** Whether an account can be made with a passkey and nothing else. */
const byPasskey = () => usable && state.config?.sign_up === true && typeof passkeys.signUp === 'function';

function taken(error) {
  if (error.code !== 'email_taken') return false;
  complain($('create-email'), 'There is already an account with this e-mail.');
  report(error);
  return true;
}

async function withPasskey() {
  const email = emailOf($('create-email'));
  if (!email) return;
  await act(
    async () => {
      say('Follow your browser to create the passkey…', 'busy');
      opened(await passkeys.signUp({ email }));
      await entered(ready);
    },
    { pressed: $('create-passkey'), cancelled: 'No account was created.', failed: taken },
  );
}

async function withPassword() {
  const email = emailOf($('create-email'));
  const password = email && passwordOf($('create-password'));
  if (!password) return;
  await act(
    async () => {
      opened(await post('/auth/register', { email, password }));
      await passkeys.abort();
      await entered(ready, { offer: true });
    },
    { pressed: $('create-submit'), failed: taken },
  );
}

function showPassword() {
  show('create-with-password', true);
  show('create-use-password', false);
}

let entered;

export function setUpSignUp(enter) {
  entered = enter;
  show('create-with-passkey', byPasskey());
  show('create-or', byPasskey());
  if (!byPasskey()) {
    showPassword();
    $('create-submit').classList.add('primary');
    if (!usable) $('create-password-hint').textContent = 'At least 8 characters.';
  }
  $('create-use-password').addEventListener('click', () => {
    showPassword();
    ($('create-email').value ? $('create-password') : $('create-email')).focus();
  });
  $('form-create').addEventListener('submit', (event) => {
    event.preventDefault();
    if (event.submitter?.value === 'passkey' && byPasskey()) withPasskey();
    else withPassword();
  });
  // Enter takes the form's first button, the passkey; in the password field it means the password.
  $('create-password').addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    $('form-create').requestSubmit($('create-submit'));
  });
}
