// Requests to the demo's own routes, and the passkeys module set up to send the same session.
import { createPasskeys, PasskeyError } from '/auth/passkeys/passkeys.js';

// With `--sessions token` the page holds the session. It keeps the token in sessionStorage: that survives a reload,
// ends with the tab, and no other tab or visit sees it. Memory alone would sign people out at every reload and is no
// safer here, for a script that could read the storage could also use the token (the page's policy lets no foreign
// script run). localStorage would keep it on a shared machine.
const KEY = 'ceremony.token';

function read() {
  try {
    const { token, expires_at: until } = JSON.parse(sessionStorage.getItem(KEY)) ?? {};
    return typeof token === 'string' && !(Date.parse(until) <= Date.now()) ? token : null;
  } catch {
    return null; // storage is switched off or holds something else
  }
}

let bearer = read();

/** Takes over the session of an answer to a sign-in or a step-up, if it carries one. */
export function accept(answer) {
  if (typeof answer?.token !== 'string') return answer;
  bearer = answer.token;
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ token: bearer, expires_at: answer.expires_at }));
  } catch {
    /* it lasts as long as the page */
  }
  return answer;
}

export function forgetSession() {
  bearer = null;
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    /* nothing was kept */
  }
}

const headers = () => (bearer ? { authorization: `Bearer ${bearer}` } : {});

/** The library's module; every request carries the session. */
export const passkeys = createPasskeys({ headers });

async function send(path, init = {}) {
  let response;
  try {
    response = await fetch(path, { credentials: 'same-origin', ...init, headers: { ...headers(), ...init.headers } });
  } catch (cause) {
    throw new PasskeyError('failed', 'the server could not be reached', { cause });
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  const { code, detail, title } = answer;
  const retryAfter = Number(response.headers.get('retry-after')) || undefined;
  throw new PasskeyError('server', detail ?? title ?? '', { code, status: response.status, retryAfter });
}

export const get = (path) => send(path);

export const post = (path, body = {}) =>
  send(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

/** How this server is set up; null if it does not say. */
export const config = () => get('/auth/config').catch(() => null);
