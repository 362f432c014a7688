// Browser side of the passkey routes: one ES module, no build step. Its documentation: passkeys.d.ts and README.md.

export class PasskeyError extends Error {
  constructor(reason, message, { cause, ...more } = {}) {
    super(message, { cause });
    this.name = 'PasskeyError';
    this.reason = reason;
    Object.assign(this, more);
  }
}

const cancelled = (cause) => new PasskeyError('cancelled', 'the passkey request was cancelled', { cause });
const unsupported = () => new PasskeyError('unsupported', 'this browser or page cannot do that with passkeys');

const REASONS = {
  NotAllowedError: 'cancelled',
  AbortError: 'cancelled',
  InvalidStateError: 'duplicate',
  SecurityError: 'misconfigured',
  NotSupportedError: 'unsupported',
};

// --- base64url and JSON, for browsers without parse...FromJSON and toJSON

const decode = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0)).buffer;

const encode = (value) => {
  if (!value) return undefined;
  const bytes = new Uint8Array(value.buffer ?? value, value.byteOffset, value.byteLength);
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
};

// Copies plain objects all the way down; `change` may replace any value.
const copy = (value, change, key) => {
  const changed = change(value, key);
  return changed?.constructor === Object
    ? Object.fromEntries(Object.entries(changed).map(([name, inner]) => [name, copy(inner, change, name)]))
    : changed;
};

// Extension members that are bytes: base64url in JSON, buffers for the browser.
const inputs = (extensions) =>
  copy(extensions, (value, key) =>
    typeof value === 'string' && /^(first|second|write|credBlob)$/.test(key) ? decode(value) : value);
const outputs = (results) =>
  copy(results, (value) => (value instanceof ArrayBuffer || ArrayBuffer.isView(value) ? encode(value) : value));

const descriptors = (list = []) => list.map((entry) => ({ ...entry, id: decode(entry.id) }));

function parseOptions(create, options) {
  const native = api()[create ? 'parseCreationOptionsFromJSON' : 'parseRequestOptionsFromJSON'];
  if (native) return native.call(api(), options);
  const { challenge, extensions, user, excludeCredentials, allowCredentials } = options;
  return {
    ...options,
    challenge: decode(challenge),
    extensions: inputs(extensions),
    ...(create
      ? { user: { ...user, id: decode(user.id) }, excludeCredentials: descriptors(excludeCredentials) }
      : { allowCredentials: descriptors(allowCredentials) }),
  };
}

function manualJSON({ id, rawId, type, authenticatorAttachment, response: from }, results) {
  const response = {
    clientDataJSON: encode(from.clientDataJSON),
    authenticatorData: encode(from.authenticatorData ?? from.getAuthenticatorData?.()),
  };
  if (from.attestationObject) {
    response.attestationObject = encode(from.attestationObject);
    response.transports = from.getTransports?.() ?? [];
    response.publicKey = encode(from.getPublicKey?.());
    response.publicKeyAlgorithm = from.getPublicKeyAlgorithm?.();
  } else {
    response.signature = encode(from.signature);
    if (from.userHandle?.byteLength) response.userHandle = encode(from.userHandle);
  }
  return {
    id,
    rawId: encode(rawId),
    type,
    authenticatorAttachment: authenticatorAttachment ?? undefined,
    response,
    clientExtensionResults: outputs(results),
  };
}

function credentialJSON(credential, results) {
  let json;
  try {
    // A copy: what a browser's extension hands out may be shared or frozen.
    json = JSON.parse(JSON.stringify(credential.toJSON()));
  } catch {
    json = manualJSON(credential, results); // no toJSON, or a password manager's that throws
  }
  // Keys and blobs are the page's own: they never leave it.
  const { prf, largeBlob } = json.clientExtensionResults ?? {};
  delete prf?.results;
  delete largeBlob?.blob;
  return json;
}

// --- features

const api = () => globalThis.PublicKeyCredential;
const supported = () => typeof api() === 'function' && typeof navigator.credentials?.create === 'function';

// A static function of the browser's interface, if it is there and works.
const ask = async (name, payload) => {
  try {
    return supported() && (await api()[name]?.(payload));
  } catch {
    return false;
  }
};
const conditionalSupported = async () => (await ask('isConditionalMediationAvailable')) === true;
const platformSupported = async () => (await ask('isUserVerifyingPlatformAuthenticatorAvailable')) === true;
const capabilities = async () => ({
  conditionalGet: await conditionalSupported(),
  userVerifyingPlatformAuthenticator: await platformSupported(),
  ...(await ask('getClientCapabilities')),
});
const can = async (name) => (await capabilities())[name] === true;

const quiet = (promise) => promise?.then(() => {}, () => {});

