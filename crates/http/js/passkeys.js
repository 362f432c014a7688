// How to use it: passkeys.d.ts.

export class PasskeyError extends Error {
  constructor(reason, message, { cause, ...more } = {}) {
    super(message, { cause });
    Object.assign(this, more, { name: 'PasskeyError', reason });
  }
}

const cancelled = (cause) => new PasskeyError('cancelled', 'the passkey request was cancelled', { cause });
const unsupported = () => new PasskeyError('unsupported', 'this browser or page cannot do that');

const REASONS = {
  NotAllowedError: 'cancelled',
  AbortError: 'cancelled',
  InvalidStateError: 'duplicate',
  SecurityError: 'misconfigured',
  NotSupportedError: 'unsupported',
};

// With these nothing is stored.
const REFUSED = ['registration_failed', 'invalid_request', 'rate_limited'];

// Without parse...FromJSON and toJSON:

const decode = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0)).buffer;

const isBytes = (value) => value?.byteLength >= 0;

const encode = (value) => {
  const bytes = new Uint8Array(value.buffer ?? value, value.byteOffset, value.byteLength);
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
};

const copy = (value, change, key) => {
  const to = change(value, key);
  return Object(to) !== to || Array.isArray(to) || isBytes(to)
    ? to
    : Object.fromEntries(Object.entries(to).map(([name, inner]) => [name, copy(inner, change, name)]));
};

// These are base64url in JSON.
const BYTES = ['first', 'second', 'write', 'credBlob'];
const inputs = (extensions) =>
  copy(extensions, (value, key) => (BYTES.includes(key) && typeof value === 'string' ? decode(value) : value));

const descriptors = (list = []) => list.map((entry) => ({ ...entry, id: decode(entry.id) }));

