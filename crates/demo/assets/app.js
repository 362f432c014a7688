// The demo's page: passwords and sessions are the demo's own, passkeys come from the library's module.
import { passkeys, PasskeyError } from '/auth/passkeys/passkeys.js';

const $ = (id) => document.getElementById(id);
// `?autofill=off` keeps the page from offering passkeys in the e-mail field.
const autofill = new URLSearchParams(location.search).get('autofill') !== 'off';
const byAddress = location.hostname.startsWith('[') || /^\d+(\.\d+){3}$/.test(location.hostname);
const usable = passkeys.supported() && !byAddress;

let me = null;
let listed = [];
let busy = false;

// --- messages

let fade;
function say(text, kind = 'neutral', code = '') {
  clearTimeout(fade);
  $('status').textContent = text;
  $('toast').dataset.kind = text ? kind : 'none';
  $('toast').dataset.code = code;
  // Errors stay until the next message; the rest need no reply.
  if (text && kind !== 'error' && kind !== 'busy') fade = setTimeout(() => say(''), 8000);
}

const BY_REASON = {
  duplicate: 'This device already has a passkey for your account.',
  misconfigured: 'The browser refused: this page’s address does not match the site’s passkey settings.',
  unsupported: 'This browser cannot use passkeys here.',
  failed: 'That did not work. Please check your connection and try again.',
};
const BY_CODE = {
  ceremony_unusable: 'That took too long. Please try again.',
  authentication_failed: 'That passkey did not work here. Try another one, or your password.',
  unknown_credential: 'This site does not know that passkey; it may have been removed. Try another one, or your password.',
  sign_in_refused: 'This account cannot sign in at the moment.',
  cross_site: 'The request came from another site and was refused.',
  step_up_required: 'Please confirm that it is you, then try again.',
  not_signed_in: 'You are signed out. Please sign in again.',
  registration_failed: 'The passkey could not be added. Please try again.',
  credential_exists: 'That passkey is already on your list.',
  limit_reached: 'You have as many passkeys as an account can hold. Remove one first.',
  not_found: 'That passkey is no longer there.',
  unavailable: 'The server is not available right now. Please try again in a moment.',
  login_failed: 'E-mail or password is wrong.',
  email_taken: 'There is already an account with this e-mail.',
};

function explain(error) {
  if (error.code === 'rate_limited') {
    return error.retryAfter ? `Too many attempts. Try again in ${error.retryAfter} s.` : 'Too many attempts. Please wait a moment.';
  }
  if (error.code === 'invalid_request') return error.message;
  const text = BY_CODE[error.code] ?? BY_REASON[error.reason] ?? 'Something went wrong. Please try again.';
  return error.hint ? `${text} (${[error.step, error.hint].filter(Boolean).join(': ')})` : text;
}

function report(error, cancelledText = 'Cancelled. Nothing has changed.') {
  if (!(error instanceof PasskeyError)) console.error(error);
  if (error.reason === 'cancelled') return say(cancelledText);
  say(explain(error), 'error', error.code ?? error.reason ?? '');
  if (error.code === 'not_signed_in' && me) showSignedOut();
}

// --- the demo's own routes

