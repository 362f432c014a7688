// Fields of the forms: their complaints stand below them, are read out with them, and go when they are mended.
import { $ } from './dom.js';

/** Says under the field what is wrong with it, and goes there. */
export function complain(input, text) {
  const place = $(`${input.id}-error`);
  input.setAttribute('aria-invalid', 'true');
  place.textContent = text;
  input.addEventListener('input', () => settle(input), { once: true });
  input.focus();
}

export function settle(input) {
  input.removeAttribute('aria-invalid');
  const place = $(`${input.id}-error`);
  if (place) place.textContent = '';
}

/** The e-mail address, or null after a complaint. The server judges it; this catches slips. */
export function emailOf(input) {
  const text = input.value.trim();
  if (/^\S+@\S+$/.test(text)) return text;
  complain(input, text ? 'That is not an e-mail address. It needs an @, as in name@example.com.' : 'Please enter your e-mail address.');
  return null;
}

/** The password, or null after a complaint; a new one has to be long enough. */
export function passwordOf(input) {
  const text = input.value;
  const fresh = input.autocomplete === 'new-password';
  if (!text) complain(input, fresh ? 'Please choose a password.' : 'Please enter your password.');
  else if (fresh && [...text].length < 8) complain(input, 'That is too short. Use at least 8 characters.');
  else return text;
  return null;
}
