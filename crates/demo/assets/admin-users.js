// The accounts, and the passkeys of one of them.
import { passkeysOf, reactivate, suspend, users } from './admin-api.js';
import { cell, line } from './admin-grid.js';
import { ask } from './dialogs.js';
import { $, button, element, show } from './dom.js';
import { act, say } from './messages.js';
import { nameOf, row } from './passkey-view.js';
import { ago, onDay } from './time.js';

/** E-mail addresses by id, of the accounts seen so far. */
export const emails = new Map();

/** Names of passkeys by id, of those that were listed. */
export const passkeyNames = new Map();

let next;
let chosen = null;
let hooks;

const count = (passkeys) => (passkeys === 1 ? '1 passkey' : `${passkeys} passkeys`);

function draw(user) {
  const { id, email, created_at: created, passkeys } = user;
  const open = button('small', count(passkeys), `Show the passkeys of ${email}`, (pressed) => choose(user, pressed));
  open.dataset.testid = 'user-passkeys';
  const activity = button('quiet small', 'Activity', `Show the activity of ${email}`, () => hooks.showActivity(id));
  activity.dataset.testid = 'user-activity';
  return line(
    { 'data-id': id, 'data-testid': 'user' },
    cell('E-mail', element('span', { class: 'email' }, email)),
    cell('Since', onDay(created)),
    cell('Passkeys', open),
    cell('', activity),
  );
}

/** Loads the first page of accounts, or the next one. */
export async function loadUsers(more = false) {
  const answer = await users(more ? next : undefined);
  next = answer.next;
  for (const { id, email } of answer.users) emails.set(id, email);
  const rows = answer.users.map(draw);
  if (more) $('users').append(...rows);
  else $('users').replaceChildren(...rows);
  show('users-empty', $('users').childElementCount === 0);
  show('users-more', Boolean(next));
  hooks.named();
  return rows[0];
}

function choose(user, pressed) {
  return act(
    async () => {
      await drawPasskeys(user);
      chosen = user;
      $('person-email').textContent = user.email;
      show('person', true);
      $('person-title').focus();
      $('person').scrollIntoView({ block: 'nearest' });
    },
    { pressed },
  );
}

async function drawPasskeys(user) {
  const { credentials } = await passkeysOf(user.id);
  for (const passkey of credentials) passkeyNames.set(passkey.id, nameOf(passkey));
  $('person-passkeys').replaceChildren(...credentials.map((passkey) => drawPasskey(user, passkey)));
  show('person-empty', credentials.length === 0);
}

function drawPasskey(user, passkey) {
  const { status, status_reason: reason, status_since: since } = passkey;
  const more = [];
  if (since) more.push(element('span', { class: 'since' }, status === 'revoked' ? 'Removed ' : 'Suspended ', ago(since)));
  if (reason) more.push(element('span', { class: 'reason' }, `Reason: ${reason.replaceAll('_', ' ')}`));
  const actions = [];
  const add = (what, text, run) => {
    const made = button(`quiet small ${what}`, text, `${text} ${nameOf(passkey)} of ${user.email}`, run);
    made.dataset.testid = what;
    actions.push(made);
  };
  if (status === 'active') add('suspend', 'Suspend', (pressed) => suspendPasskey(user, passkey, pressed));
  if (status === 'suspended') add('reactivate', 'Reactivate', (pressed) => reactivatePasskey(user, passkey, pressed));
  return row(passkey, { more, actions });
}

async function suspendPasskey(user, passkey, pressed) {
  $('suspend-name').textContent = `“${nameOf(passkey)}”`;
  $('suspend-email').textContent = user.email;
  if ((await ask($('suspend-dialog'))) !== 'suspend') return;
  await change(user, passkey, pressed, () => suspend(user.id, passkey.id), 'is suspended.');
}

const reactivatePasskey = (user, passkey, pressed) =>
  change(user, passkey, pressed, () => reactivate(user.id, passkey.id), 'can sign in again.');

function change(user, passkey, pressed, run, outcome) {
  return act(
    async () => {
      await run();
      await drawPasskeys(user);
      const row = $('person-passkeys').querySelector(`li[data-id="${CSS.escape(passkey.id)}"]`);
      (row?.querySelector('button') ?? $('person-title')).focus();
      say(`“${nameOf(passkey)}” ${outcome}`, 'success');
      await hooks.changed();
    },
    { pressed },
  );
}

function closePerson() {
  show('person', false);
  const row = chosen && $('users').querySelector(`tr[data-id="${CSS.escape(chosen.id)}"]`);
  (row?.querySelector('button') ?? $('users-title')).focus();
  chosen = null;
}

/** `named()` runs when more names are known, `showActivity(id)` and `changed()` concern the audit trail. */
export function setUpUsers(given) {
  hooks = given;
  $('users-more').addEventListener('click', () =>
    act(async () => (await loadUsers(true))?.querySelector('button').focus(), { pressed: $('users-more') }),
  );
  $('person-close').addEventListener('click', closePerson);
}