async function post(path, body = {}) {
  return send(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}

async function send(path, init) {
  let response;
  try {
    response = await fetch(path, { credentials: 'same-origin', ...init });
  } catch (cause) {
    throw new PasskeyError('failed', 'the server could not be reached', { cause });
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  const { code, detail, title } = answer;
  const retryAfter = Number(response.headers.get('retry-after')) || undefined;
  throw new PasskeyError('server', detail ?? title ?? '', { code, status: response.status, retryAfter });
}

// One action at a time; its buttons say so to assistive technology.
async function act(work, cancelledText) {
  if (busy) return;
  busy = true;
  $('main').setAttribute('aria-busy', 'true');
  try {
    await work();
  } catch (error) {
    report(error, cancelledText);
  } finally {
    busy = false;
    $('main').removeAttribute('aria-busy');
  }
}

// --- signed out

function showSignedOut() {
  me = null;
  listed = [];
  $('signed-in').hidden = true;
  $('signed-out').hidden = false;
  $('sign-out').hidden = true;
  $('offer-passkey').hidden = true;
  $('passkey-list').replaceChildren();
  $('whoami').textContent = '';
  document.body.dataset.view = 'signed-out';
  offerInAutofill();
}

// Waits quietly for a passkey chosen in the e-mail field's suggestions.
async function offerInAutofill(tries = 3) {
  if (!autofill || !usable || !(await passkeys.conditionalSupported()) || me) return;
  try {
    await passkeys.authenticate({ conditional: true });
    await showSignedIn('Welcome back.');
  } catch (error) {
    if (error.reason === 'cancelled') return;
    report(error);
    if (error.reason === 'server' && tries > 1 && !me) offerInAutofill(tries - 1);
  }
}

const looksLikeEmail = (text) => /^\S+@\S+$/.test(text);

function complain(input, text) {
  input.setAttribute('aria-invalid', 'true');
  input.addEventListener('input', () => input.removeAttribute('aria-invalid'), { once: true });
  input.focus();
  say(text, 'error', 'invalid_input');
}

function signInWithPasskey() {
  const email = $('signin-email').value.trim();
  return act(async () => {
    say('Waiting for your passkey…', 'busy');
    await passkeys.authenticate(email ? { email } : {});
    await showSignedIn('Welcome back.');
  }, 'No passkey was used. You can try again, or use your password.');
}

async function passwordForm(path, email, password, offer) {
  if (!looksLikeEmail(email.value.trim())) return complain(email, 'Please enter your e-mail address.');
  if (!password.value) return complain(password, 'Please enter your password.');
  await act(async () => {
    await post(path, { email: email.value.trim(), password: password.value });
    await passkeys.abort();
    await showSignedIn(offer, true);
  });
}

function selectTab(chosen, focus) {
  for (const name of ['signin', 'create']) {
    const on = name === chosen;
    $(`tab-${name}`).setAttribute('aria-selected', String(on));
    $(`tab-${name}`).tabIndex = on ? 0 : -1;
    $(`panel-${name}`).hidden = !on;
    if (on && focus) $(`tab-${name}`).focus();
  }
}

for (const name of ['signin', 'create']) {
  const tab = $(`tab-${name}`);
  tab.addEventListener('click', () => selectTab(name));
  tab.addEventListener('keydown', (event) => {
    if (['ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(event.key)) {
      event.preventDefault();
      const other = name === 'signin' ? 'create' : 'signin';
      selectTab(event.key === 'Home' ? 'signin' : event.key === 'End' ? 'create' : other, true);
    }
  });
}

$('panel-signin').addEventListener('submit', (event) => {
  event.preventDefault();
  if (event.submitter?.value === 'password' || !usable) {
    passwordForm('/auth/login', $('signin-email'), $('signin-password'), 'Signed in.');
  } else {
    signInWithPasskey();
  }
});
// Enter takes the form's first button, the passkey; in the password field it means the password.
$('signin-password').addEventListener('keydown', (event) => {
  if (event.key === 'Enter') {
    event.preventDefault();
    $('panel-signin').requestSubmit($('signin-submit'));
  }
});
$('panel-create').addEventListener('submit', (event) => {
  event.preventDefault();
  passwordForm('/auth/register', $('create-email'), $('create-password'), 'Your account is ready.');
});

// --- signed in

async function showSignedIn(message, offer = false) {
  me = await send('/auth/me');
  $('signed-out').hidden = true;
  $('signed-in').hidden = false;
  $('sign-out').hidden = false;
  $('whoami').textContent = me.email;
  $('avatar').textContent = me.email.charAt(0);
  showMethod();
  document.body.dataset.view = 'signed-in';
  for (const form of ['panel-signin', 'panel-create']) $(form).reset();
  selectTab('signin');
  if (message) {
    $('account-title').focus();
    say(message, 'success');
  }
  await refresh();
  $('offer-passkey').hidden = !(offer && usable && listed.length === 0);
}

function showMethod() {
  $('auth-method').replaceChildren(
    `Signed in with ${me.authenticated_by === 'passkey' ? 'a passkey' : 'your password'}, `,
    when(me.authenticated_at),
  );
}

const units = [['year', 31_536_000], ['month', 2_592_000], ['week', 604_800], ['day', 86_400], ['hour', 3600], ['minute', 60]];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const full = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });
const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium' });

function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

function when(text) {
  const date = new Date(text);
  const seconds = (date.getTime() - Date.now()) / 1000;
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? [];
  const time = element('time', '', unit ? relative.format(Math.round(seconds / size), unit) : 'just now');
  time.dateTime = text;
  time.title = full.format(date);
  return time;
}

function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `#${name}`);
  svg.append(use);
  return svg;
}

