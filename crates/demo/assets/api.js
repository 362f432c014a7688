// Requests to the demo's own routes, and the passkeys module set up to send the same session.
import { createPasskeys, PasskeyError } from '/auth/passkeys/passkeys.js';
import { session } from './token.js';

/** The library's module; every request carries the session. */
export const passkeys = createPasskeys({ headers: session });

async function send(path, init = {}) {
  let response;
  try {
    const headers = { ...(await session()), ...init.headers };
    response = await fetch(path, { credentials: 'same-origin', ...init, headers });
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
