// Where the server wants a fresh sign-in before it changes how an account is protected.
import { PasskeyError } from '/auth/passkeys/passkeys.js';
import { get, passkeys, post } from './api.js';
import { usable } from './device.js';
import { until } from './dialogs.js';
import { $, show } from './dom.js';
import { explain } from './errors.js';
import { say } from './messages.js';
import { active, hasPassword, opened, state } from './session.js';

const DEFAULT = 'You signed in a while ago, and this changes how your account is protected.';
const NEITHER = 'You signed in a while ago. Please sign out, sign in again, and then repeat this.';

let afterwards = () => {};

/** What to do when somebody confirmed: the page says how and when they signed in. */
export const onConfirmed = (run) => {
  afterwards = run;
};

/** Runs `work`; where the server wants a fresh sign-in first, asks for one and runs it again. */
export async function confirmed(work) {
  try {
    return await work();
  } catch (error) {
    if (error.code !== 'step_up_required') throw error;
    say('');
    await stepUp();
    return work();
  }
}

function prepare() {
  const byPasskey = usable && active().length > 0;
  const byPassword = hasPassword();
  show('step-up-passkey', byPasskey);
  show('step-up-or', byPasskey && byPassword);
  show('step-up-with-password', byPassword);
  show('step-up-submit', byPassword);
  $('step-up-text').textContent = byPasskey || byPassword ? DEFAULT : NEITHER;
  $('step-up-user').value = state.me.email;
  $('step-up-password').value = '';
  $('step-up-error').textContent = '';
  const first = byPasskey ? 'step-up-passkey' : byPassword ? 'step-up-password' : 'step-up-cancel';
  return $(first);
}

async function stepUp() {
  const first = prepare();
  const failed = (error) => {
    const wrong = error.code === 'login_failed' ? 'That password is wrong. Please try again.' : explain(error);
    $('step-up-error').textContent = error.reason === 'cancelled' ? 'Not confirmed. You can try again.' : wrong;
  };
  const wire = (attempt, signal) => {
    const on = (id, event, run) => $(id).addEventListener(event, run, { signal });
    const clear = () => ($('step-up-error').textContent = '');
    on('step-up-passkey', 'click', () => {
      clear();
      attempt(async () => opened(await passkeys.stepUp({ signal })), $('step-up-passkey'));
    });
    on('step-up-form', 'submit', (event) => {
      event.preventDefault();
      clear();
      const password = $('step-up-password').value;
      if (!hasPassword()) return;
      if (!password) {
        $('step-up-error').textContent = 'Please enter your password.';
        return;
      }
      attempt(async () => opened(await post('/auth/login', { email: state.me.email, password })), $('step-up-submit'));
    });
    on('step-up-cancel', 'click', () => $('step-up-dialog').close());
    queueMicrotask(() => first.focus());
  };
  const passed = await until($('step-up-dialog'), wire, failed);
  $('step-up-password').value = '';
  if (!passed) throw new PasskeyError('cancelled', 'not confirmed');
  try {
    state.me = await get('/auth/me');
    afterwards();
  } catch {
    /* the repeated request says what is wrong */
  }
}
