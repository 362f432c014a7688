// The account's passkeys: adding, renaming, removing.
import { passkeys } from './api.js';
import { openedWith, remember } from './device.js';
import { ask } from './dialogs.js';
import { $, button, show } from './dom.js';
import { act, say } from './messages.js';
import { nameOf, row } from './passkey-view.js';
import { changePassword } from './password.js';
import { active, hasPassword, state } from './session.js';
import { confirmed } from './step-up.js';

const item = (id) => $('passkey-list').querySelector(`li[data-id="${CSS.escape(id)}"]`);

/** Whether nothing would be left to sign in with. */
const isOnlyWay = (passkey) => !hasPassword() && passkey.status === 'active' && active().length === 1;

function draw(passkey) {
  const name = nameOf(passkey);
  const small = (what, text, label, run) => {
    const made = button(`quiet small ${what}`, text, `${label} ${name}`, run);
    made.dataset.testid = what;
    return made;
  };
  const actions = [
    small('rename', 'Rename', 'Rename', () => rename(passkey)),
    small('remove', 'Remove', 'Remove', (pressed) => remove(passkey, pressed)),
  ];
  return row(passkey, { here: passkey.id === openedWith(), actions });
}

/** Draws what is known of the list. */
export function drawPasskeys() {
  const list = state.passkeys;
  $('passkey-list').replaceChildren(...list.map(draw));
  show('passkey-empty', list.length === 0);
  show('only-way', list.some(isOnlyWay));
  $('passkey-count').textContent = list.length || '';
  if (list.length > 0) show('offer-passkey', false);
}

/** Asks the server for the list; the passkey with the id `fresh` is marked as new. */
export async function refresh(fresh) {
  state.passkeys = (await passkeys.list()).credentials;
  drawPasskeys();
  if (fresh) item(fresh)?.classList.add('fresh');
}

export function addPasskey(name, pressed) {
  return act(
    async () => {
      say('Follow your browser to create the passkey…', 'busy');
      const { credential } = await confirmed(() => passkeys.register(name ? { name } : {}));
      remember(true);
      $('passkey-name').value = '';
      await refresh(credential.id);
      say(`“${nameOf(credential)}” is ready. Next time you can sign in with it.`, 'success');
      $('passkeys-title').focus();
    },
    { pressed, cancelled: 'No passkey was added.' },
  );
}

async function rename(passkey) {
  $('rename-name').value = passkey.name ?? '';
  if ((await ask($('rename-dialog'), $('rename-name'))) !== 'save') return;
  const name = $('rename-name').value.trim();
  if (!name || name === passkey.name) return;
  await act(async () => {
    await passkeys.rename(passkey.id, name);
    await refresh();
    item(passkey.id)?.querySelector('.rename').focus();
    say(`Renamed to “${name}”.`, 'success');
  });
}

// What still signs in when this one is gone.
function rest(passkey) {
  const others = active().filter(({ id }) => id !== passkey.id).length;
  if (others > 0 && hasPassword()) return 'Your other passkeys and your password stay as they are.';
  if (others > 0) return others === 1 ? 'Your other passkey stays as it is.' : 'Your other passkeys stay as they are.';
  return 'You can still sign in with your password.';
}

async function remove(passkey, pressed) {
  if (isOnlyWay(passkey)) return explainKept(passkey);
  $('remove-name').textContent = `“${nameOf(passkey)}”`;
  $('remove-rest').textContent = rest(passkey);
  if ((await ask($('remove-dialog'))) !== 'remove') return;
  let kept = false;
  await act(
    async () => {
      await confirmed(() => passkeys.remove(passkey.id));
      await refresh();
      $('passkeys-title').focus();
      say(`“${nameOf(passkey)}” was removed.`, 'success');
    },
    {
      pressed,
      cancelled: 'The passkey was kept.',
      failed: (error) => (kept = error.code === 'removal_refused'),
    },
  );
  if (kept) explainKept(passkey);
}

async function explainKept(passkey) {
  say('');
  $('kept-name').textContent = `“${nameOf(passkey)}”`;
  const next = await ask($('kept-dialog'));
  if (next === 'add') addPasskey('', $('add-passkey'));
  if (next === 'password') changePassword();
}

export function setUpPasskeys() {
  $('add-form').addEventListener('submit', (event) => {
    event.preventDefault();
    addPasskey($('passkey-name').value.trim(), $('add-passkey'));
  });
  $('offer-add').addEventListener('click', () => addPasskey('', $('offer-add')));
  $('offer-dismiss').addEventListener('click', () => {
    show('offer-passkey', false);
    $('passkeys-title').focus();
  });
}