export function createPasskeys({ base, fetch: fetcher, headers } = {}) {
  let root; // where the routes are; found out late, since pages are also rendered where there is no document
  // The browser runs one request at a time, so modal and conditional take turns.
  let modal; // AbortController of the running modal ceremony, with `done`
  let waiting; // AbortController of the conditional one, with `request` and `settled`
  let epoch = 0; // counts changes of the list: one that is older is not signalled

  async function call(method, path, body, abort) {
    let response;
    try {
      const here = import.meta.url;
      root ??= base ? new URL(`${base}`.replace(/\/*$/, '/'), globalThis.document?.baseURI) : new URL('.', here);
      const all = new Headers(typeof headers === 'function' ? await headers() : headers);
      all.set('accept', 'application/json');
      if (method !== 'GET') all.set('content-type', 'application/json');
      response = await (fetcher ?? globalThis.fetch)(new URL(path, root).href, {
        method,
        headers: all,
        body: body && JSON.stringify(body),
        credentials: root.origin === globalThis.origin ? 'same-origin' : 'include',
        signal: abort,
      });
    } catch (cause) {
      if (abort?.aborted) throw cancelled(cause);
      throw new PasskeyError('failed', 'the server could not be reached', { cause });
    }
    const { status } = response;
    let answer;
    try {
      answer = await response.json();
    } catch (cause) {
      if (response.ok) throw new PasskeyError('failed', 'the answer could not be read', { cause, status });
    }
    if (response.ok) return answer;
    const { code, detail, title, step, hint } = answer ?? {};
    const retryAfter = Number(response.headers.get('retry-after')) || undefined;
    throw new PasskeyError('server', detail ?? title ?? `status ${status}`, { code, status, step, hint, retryAfter });
  }

  const listing = () => call('GET', 'credentials').catch(() => {});

  async function syncAccepted() {
    if (!api()?.signalAllAcceptedCredentials) return;
    await quiet(modal?.done); // it may be adding to the list
    const at = epoch;
    const answer = await listing();
    if (answer?.signal && at === epoch) await ask('signalAllAcceptedCredentials', answer.signal);
  }

  // After create() the provider has a passkey that the server may not have.
  async function forget(unknown, error, signUp) {
    const { code, reason, status } = error;
    if (!api().signalUnknownCredential || code === 'credential_exists') return;
    if (reason !== 'cancelled' && (!code || status >= 500 || code === 'ceremony_unusable')) {
      // What became of it is open. The list tells, but a sign-up has none yet.
      const known = !signUp && (await listing())?.credentials;
      if (!known || known.some((entry) => entry.credential_id === unknown.credentialId)) return;
    }
    await ask('signalUnknownCredential', unknown);
  }

  // begin -> browser -> finish. `abort` ends it before finish; `started` hears of the browser's request.
  async function ceremony(kind, { body, conditional, immediate, extensions, onResults, finish, abort, started }) {
    const create = kind === 'register';
    const begun = await call('POST', `${kind}/begin`, body, abort);
    const { publicKey, state } = begun;
    const uiMode = conditional ? undefined : immediate ? 'immediate' : begun.uiMode;
    let credential;
    let stop;
    try {
      const parsed = parseOptions(create, publicKey);
      if (extensions) parsed.extensions = { ...parsed.extensions, ...inputs(extensions) };
      const options = { publicKey: parsed };
      const mediation = conditional ? 'conditional' : begun.mediation;
      if (mediation) options.mediation = mediation;
      if (uiMode) options.uiMode = uiMode;
      if (uiMode !== 'immediate') options.signal = abort; // pages may not close that dialog
      stop = started?.(publicKey.timeout);
      credential = await navigator.credentials[create ? 'create' : 'get'](options);
      if (!credential) throw cancelled();
    } catch (cause) {
      if (abort.aborted) throw cancelled(cause);
      if (cause instanceof PasskeyError) throw cause;
      const { name: code, message = `${cause}` } = cause ?? {};
      throw new PasskeyError(REASONS[code] ?? 'failed', message, { cause, code });
    } finally {
      stop?.();
    }
    const results = credential.getClientExtensionResults?.() ?? {};
    const json = credentialJSON(credential, results);
    const unknown = { rpId: publicKey.rpId ?? publicKey.rp?.id, credentialId: json.id };
    let answer;
    if (create) epoch += 1;
    try {
      // Password managers may answer what was aborted.
      if (abort.aborted) throw cancelled();
      answer = await call('POST', `${kind}/finish`, { ...finish, credential: json, state });
    } catch (error) {
      if (create) quiet(forget(unknown, error, finish.purpose));
      else if (error.code === 'unknown_credential') await ask('signalUnknownCredential', unknown);
      throw error;
    }
    onResults?.(results);
    return answer;
  }

  function controller(outer) {
    const own = new AbortController();
    if (outer?.aborted) own.abort();
    else outer?.addEventListener('abort', () => own.abort(), { once: true, signal: own.signal });
    return own;
  }

  // Runs a modal ceremony alone: the conditional one steps aside, and comes back if this one fails.
  async function exclusive(kind, { outer, ...rest }) {
    if (!supported()) throw unsupported();
    const before = modal;
    const own = (modal = controller(outer));
    before?.abort(); // the later click wins
    waiting?.request?.abort();
    own.done = (async () => {
      await quiet(before?.done);
      await waiting?.settled;
      const run = () => {
        if (own.signal.aborted) throw cancelled();
        return ceremony(kind, { ...rest, abort: own.signal });
      };
      try {
        return await run();
      } catch (error) {
        if (error.code !== 'ceremony_unusable') throw error;
        return run();
      }
    })();
    try {
      const answer = await own.done;
      waiting?.abort();
      return answer;
    } finally {
      if (modal === own) modal = null;
    }
  }

  async function background({ outer, ...rest }) {
    if (!(await conditionalSupported())) throw unsupported();
    if (!document.querySelector('input[autocomplete~="webauthn" i]')) {
      console.warn('passkeys: no input has autocomplete="username webauthn", so the browser has nowhere to offer one');
    }
    const before = waiting;
    const own = (waiting = controller(outer));
    before?.abort();
    own.signal.addEventListener('abort', () => own.request?.abort());
    let renewed;
    let unusable;
    try {
      await before?.settled;
      for (;;) {
        while (modal) await quiet(modal.done);
        if (own.signal.aborted) throw cancelled();
        const request = (own.request = new AbortController());
        const attempt = ceremony('authenticate', {
          ...rest,
          conditional: true,
          abort: request.signal,
          // The challenge is replaced before it expires, but never for a page nobody looks at.
          started: (ttl = 300_000) => {
            const due = Date.now() + ttl * 0.8;
            const check = () => document.hidden || Date.now() < due || request.abort();
            const timer = setTimeout(check, ttl * 0.8 + 20);
            document.addEventListener('visibilitychange', check);
            return () => {
              clearTimeout(timer);
              document.removeEventListener('visibilitychange', check);
            };
          },
        });
        own.settled = quiet(attempt);
        try {
          const answer = await attempt;
          modal?.abort();
          return answer;
        } catch (error) {
          const { code, reason, retryAfter, status } = error;
          if (own.signal.aborted) throw cancelled(error);
          if (request.signal.aborted) {
            renewed = true; // a modal ceremony took its turn, or the challenge grew old
          } else if (code === 'ceremony_unusable' && !unusable) {
            unusable = true;
          } else if (renewed && (status >= 500 || status === 429 || (reason === 'failed' && !code))) {
            await new Promise((done) => {
              own.signal.addEventListener('abort', done, { once: true });
              setTimeout(done, (retryAfter ?? 30) * 1000); // woke up offline: try again later
            });
          } else {
            throw error;
          }
        }
      }
    } finally {
      if (waiting === own) waiting = null;
    }
  }

  const one = (id) => `credentials/${encodeURIComponent(id)}`;

  // Some members of what calls take are for the browser, the rest goes to the server.
  const make = ({ name, signal: outer, extensions, onResults, ...body } = {}) => {
    const finish = { name: name || undefined, purpose: body.purpose };
    const conditional = body.mediation === 'conditional';
    return exclusive('register', { body, outer, extensions, onResults, finish, conditional });
  };

  async function upgrade(options) {
    if (!(await can('conditionalCreate')) || modal) return null;
    try {
      return await make({ ...options, mediation: 'conditional' });
    } catch (error) {
      if (['cancelled', 'duplicate', 'unsupported'].includes(error.reason)) return null;
      throw error;
    }
  }

  async function authenticate({ conditional, immediate, signal: outer, extensions, onResults, ...body } = {}) {
    const rest = { body, outer, extensions, onResults, immediate };
    // Elsewhere the dialog would open that nobody asked for.
    if (immediate && !(await can('immediateGet'))) throw unsupported();
    const answer = await (conditional ? background(rest) : exclusive('authenticate', rest));
    if (body.purpose !== 'step_up') quiet(syncAccepted());
    return answer;
  }

  return {
    supported,
    conditionalSupported,
    platformSupported,
    capabilities,
    register: (options) => (options?.mediation === 'conditional' ? upgrade : make)(options),
    signUp: (options) => make({ ...options, purpose: 'sign_up' }),
    upgrade,
    authenticate,
    stepUp: (options) => authenticate({ ...options, purpose: 'step_up' }),
    list: () => call('GET', 'credentials'),
    rename: (id, name) => call('PATCH', one(id), { name }),
    async remove(id) {
      const answer = await call('DELETE', one(id));
      epoch += 1;
      quiet(syncAccepted());
      return answer;
    },
    detailsChanged: async (payload) => void (await ask('signalCurrentUserDetails', payload)),
    // Ends whatever runs; resolves when the browser is free again.
    async abort() {
      const running = [modal?.done, waiting?.settled];
      waiting?.abort();
      modal?.abort();
      await Promise.all(running.map(quiet));
    },
  };
}

export const passkeys = createPasskeys();
export default passkeys;
