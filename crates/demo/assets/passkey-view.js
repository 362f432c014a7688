// How a passkey looks in a list: whose it is, where it lives, and when it was used.
import { element, icon } from './dom.js';
import { ago, onDay } from './time.js';

export const nameOf = (passkey) => passkey.name || passkey.provider?.name || 'Passkey';

const isPicture = (text) => typeof text === 'string' && text.startsWith('data:image/');

/** The provider's icon, for light and for dark; one of the page's own where there is none. */
function glyph({ provider, backup_eligible: syncs }) {
  const { icon_light: light, icon_dark: dark } = provider ?? {};
  const fallback = [light, dark].find(isPicture);
  if (!fallback) return element('span', { class: 'glyph' }, icon(syncs ? 'i-person-key' : 'i-key'));
  const picture = element('picture');
  if (isPicture(dark)) {
    picture.append(element('source', { media: '(prefers-color-scheme: dark)', srcset: dark }));
  }
  picture.append(element('img', { src: fallback, alt: '', width: '28', height: '28' }));
  return element('span', { class: 'glyph' }, picture);
}

const badge = (className, text, title) => element('span', { class: `badge ${className}`, title }, text);

function home({ backup_eligible: syncs, backup_state: synced }) {
  if (!syncs) return badge('device-bound', 'Device-bound', 'This passkey never leaves the device it was made on.');
  return synced
    ? badge('synced', 'Synced', 'Your passkey provider keeps this passkey on all your devices.')
    : badge('can-sync', 'Can sync', 'Your provider can sync this passkey, but has not done so yet.');
}

const STATUS = {
  suspended: ['suspended', 'Suspended', 'This passkey cannot sign in for now.'],
  revoked: ['revoked', 'Removed', 'This passkey was removed and cannot sign in any more.'],
};

function badges(passkey, here) {
  const all = [home(passkey)];
  if (STATUS[passkey.status]) all.push(badge(...STATUS[passkey.status]));
  if (here) all.push(badge('here', 'Used to sign in here', 'You signed in with this passkey in this tab.'));
  return all;
}

/** "iCloud Keychain · Added Nov 21, 2026 · Last used 3 days ago", and more parts if given. */
function meta(passkey, here, more) {
  const { provider, created_at: created, last_used_at: used } = passkey;
  const line = element('p', { class: 'meta' });
  if (provider && provider.name !== nameOf(passkey)) line.append(element('span', { class: 'provider' }, provider.name));
  line.append(element('span', { class: 'created' }, 'Added ', onDay(created)));
  if (used) line.append(element('span', { class: 'last-used' }, 'Last used ', ago(used)));
  // The passkey of a new account has opened this session without a sign-in.
  else if (!here) line.append(element('span', { class: 'last-used' }, 'Never used'));
  line.append(...more);
  return line;
}

/** A row of a list of passkeys; `actions` are its buttons. */
export function row(passkey, { here = false, more = [], actions = [] } = {}) {
  const name = element('span', { class: 'name', 'data-testid': 'passkey-name-shown' }, nameOf(passkey));
  return element(
    'li',
    { 'data-id': passkey.id, 'data-status': passkey.status, 'data-testid': 'passkey' },
    glyph(passkey),
    element('div', { class: 'grow' }, element('div', { class: 'title' }, name, ...badges(passkey, here)), meta(passkey, here, more)),
    actions.length ? element('div', { class: 'actions' }, ...actions) : null,
  );
}
