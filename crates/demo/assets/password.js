// Setting the account's password, or changing it.
import { post } from './api.js';
import { until } from './dialogs.js';
import { $ } from './dom.js';
import { explain } from './errors.js';
import { complain, passwordOf, settle } from './fields.js';
import { say } from './messages.js';
import { hasPassword, state } from './session.js';
import { confirmed } from './step-up.js';

let drawOthers = () => {};

export function drawPassword() {
  const has = hasPassword();
  $('password-state').textContent = has
    ? 'Signs you in where you have no passkey.'
    : 'None. You sign in with passkeys alone.';
  $('password-change').textContent = has ? 'Change password' : 'Set a password';
}

/** Opens the dialog. The new password is asked for first, and a confirmation only if the server wants one. */
export async function changePassword() {
  const had = hasPassword();
  const field = $('password-new');
  $('password-title').textContent = had ? 'Change your password' : 'Set a password';
  $('password-user').value = state.me.email;
  field.value = '';
  settle(field);
  let chosen;
  const wire = (attempt, signal) => {
    $('password-form').addEventListener(
      'submit',
      (event) => {
        event.preventDefault();
        chosen = passwordOf(field);
        if (chosen) attempt(() => save(chosen), $('password-save'));
      },
      { signal },
    );
    $('password-cancel').addEventListener('click', () => $('password-dialog').close(), { signal });
  };
  // What the field can't mend is told in its place too: the page behind the dialog is out of reach.
  const failed = (error) => complain(field, error.reason === 'cancelled' ? 'Not confirmed, so nothing was saved.' : explain(error));
  if (await until($('password-dialog'), wire, failed)) {
    $('password-change').focus();
    say(had ? 'Your password was changed.' : 'Your password is set. You can sign in with it where you have no passkey.', 'success');
  }
  field.value = '';
}

async function save(password) {
  await confirmed(() => post('/auth/password', { password }));
  state.me.has_password = true;
  drawPassword();
  drawOthers();
}

/** `changed` runs after a password was set: what else depends on it is drawn anew. */
export function setUpPassword(changed) {
  drawOthers = changed;
  $('password-change').addEventListener('click', changePassword);
}
