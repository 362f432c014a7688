// What happened, newest first.
import { audit, isWorrying, nameOfKind } from './admin-api.js';
import { cell, line, named } from './admin-grid.js';
import { emails, passkeyNames } from './admin-users.js';
import { $, element, icon, show } from './dom.js';
import { act } from './messages.js';
import { atTime } from './time.js';

let next;

// Administrators are told by id; this page knows most of their addresses.
function details(detail) {
  const text = typeof detail === 'string' ? detail : JSON.stringify(detail);
  return text.replace(/^by (\S+)$/, (whole, id) => (emails.has(id) ? `by ${emails.get(id)}` : whole));
}

function draw({ at, kind, user, credential, detail }) {
  const worrying = isWorrying(kind);
  const what = element('span', { class: worrying ? 'kind worrying' : 'kind' }, worrying ? icon('i-warn') : null, nameOfKind(kind));
  return line(
    { 'data-kind': kind, 'data-testid': 'audit-event' },
    cell('When', atTime(at)),
    cell('What', what),
    cell('Who', ...(user ? [named(user, emails)] : [])),
    cell('Passkey', ...(credential ? [named(credential, passkeyNames)] : [])),
    cell('Details', ...(detail ? [element('span', { class: 'detail' }, details(detail))] : [])),
  );
}

/** Loads the newest events, or older ones. */
export async function loadAudit(older = false) {
  const answer = await audit($('audit-user').value, older ? next : undefined);
  next = answer.next;
  const rows = answer.events.map(draw);
  if (older) $('audit').append(...rows);
  else $('audit').replaceChildren(...rows);
  show('audit-empty', $('audit').childElementCount === 0);
  show('audit-more', Boolean(next));
  return rows[0];
}

/** Offers every account that is known by name as a filter. */
export function nameFilter() {
  const select = $('audit-user');
  const { value } = select;
  const options = [...emails].map(([id, email]) => element('option', { value: id }, email));
  select.replaceChildren(element('option', { value: '' }, 'Everybody'), ...options);
  select.value = value;
}

/** Shows what one account did. */
export function showActivity(id) {
  $('audit-user').value = id;
  return act(async () => {
    await loadAudit();
    $('audit-title').focus();
    $('audit-title').scrollIntoView({ block: 'start' });
  });
}

export function setUpAudit() {
  $('audit-user').addEventListener('change', () => act(() => loadAudit()));
  $('audit-refresh').addEventListener('click', () => act(() => loadAudit(), { pressed: $('audit-refresh') }));
  $('audit-more').addEventListener('click', () =>
    act(
      async () => {
        const first = await loadAudit(true);
        first?.setAttribute('tabindex', '-1');
        first?.focus();
      },
      { pressed: $('audit-more') },
    ),
  );
}
