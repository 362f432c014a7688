// Browser side of the passkey routes. One ES module: no build step, no dependency, no inline code.
//
//   import { passkeys } from '/auth/passkeys/passkeys.js';
//   await passkeys.authenticate();            // a button
//   await passkeys.authenticate({ conditional: true }); // autofill, at page load
//   await passkeys.register({ name: 'Laptop' });
//
// Every call resolves with the server's answer and rejects with a PasskeyError.

export class PasskeyError extends Error {
  constructor(reason, message, { cause, ...more } = {}) {
    super(message, { cause });
    this.name = 'PasskeyError';
    this.reason = reason;
    Object.assign(this, more);
  }
}

const cancelled = (cause) => new PasskeyError('cancelled', 'the passkey request was cancelled', { cause });

const REASONS = {
  NotAllowedError: 'cancelled',
  AbortError: 'cancelled',
  InvalidStateError: 'duplicate',
  SecurityError: 'misconfigured',
  NotSupportedError: 'unsupported',
};

const fromBrowser = (cause, signal) =>
  signal?.aborted
    ? cancelled(cause)
    : new PasskeyError(REASONS[cause?.name] ?? 'failed', cause?.message ?? String(cause), { cause, code: cause?.name });

// --- base64url and JSON, for browsers without parse...FromJSON and toJSON

const decode = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0)).buffer;

const isBytes = (value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value);

const encode = (value) => {
  if (!value) return undefined;
  const bytes = ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value);
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
};

// Turns buffers anywhere inside extension results into base64url.
const plain = (value) =>
  isBytes(value)
    ? encode(value)
    : value && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
      : value;

const mapValues = (object, change) =>
  object && Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));

const parseExtensions = (extensions) => {
  const { prf, largeBlob } = extensions ?? {};
  const salts = (values) => mapValues(values, decode);
  return {
    ...extensions,
    ...(prf && {
      prf: {
        ...(prf.eval && { eval: salts(prf.eval) }),
        ...(prf.evalByCredential && { evalByCredential: mapValues(prf.evalByCredential, salts) }),
      },
    }),
    ...(largeBlob?.write && { largeBlob: { ...largeBlob, write: decode(largeBlob.write) } }),
  };
};

const descriptors = (list) => list?.map((entry) => ({ ...entry, id: decode(entry.id) }));

function parseOptions(create, options) {
  const native = create ? 'parseCreationOptionsFromJSON' : 'parseRequestOptionsFromJSON';
  if (PublicKeyCredential[native]) return PublicKeyCredential[native](options);
  const parsed = { ...options, challenge: decode(options.challenge) };
  if (options.extensions) parsed.extensions = parseExtensions(options.extensions);
  if (create) {
    parsed.user = { ...options.user, id: decode(options.user.id) };
    parsed.excludeCredentials = descriptors(options.excludeCredentials) ?? [];
  } else {
    parsed.allowCredentials = descriptors(options.allowCredentials) ?? [];
  }
  return parsed;
}

