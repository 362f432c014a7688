// The page's one live region, and one action at a time.
import { PasskeyError } from '/auth/passkeys/passkeys.js';
import { $ } from './dom.js';
import { explain } from './errors.js';

const READING_TIME = 8000;
let fading;

/** Shows a message; errors stay until the next one, the rest go by themselves. `code` is there for tests. */
export function say(text, kind = 'neutral', code = '') {
  clearTimeout(fading);
  $('status').textContent = text;
  $('toast').dataset.kind = text ? kind : 'none';
  $('toast').dataset.code = code;
  if (text && kind !== 'error' && kind !== 'busy') fading = setTimeout(() => say(''), READING_TIME);
}

let whenSignedOut = () => {};

/** What to do when the server says that nobody is signed in. */
export const onSignedOut = (run) => {
  whenSignedOut = run;
};

/** Tells what failed. Who cancelled hears what did not happen, and not in red. */
export function report(error, cancelledText = 'Cancelled. Nothing has changed.') {
  if (!(error instanceof PasskeyError)) console.error(error);
  if (error.reason === 'cancelled') return say(cancelledText);
  say(explain(error), 'error', error.code ?? error.reason ?? '');
  if (error.code === 'not_signed_in') whenSignedOut();
}

let busy = false;

/**
 * Runs one action at a time; the page and the pressed button say so to assistive technology.
 * `failed` may take care of an error; what it does not (or answers `false` to) is reported.
 */
export async function act(work, { cancelled, pressed, failed } = {}) {
  if (busy) return;
  busy = true;
  $('main').setAttribute('aria-busy', 'true');
  pressed?.setAttribute('aria-busy', 'true');
  try {
    await work();
  } catch (error) {
    if (!failed || failed(error) === false) report(error, cancelled);
  } finally {
    busy = false;
    $('main').removeAttribute('aria-busy');
    pressed?.removeAttribute('aria-busy');
  }
}

$('status-close').addEventListener('click', () => say(''));