function parseOptions(create, options) {
  const native = create ? 'parseCreationOptionsFromJSON' : 'parseRequestOptionsFromJSON';
  if (api()[native]) return api()[native](options);
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

const manualJSON = ({ id, rawId, type, authenticatorAttachment, response }, clientExtensionResults) => {
  const { clientDataJSON, attestationObject, authenticatorData, signature, userHandle } = response;
  const all = {
    id,
    rawId,
    type,
    authenticatorAttachment: authenticatorAttachment ?? undefined,
    response: {
      clientDataJSON,
      attestationObject,
      authenticatorData: authenticatorData ?? response.getAuthenticatorData?.(),
      signature,
      userHandle: userHandle?.byteLength ? userHandle : undefined,
      transports: response.getTransports?.(),
      publicKey: response.getPublicKey?.() ?? undefined,
      publicKeyAlgorithm: response.getPublicKeyAlgorithm?.(),
    },
    clientExtensionResults,
  };
  return copy(all, (value) => (isBytes(value) ? encode(value) : value));
};

function credentialJSON(credential, results) {
  let json;
  try {
    // Password managers freeze theirs.
    json = JSON.parse(JSON.stringify(credential.toJSON()));
  } catch {
    json = manualJSON(credential, results);
  }
  // The page's own; credBlob's is in the signed data anyway.
  const outputs = json.clientExtensionResults;
  delete outputs?.prf?.results;
  delete outputs?.largeBlob?.blob;
  delete outputs?.getCredBlob;
  delete outputs?.hmacGetSecret; // prf's, by CTAP
  return json;
}

const api = () => globalThis.PublicKeyCredential;
const supported = () => typeof api() === 'function' && typeof navigator.credentials?.create === 'function';

const ask = async (name, payload) => {
  try {
    return supported() && (await api()[name]?.(payload));
  } catch {
    return false;
  }
};
let last = Promise.resolve(); // one signal at a time
const tell = (...signal) => (last = last.then(() => ask(...signal)));
const conditionalSupported = async () => (await ask('isConditionalMediationAvailable')) === true;
const platformSupported = async () => (await ask('isUserVerifyingPlatformAuthenticatorAvailable')) === true;
const capabilities = async () => ({
  conditionalGet: await conditionalSupported(),
  userVerifyingPlatformAuthenticator: await platformSupported(),
  ...(await ask('getClientCapabilities')),
});
const can = async (name) => (await capabilities())[name] === true;

const quiet = (promise) => promise?.catch(() => {});
const LOCK = 'ceremony';
const lock = (mode, work) => quiet(navigator.locks?.request(LOCK, mode, work));

export function createPasskeys({ base, fetch: fetcher, headers } = {}) {
  let root; // none where a server renders
  let modal; // the dialog's AbortController, with `done`
  let waiting; // the autofill's, with `request` and `settled`

  async function call(method, path, body, abort) {
    let response;
    try {
      root ??= new URL(`${base ?? '.'}`.replace(/\/*$/, '/'), base ? globalThis.document?.baseURI : import.meta.url);
      const all = new Headers(typeof headers === 'function' ? await headers() : headers);
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

  const list = () => call('GET', 'credentials');
  // A list without a new passkey would hide it: it waits while any tab makes one, and is dropped if one began since.
  const syncAccepted = () =>
    api()?.signalAllAcceptedCredentials &&
    lock({}, async () => {
      const { signal } = await list();
      const { pending } = await navigator.locks.query();
      if (signal && !pending.some(({ name }) => name === LOCK)) await tell('signalAllAcceptedCredentials', signal);
    });

  async function forget(unknown, { code, reason, status }, signUp) {
    if (code === 'credential_exists') return;
    if (reason !== 'cancelled' && !REFUSED.includes(code) && status !== (signUp ? 409 : 401)) {
      // Maybe stored. The list tells; a sign-up has none.
      if (signUp || (await list()).credentials.some((entry) => entry.credential_id === unknown.credentialId)) return;
    }
    await tell('signalUnknownCredential', unknown);
  }

  // begin -> browser -> finish
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
      if (uiMode !== 'immediate') options.signal = abort; // not allowed there
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
    try {
      // Some answer what was aborted.
      if (abort.aborted) throw cancelled();
      answer = await call('POST', `${kind}/finish`, { ...finish, credential: json, state });
    } catch (error) {
      if (create) quiet(forget(unknown, error, finish.purpose));
      else if (error.code === 'unknown_credential') await tell('signalUnknownCredential', unknown);
      throw error;
    }
    onResults?.(results);
    return answer;
  }

  function controller(outer) {
    const own = new AbortController();
    if (outer?.aborted) own.abort();
    else outer?.addEventListener('abort', () => own.abort(), { signal: own.signal });
    return own;
  }

  // In a foreign frame each passkey takes a click.
  const clickSpent = () =>
    globalThis.top !== globalThis && !globalThis.frameElement && navigator.userActivation?.isActive === false;

  // The conditional one steps aside, and comes back if this fails.
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
        if (error.code !== 'ceremony_unusable' || (kind === 'register' && clickSpent())) throw error;
        return run();
      }
    })();
    if (kind === 'register') lock({ mode: 'shared' }, () => own.done);
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
      console.warn('passkeys: no input has autocomplete="username webauthn"');
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
          // A new challenge in time, but not for a hidden page.
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
            renewed = true; // by a modal ceremony, or in time
          } else if (code === 'ceremony_unusable' && !unusable) {
            unusable = true;
          } else if (renewed && (status >= 500 || status === 429 || (reason === 'failed' && !code))) {
            await new Promise((done) => {
              own.signal.addEventListener('abort', done);
              setTimeout(done, (retryAfter ?? 30) * 1000);
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
    if (immediate && !(await can('immediateGet'))) throw unsupported();
    const answer = await (conditional ? background(rest) : exclusive('authenticate', rest));
    if (body.purpose !== 'step_up') syncAccepted();
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
    list,
    rename: (id, name) => call('PATCH', one(id), { name }),
    async remove(id) {
      const answer = await call('DELETE', one(id));
      syncAccepted();
      return answer;
    },
    detailsChanged: (payload) => tell('signalCurrentUserDetails', payload),
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
