// The session of `--sessions token`: a token that the page itself sends, and renews while it is open.
//
// It is kept in sessionStorage: that survives a reload, ends with the tab, and no other tab or visit sees it. Memory alone
// would sign people out at every reload and is no safer here: a script that could read the storage could also use the
// token, and the page's policy lets no foreign script run. localStorage would keep it on a shared machine.
const KEY = 'ceremony.token';

/** Renewed when less than this is left of it, in milliseconds. Tokens last a quarter of an hour. */
const MARGIN = 5 * 60_000;

/** `{ token, until }`, or null. */
let held = read();
let renewing = null;
let timer;

function read() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY));
    return typeof kept?.token === 'string' && kept.until > Date.now() ? kept : null;
  } catch {
    return null; // storage is switched off or holds something else
  }
}

function hold(next) {
  held = next;
  try {
    if (held) sessionStorage.setItem(KEY, JSON.stringify(held));
    else sessionStorage.removeItem(KEY);
  } catch {
    /* it lasts as long as the page */
  }
  watch();
}

function watch() {
  clearTimeout(timer);
  if (held) timer = setTimeout(renew, Math.max(held.until - Date.now() - MARGIN, 30_000));
}

/** Takes over the session of an answer to a sign-in or a step-up, if it carries one. */
export function accept(answer) {
  if (typeof answer?.token !== 'string') return;
  hold({ token: answer.token, until: Date.parse(answer.expires_at) || Date.now() + 2 * MARGIN });
}

export const forgetSession = () => hold(null);

const bearer = () => (held ? { authorization: `Bearer ${held.token}` } : {});

/** One renewal at a time. If it fails, the next request says what is wrong. */
function renew() {
  const before = held;
  renewing ??= fetch('/auth/token', { method: 'POST', headers: bearer() })
    .then((response) => (response.ok ? response.json() : null))
    .then((answer) => {
      if (held === before && answer) accept(answer);
      else watch();
    })
    .catch(watch)
    .finally(() => {
      renewing = null;
    });
  return renewing;
}

/** The header that carries the session; none where it is in a cookie. */
export async function session() {
  if (held && held.until - Date.now() < MARGIN) await renew();
  return bearer();
}

watch();