function glyph({ provider, backup_eligible }) {
  const light = provider?.icon_light ?? provider?.icon_dark;
  if (!light?.startsWith('data:image/')) return element('span', 'glyph', icon(backup_eligible ? 'i-person-key' : 'i-key'));
  const picture = document.createElement('picture');
  if (provider.icon_dark?.startsWith('data:image/')) {
    const source = document.createElement('source');
    source.media = '(prefers-color-scheme: dark)';
    source.srcset = provider.icon_dark;
    picture.append(source);
  }
  const image = document.createElement('img');
  image.src = light;
  image.alt = '';
  picture.append(image);
  return element('span', 'glyph', picture);
}

function badges({ backup_eligible, backup_state, status }) {
  const make = (className, text, title) => {
    const badge = element('span', `badge ${className}`, text);
    badge.title = title;
    return badge;
  };
  const all = [];
  if (!backup_eligible) all.push(make('device-bound', 'Device-bound', 'This passkey never leaves the device it was made on.'));
  else if (backup_state) all.push(make('synced', 'Synced', 'Your passkey provider keeps this passkey on all your devices.'));
  else all.push(make('can-sync', 'Can sync', 'Your provider can sync this passkey, but has not done so yet.'));
  if (status === 'suspended') all.push(make('suspended', 'Suspended', 'This passkey cannot sign in for now.'));
  return all;
}

function action(className, text, label, run) {
  const button = element('button', `button quiet small ${className}`, text);
  button.type = 'button';
  button.dataset.testid = className;
  button.setAttribute('aria-label', label);
  button.addEventListener('click', run);
  return button;
}

function row(credential) {
  const name = credential.name || 'Passkey';
  const meta = element('p', 'meta');
  if (credential.provider) meta.append(element('span', 'provider', credential.provider.name));
  const added = element('time', '', day.format(new Date(credential.created_at)));
  added.dateTime = credential.created_at;
  meta.append(element('span', 'created', 'Added ', added));
  meta.append(
    credential.last_used_at
      ? element('span', 'last-used', 'Last used ', when(credential.last_used_at))
      : element('span', 'last-used', 'Never used'),
  );
  const item = element(
    'li',
    '',
    glyph(credential),
    element('div', 'grow', element('div', 'title', element('span', 'name', name), ...badges(credential)), meta),
    element(
      'div',
      'actions',
      action('rename', 'Rename', `Rename ${name}`, () => renamePasskey(credential)),
      action('remove', 'Remove', `Remove ${name}`, () => removePasskey(credential)),
    ),
  );
  item.dataset.id = credential.id;
  return item;
}

async function refresh(fresh) {
  const { credentials } = await passkeys.list();
  listed = credentials;
  $('passkey-list').replaceChildren(...credentials.map(row));
  $('passkey-empty').hidden = credentials.length > 0;
  $('passkey-count').textContent = credentials.length || '';
  if (credentials.length > 0) $('offer-passkey').hidden = true;
  if (fresh) item(fresh)?.classList.add('fresh');
}

const item = (id) => $('passkey-list').querySelector(`li[data-id="${CSS.escape(id)}"]`);

function addPasskey(name) {
  return act(async () => {
    say('Follow your browser to create the passkey…', 'busy');
    const answer = await confirmed(() => passkeys.register(name ? { name } : {}));
    $('passkey-name').value = '';
    await refresh(answer.credential.id);
    say(`“${answer.credential.name || 'Passkey'}” is ready. Next time you can sign in with it.`, 'success');
    $('passkeys-title').focus();
  }, 'No passkey was added.');
}

async function renamePasskey(credential) {
  $('rename-name').value = credential.name ?? '';
  if ((await ask($('rename-dialog'), $('rename-name'))) !== 'save') return;
  const name = $('rename-name').value.trim();
  if (!name || name === credential.name) return;
  await act(async () => {
    await passkeys.rename(credential.id, name);
    await refresh();
    item(credential.id)?.querySelector('.rename').focus();
    say(`Renamed to “${name}”.`, 'success');
  });
}

