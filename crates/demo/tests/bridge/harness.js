// A server and a browser made of plain functions, around the module under test. `world()` makes a fresh one.

const bytes = (...list) => new Uint8Array(list).buffer;
const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

const creation = () => ({
  rp: { id: 'localhost', name: 'Test' },
  user: { id: 'AQID', name: 'ada', displayName: 'Ada' },
  challenge: 'AAH-_w',
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  excludeCredentials: [{ type: 'public-key', id: '-_8', transports: ['internal'] }],
  timeout: 300000,
  extensions: { credProps: true, prf: { eval: { first: 'BAU', second: 'Bg' } } },
});
const request = () => ({
  rpId: 'localhost',
  challenge: 'AAH-_w',
  allowCredentials: [{ type: 'public-key', id: '-_8' }],
  timeout: 300000,
  extensions: { prf: { evalByCredential: { '-_8': { first: 'BAU' } } } },
});

// What browsers hand out: buffers, and JSON on demand.
const made = (json) => ({
  id: '-_8',
  rawId: bytes(0xfb, 0xff),
  type: 'public-key',
  authenticatorAttachment: 'platform',
  response: {
    clientDataJSON: bytes(1),
    attestationObject: bytes(2),
    getTransports: () => ['internal'],
    getAuthenticatorData: () => bytes(3),
    getPublicKey: () => null,
    getPublicKeyAlgorithm: () => -7,
  },
  getClientExtensionResults: () => ({ credProps: { rk: true }, prf: { enabled: true, results: { first: bytes(9) } } }),
  ...json,
});
const got = (json) => ({
  id: '-_8',
  rawId: bytes(0xfb, 0xff),
  type: 'public-key',
  authenticatorAttachment: null,
  // A view into a larger buffer: only its own bytes count.
  response: { clientDataJSON: bytes(1), authenticatorData: new Uint8Array([0, 3, 0]).subarray(1, 2), signature: bytes(4), userHandle: bytes(1, 2, 3) },
  getClientExtensionResults: () => ({ prf: { results: { first: bytes(9) } } }),
  ...json,
});
const withJSON = (credential) => ({
  ...credential,
  toJSON: () => ({
    id: credential.id,
    type: credential.type,
    response: { native: true },
    clientExtensionResults: { prf: { enabled: true, results: { first: 'CQ' } }, largeBlob: { blob: 'CQ', written: true }, getCredBlob: 'CQ' },
  }),
});

const json = (body, status = 200, headers = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
const problem = (status, code, more = {}, headers) =>
  json({ type: 'about:blank', title: 'Title', status, code, detail: 'a detail', ...more }, status, headers);

async function world(change = {}) {
  const { createPasskeys, PasskeyError } = await import('/auth/passkeys/passkeys.js');
  const seen = { requests: [], options: [], signals: [], atOnce: 0, most: 0 };
  const server = {
    'POST register/begin': () => json({ publicKey: creation(), state: 'S' }),
    'POST register/finish': () => json({ credential: { id: 'row' } }),
    'POST authenticate/begin': () => json({ publicKey: request(), state: 'S' }),
    'POST authenticate/finish': () => json({ user: 'ada' }),
    'GET credentials': () => json({ credentials: [], signal: { rpId: 'localhost', userId: 'AQID', allAcceptedCredentialIds: [] } }),
    ...change.server,
  };
  const fetch = async (url, init) => {
    const path = new URL(url).pathname.replace('/prefix/', '');
    const headers = Object.fromEntries(init.headers);
    seen.requests.push({ path, method: init.method, body: init.body && JSON.parse(init.body), headers, credentials: init.credentials, url });
    return server[`${init.method} ${path}`](seen.requests.filter((one) => one.path === path).length, init);
  };
  const asked = (work) => async (options) => {
    seen.options.push(options);
    seen.most = Math.max(seen.most, ++seen.atOnce);
    try {
      return await work(options, seen.options.length);
    } finally {
      seen.atOnce -= 1;
    }
  };
  const credentials = {
    create: asked(change.create ?? (() => withJSON(made()))),
    get: asked(change.get ?? (() => withJSON(got()))),
  };
  Object.defineProperty(navigator, 'credentials', { value: credentials, configurable: true });
  class Api {}
  Object.assign(Api, {
    parseCreationOptionsFromJSON: (options) => ({ parsed: 'creation', challenge: options.challenge }),
    parseRequestOptionsFromJSON: (options) => ({ parsed: 'request', challenge: options.challenge }),
    isConditionalMediationAvailable: async () => true,
    isUserVerifyingPlatformAuthenticatorAvailable: async () => true,
    signalUnknownCredential: async (payload) => void seen.signals.push(['unknown', payload]),
    signalCurrentUserDetails: async (payload) => void seen.signals.push(['details', payload]),
    signalAllAcceptedCredentials: async (payload) => void seen.signals.push(['accepted', payload]),
    ...change.api,
  });
  globalThis.PublicKeyCredential = change.api === null ? undefined : Api;
  const passkeys = createPasskeys({ base: `${location.origin}/prefix`, fetch, ...change.options });
  // What a promise came to, as JSON can carry it.
  const outcome = (promise) =>
    promise.then(
      (answer) => ({ answer }),
      (error) => ({
        known: error instanceof PasskeyError && error instanceof Error,
        reason: error.reason,
        code: error.code ?? null,
        status: error.status ?? null,
        step: error.step ?? null,
        hint: error.hint ?? null,
        retryAfter: error.retryAfter ?? null,
        message: error.message,
        caused: error.cause !== undefined,
      }),
    );
  const count = (path) => seen.requests.filter((one) => one.path === path).length;
  return { passkeys, seen, outcome, count };
}

// What `getClientCapabilities` may say.
const able = (...names) => ({ getClientCapabilities: async () => Object.fromEntries(names.map((name) => [name, true])) });
const throws = (name) => () => {
  throw new DOMException('told', name);
};
// Like the browser's: pends until it is aborted.
const pending = ({ signal }) =>
  new Promise((_, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
  });
const realTimeout = globalThis.setTimeout;
const pause = (ms) => new Promise((done) => realTimeout(done, ms));
const until = async (condition) => {
  for (let tries = 0; !condition(); tries += 1) {
    if (tries > 500) throw new Error(`never: ${condition}`);
    await pause(10);
  }
};

// Time that passes when the test says so. `page.hidden` is what the module sees of the page.
function fakeClock() {
  let now = 1_000_000;
  let last = 0;
  const timers = new Map();
  const page = { hidden: false };
  Date.now = () => now;
  globalThis.setTimeout = (work, delay) => (timers.set((last += 1), { at: now + delay, work }), last);
  globalThis.clearTimeout = (id) => timers.delete(id);
  Object.defineProperty(document, 'hidden', { get: () => page.hidden, configurable: true });
  const pass = async (ms) => {
    now += ms;
    for (const [id, { at, work }] of [...timers]) {
      if (at <= now && timers.delete(id)) work();
    }
    await pause(50);
  };
  const show = async (visible) => {
    page.hidden = !visible;
    document.dispatchEvent(new Event('visibilitychange'));
    await pause(50);
  };
  return { pass, show, timers };
}