function manualJSON(credential) {
  const from = credential.response;
  const response = { clientDataJSON: encode(from.clientDataJSON) };
  if (from.attestationObject) {
    response.attestationObject = encode(from.attestationObject);
    response.transports = from.getTransports?.() ?? [];
    response.authenticatorData = encode(from.getAuthenticatorData?.());
    response.publicKey = encode(from.getPublicKey?.());
    response.publicKeyAlgorithm = from.getPublicKeyAlgorithm?.();
  } else {
    response.authenticatorData = encode(from.authenticatorData);
    response.signature = encode(from.signature);
    if (from.userHandle?.byteLength) response.userHandle = encode(from.userHandle);
  }
  return {
    id: credential.id,
    rawId: encode(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    response,
    clientExtensionResults: plain(credential.getClientExtensionResults?.() ?? {}),
  };
}

function credentialJSON(credential) {
  let json;
  try {
    // A copy: what an extension hands out as credential may be shared or frozen.
    json = JSON.parse(JSON.stringify(credential.toJSON()));
  } catch {
    json = manualJSON(credential); // no toJSON, or a password manager's that throws
  }
  // PRF outputs are keys of the page: they never leave it.
  if (json.clientExtensionResults?.prf) delete json.clientExtensionResults.prf.results;
  return json;
}

// --- features

const api = () => globalThis.PublicKeyCredential;
const supported = () => typeof api() === 'function' && typeof navigator.credentials?.create === 'function';

const ask = async (name) => {
  try {
    return supported() && (await api()[name]?.()) === true;
  } catch {
    return false;
  }
};
const conditionalSupported = () => ask('isConditionalMediationAvailable');
const platformSupported = () => ask('isUserVerifyingPlatformAuthenticatorAvailable');

async function capabilities() {
  const [known, conditionalGet, userVerifyingPlatformAuthenticator] = await Promise.all([
    supported() && Promise.resolve(api().getClientCapabilities?.()).catch(() => null),
    conditionalSupported(),
    platformSupported(),
  ]);
  return { conditionalGet, userVerifyingPlatformAuthenticator, ...known };
}

// Best effort: tells the passkey provider what the server knows, and never fails the call.
const signal = async (name, payload) => {
  try {
    await api()[name]?.(payload);
  } catch {
    /* the provider's list stays as it was */
  }
};

const quiet = (promise) => promise?.then(() => {}, () => {});

export function createPasskeys({ base = new URL('.', import.meta.url), fetch: fetcher, headers } = {}) {
  const root = new URL(String(base).replace(/\/*$/, '/'), globalThis.document?.baseURI ?? import.meta.url);
  // The browser runs one request at a time, so modal and conditional take turns.
  let modal = null; // AbortController of the running modal ceremony, with `done`
  let waiting = null; // AbortController of the conditional one, with `request` and `settled`
  let epoch = 0; // counts list-changing events: a list older than one of them is not signalled

  async function call(method, path, body, abort) {
    let response;
    try {
      const all = new Headers(typeof headers === 'function' ? await headers() : headers);
      all.set('accept', 'application/json');
      if (method !== 'GET') all.set('content-type', 'application/json');
      response = await (fetcher ?? globalThis.fetch)(new URL(path, root).href, {
        method,
        headers: all,
        body: body && JSON.stringify(body),
        credentials: 'same-origin',
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

  async function syncAccepted() {
    if (!api()?.signalAllAcceptedCredentials) return;
    const at = epoch;
    const answer = await call('GET', 'credentials').catch(() => null);
    if (answer?.signal && at === epoch) await signal('signalAllAcceptedCredentials', answer.signal);
  }

  // After create() the provider has a passkey that the server may not have.
  async function forget(rpId, credentialId, error) {
    if (!api()?.signalUnknownCredential || error.code === 'credential_exists') return;
    const refused = error.code && error.status < 500 && error.code !== 'ceremony_unusable';
    if (!refused) {
      const answer = await call('GET', 'credentials').catch(() => null);
      if (!answer?.credentials || answer.credentials.some((entry) => entry.credential_id === credentialId)) return;
    }
    await signal('signalUnknownCredential', { rpId, credentialId });
  }

  // begin -> browser -> finish. `abort` ends it before finish; `started` hears of the browser's request.
  async function ceremony(kind, { body, conditional, finish, abort, started }) {
    const create = kind === 'register';
    const begun = await call('POST', `${kind}/begin`, body, abort);
    const { publicKey, state, uiMode } = begun;
    const mediation = conditional ? 'conditional' : begun.mediation;
    let credential;
    let stop;
    try {
      // A browser that ignores the member would open a dialog nobody asked for.
      if (create && mediation === 'conditional' && (await capabilities()).conditionalCreate === false) {
        throw new PasskeyError('unsupported', 'this browser cannot create a passkey without a dialog');
      }
      const options = { publicKey: parseOptions(create, publicKey), signal: abort };
      if (mediation) options.mediation = mediation;
      if (uiMode && !conditional) options.uiMode = uiMode;
      stop = started?.(publicKey.timeout);
      credential = await navigator.credentials[create ? 'create' : 'get'](options);
      if (!credential) throw cancelled();
    } catch (error) {
      throw error instanceof PasskeyError ? error : fromBrowser(error, abort);
    } finally {
      stop?.();
    }
    const json = credentialJSON(credential);
    if (create) epoch += 1;
    try {
      return await call('POST', `${kind}/finish`, { credential: json, state, ...finish });
    } catch (error) {
      const rpId = publicKey.rpId ?? publicKey.rp?.id ?? location.hostname;
      if (create) quiet(forget(rpId, json.id, error));
      else if (error.code === 'unknown_credential') {
        await signal('signalUnknownCredential', { rpId, credentialId: json.id });
      }
      throw error;
    }
  }

  function controller(outer) {
    const own = new AbortController();
    if (outer?.aborted) own.abort();
    else outer?.addEventListener('abort', () => own.abort(), { once: true, signal: own.signal });
    return own;
  }

  const needApi = () => {
    if (!supported()) throw new PasskeyError('unsupported', 'this browser or page has no passkey support');
  };

  // Runs a modal ceremony alone: the conditional one steps aside, and comes back if this one fails.
  async function exclusive(kind, { outer, ...rest }) {
    needApi();
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

  async function background(body, outer) {
    needApi();
    if (!(await conditionalSupported())) {
      throw new PasskeyError('unsupported', 'this browser has no passkey autofill');
    }
    if (!document.querySelector('input[autocomplete~="webauthn" i]')) {
      console.warn('passkeys: no input has autocomplete="username webauthn", so the browser has nowhere to offer one');
    }
    const before = waiting;
    const own = (waiting = controller(outer));
    before?.abort();
    before?.request?.abort();
    own.signal.addEventListener('abort', () => own.request?.abort());
    let renewed = false;
    let unusable = false;
    try {
      await before?.settled;
      for (;;) {
        while (modal) await quiet(modal.done);
        if (own.signal.aborted) throw cancelled();
        const request = (own.request = new AbortController());
        const attempt = ceremony('authenticate', {
          body,
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
          if (own.signal.aborted) throw cancelled(error);
          if (request.signal.aborted) {
            renewed = true; // a modal ceremony took its turn, or the challenge grew old
          } else if (error.code === 'ceremony_unusable' && !unusable) {
            unusable = true;
          } else if (renewed && (error.status >= 500 || (error.reason === 'failed' && !error.code))) {
            await new Promise((done) => {
              own.signal.addEventListener('abort', done, { once: true });
              setTimeout(done, 30_000); // woke up offline: try again later
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

  return {
    supported,
    conditionalSupported,
    platformSupported,
    capabilities,

    register({ name, signal: outer, ...body } = {}) {
      return exclusive('register', { body, outer, finish: name ? { name } : {} });
    },
    async authenticate({ conditional, signal: outer, ...body } = {}) {
      const answer = await (conditional ? background(body, outer) : exclusive('authenticate', { body, outer }));
      if (body.purpose !== 'step_up') quiet(syncAccepted());
      return answer;
    },
    stepUp({ signal: outer } = {}) {
      return exclusive('authenticate', { body: { purpose: 'step_up' }, outer });
    },
    list: () => call('GET', 'credentials'),
    rename: (id, name) => call('PATCH', one(id), { name }),
    async remove(id) {
      const answer = await call('DELETE', one(id));
      epoch += 1;
      quiet(syncAccepted());
      return answer;
    },
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