async function removePasskey(credential) {
  $('remove-name').textContent = credential.name || 'This passkey';
  if ((await ask($('remove-dialog'))) !== 'remove') return;
  await act(async () => {
    await confirmed(() => passkeys.remove(credential.id));
    await refresh();
    $('passkeys-title').focus();
    say(`“${credential.name || 'Passkey'}” was removed.`, 'success');
  }, 'The passkey was kept.');
}

function ask(dialog, field) {
  dialog.returnValue = '';
  dialog.showModal();
  field?.select();
  return new Promise((done) => dialog.addEventListener('close', () => done(dialog.returnValue), { once: true }));
}

// Runs `work`; where the server wants a fresh sign-in first, asks for one and runs it again.
async function confirmed(work) {
  try {
    return await work();
  } catch (error) {
    if (error.code !== 'step_up_required') throw error;
    say('');
    await stepUp();
    return work();
  }
}

function stepUp() {
  const dialog = $('step-up-dialog');
  const withPasskey = usable && listed.some((entry) => entry.status === 'active');
  $('step-up-passkey').hidden = $('step-up-or').hidden = !withPasskey;
  $('step-up-user').value = me.email;
  $('step-up-password').value = '';
  $('step-up-error').textContent = '';
  return new Promise((resolve, reject) => {
    const over = new AbortController();
    let passed = false;
    const attempt = async (proof) => {
      $('step-up-error').textContent = '';
      try {
        await proof();
        passed = true;
        dialog.close();
      } catch (error) {
        if (!dialog.open) return;
        $('step-up-error').textContent = error.reason === 'cancelled' ? '' : explain(error);
      }
    };
    const on = (id, event, run) => $(id).addEventListener(event, run, { signal: over.signal });
    on('step-up-passkey', 'click', () => attempt(() => passkeys.stepUp({ signal: over.signal })));
    on('step-up-cancel', 'click', () => dialog.close());
    on('step-up-form', 'submit', (event) => {
      event.preventDefault();
      attempt(() => post('/auth/login', { email: me.email, password: $('step-up-password').value }));
    });
    on('step-up-dialog', 'close', async () => {
      over.abort();
      $('step-up-password').value = '';
      if (!passed) return reject(new PasskeyError('cancelled', 'not confirmed'));
      try {
        me = await send('/auth/me');
        showMethod();
      } catch {
        /* the retried request says what is wrong */
      }
      resolve();
    });
    dialog.showModal();
    (withPasskey ? $('step-up-passkey') : $('step-up-password')).focus();
  });
}

$('add-form').addEventListener('submit', (event) => {
  event.preventDefault();
  addPasskey($('passkey-name').value.trim());
});
$('offer-add').addEventListener('click', () => addPasskey(''));
$('offer-dismiss').addEventListener('click', () => {
  $('offer-passkey').hidden = true;
  $('passkeys-title').focus();
});
$('sign-out').addEventListener('click', () =>
  act(async () => {
    await passkeys.abort();
    await post('/auth/logout');
    showSignedOut();
    $('welcome-title').focus();
    say('You are signed out.');
  }),
);
$('status-close').addEventListener('click', () => say(''));

// --- start

if (byAddress) {
  const target = `http://localhost${location.port && `:${location.port}`}${location.pathname}${location.search}`;
  $('ip-link').href = target;
  $('ip-link').textContent = target;
  $('ip-banner').hidden = false;
} else if (!usable) {
  if (!isSecureContext) {
    $('unsupported-text').textContent = 'Browsers allow passkeys on https and on localhost only. You can still sign in with your password.';
  }
  $('unsupported-notice').hidden = false;
}
for (const id of ['passkey-signin', 'add-passkey', 'offer-add']) $(id).disabled = !usable;
// A disabled default button would swallow Enter.
if (!usable) $('passkey-signin').type = 'button';

try {
  await showSignedIn();
} catch (error) {
  showSignedOut();
  if (error.code !== 'not_signed_in') report(error);
}
document.documentElement.dataset.ready = 'true';
