// The browser's side of the passkey routes.
//
//   import { passkeys } from '/auth/passkeys/passkeys.js';
//   await passkeys.authenticate();                      // a button
//   await passkeys.authenticate({ conditional: true }); // autofill, at page load
//   await passkeys.register({ name: 'Laptop' });
//
// Every call to the server resolves with the server's answer and rejects with a PasskeyError. The browser runs one
// request at a time: a later modal call ends an earlier one, and the conditional call steps aside for both.

/** Why a call failed. */
export type PasskeyReason =
  /**
   * The person closed the dialog, it timed out, the page aborted it, or `immediate` found no passkey at hand:
   * browsers do not tell these apart. Not an error to show in red.
   */
  | 'cancelled'
  /** This device already holds a passkey for the account. */
  | 'duplicate'
  /** The browser refused the RP ID for this origin: an IP address, plain http, or a wrong setting. */
  | 'misconfigured'
  /** The browser cannot do what was asked for, or the page is not a secure context. */
  | 'unsupported'
  /** The network, the authenticator or the browser failed. */
  | 'failed'
  /** The server answered with an error; see `code` and `status`. */
  | 'server';

/** The codes of the passkey routes; an application's own codes come through as they are. */
export type PasskeyServerCode =
  | 'invalid_request'
  | 'ceremony_unusable'
  | 'authentication_failed'
  | 'unknown_credential'
  | 'sign_in_refused'
  | 'cross_site'
  | 'step_up_required'
  | 'not_signed_in'
  | 'registration_failed'
  | 'credential_exists'
  | 'limit_reached'
  | 'removal_refused'
  | 'not_found'
  | 'rate_limited'
  | 'unavailable';

export class PasskeyError extends Error {
  constructor(
    reason: PasskeyReason,
    message: string,
    more?: {
      cause?: unknown;
      code?: string;
      status?: number;
      step?: string;
      hint?: string;
      retryAfter?: number;
    },
  );
  readonly name: 'PasskeyError';
  readonly reason: PasskeyReason;
  /** The server's `code`, or the name of the browser's exception. */
  readonly code?: PasskeyServerCode | (string & {});
  /** The HTTP status, when the server answered. */
  readonly status?: number;
  /** The failed step of the WebAuthn procedure; sent on localhost only. */
  readonly step?: string;
  /** What would mend it; sent on localhost only. */
  readonly hint?: string;
  /** Seconds to wait, when the server sent `Retry-After`. */
  readonly retryAfter?: number;
  readonly cause?: unknown;
}

export interface PasskeyProvider {
  name: string;
  icon_light?: string;
  icon_dark?: string;
}

/** A passkey as the server lists it. */
export interface ListedCredential {
  /** The id that `rename` and `remove` take. */
  id: string;
  /** The WebAuthn credential id, base64url. */
  credential_id: string;
  name: string;
  /** UUID text. */
  aaguid: string;
  provider?: PasskeyProvider | null;
  transports: string[];
  /** RFC 3339, UTC. */
  created_at: string;
  /** RFC 3339, UTC; null when it never signed in. */
  last_used_at: string | null;
  backup_eligible: boolean;
  backup_state: boolean;
  status: 'active' | 'suspended' | 'revoked';
}

export interface AcceptedCredentials {
  rpId: string;
  userId: string;
  allAcceptedCredentialIds: string[];
}

export interface CredentialAnswer {
  credential: ListedCredential;
}

export interface CredentialList {
  credentials: ListedCredential[];
  /** The payload of `PublicKeyCredential.signalAllAcceptedCredentials`; missing for who never began to add a passkey. */
  signal?: AcceptedCredentials;
}

/** The payload of `PublicKeyCredential.signalCurrentUserDetails`. */
export interface CurrentUserDetails {
  rpId: string;
  userId: string;
  name: string;
  displayName: string;
}

/** `PublicKeyCredential.getClientCapabilities()`, with the first two filled in on browsers without it. */
export interface PasskeyCapabilities {
  conditionalGet: boolean;
  userVerifyingPlatformAuthenticator: boolean;
  /** Whether `upgrade` can do anything. */
  conditionalCreate?: boolean;
  /** Whether `authenticate({ immediate: true })` is possible. */
  immediateGet?: boolean;
  [capability: string]: boolean | undefined;
}

export interface PasskeysOptions {
  /**
   * Where the routes are mounted; by default the folder this module came from, which is right only if the routes
   * themselves serve it. Bundled or copied elsewhere, say `createPasskeys({ base: '/auth/passkeys/' })`.
   *
   * Requests to the page's own origin carry `credentials: 'same-origin'`, those to another one `'include'`: see
   * "Routes on another origin" in the README.
   */
  base?: string | URL;
  /** Used in place of `globalThis.fetch`. */
  fetch?: typeof globalThis.fetch;
  /** Sent with every request (a CSRF or bearer token); a function is asked each time. */
  headers?: HeadersInit | (() => HeadersInit | Promise<HeadersInit>);
}

/** A salt or a blob: bytes, or base64url. */
export type Bytes = BufferSource | string;

export interface PrfSalts {
  first: Bytes;
  second?: Bytes;
}

/** Inputs of extensions. Each one given here takes the place of the server's. */
export interface PasskeyExtensions {
  prf?: {
    eval?: PrfSalts;
    /** Salts by credential id (base64url); for sign-ins with an allow list, and step-ups. */
    evalByCredential?: Record<string, PrfSalts>;
  };
  largeBlob?: {
    /** When registering. */
    support?: 'required' | 'preferred';
    /** When authenticating. */
    read?: boolean;
    /** When authenticating, with an allow list of one passkey: a step-up of an account that has one. */
    write?: Bytes;
  };
  [extension: string]: unknown;
}

/** What the browser answers, as it answers it: bytes are `ArrayBuffer`s. */
export interface PasskeyResults {
  prf?: { enabled?: boolean; results?: { first: ArrayBuffer; second?: ArrayBuffer } };
  largeBlob?: { supported?: boolean; blob?: ArrayBuffer; written?: boolean };
  [extension: string]: unknown;
}

export interface CeremonyOptions {
  /** Ends the ceremony before its finish request. */
  signal?: AbortSignal;
  /** Extensions that this page asks for itself. */
  extensions?: PasskeyExtensions;
  /**
   * Hears the results of the extensions, once, when the server has accepted the passkey and before the call
   * resolves. `prf.results` and `largeBlob.blob` are told here only: they are never sent to the server. If it
   * throws, the call rejects with what it threw, though the server has accepted.
   */
  onResults?: (results: PasskeyResults) => void;
}

export interface RegisterOptions extends CeremonyOptions {
  /** The name the passkey gets in the list. */
  name?: string;
  /** Any other member goes into the body of `register/begin`. */
  [member: string]: unknown;
}

export interface AuthenticateOptions extends CeremonyOptions {
  /**
   * Offers passkeys in the autofill of an input with `autocomplete="username webauthn"`.
   * The promise stays pending while a modal ceremony takes its turn and the request then starts again; it
   * rejects as `cancelled` when a modal ceremony succeeded, or on `abort()`, `signal` or a newer conditional call.
   */
  conditional?: boolean;
  /**
   * Signs in with a passkey that is at hand, without offering phones and security keys (`uiMode: 'immediate'`).
   * Call it in a click. It rejects as `cancelled` where no passkey is at hand, and as `unsupported`, without asking
   * the server, in browsers that cannot do it: show the sign-in form then. Not to be had together with `conditional`
   * or a user's name. The page cannot close the browser's dialog: `abort()` and `signal` end the ceremony behind it.
   */
  immediate?: boolean;
  /** Any other member (an e-mail, say) goes into the body of `authenticate/begin`. */
  [member: string]: unknown;
}

export interface Passkeys {
  /** Creates a passkey for the signed-in user. Resolves with the answer of `register/finish`. */
  register<Answer = CredentialAnswer>(options?: RegisterOptions): Promise<Answer>;
  /**
   * Makes an account that has a passkey and no password. The members (an e-mail, say) go into the body of
   * `register/begin`, `name` is the passkey's. Resolves with the answer of a sign-in, which the application shapes.
   * A 409 of the application's own means that there is no account: the provider is told to forget the passkey.
   */
  signUp<Answer = unknown>(options?: RegisterOptions): Promise<Answer>;
  /**
   * Adds a passkey without a dialog, right after a sign-in with a password. Resolves with null where that is not to
   * be: the browser cannot do it, it or the password manager declines, there is a passkey already, the person began
   * something else, or it was aborted. What the server refuses rejects as ever. It never gets in the way of a
   * running modal ceremony.
   */
  upgrade<Answer = CredentialAnswer>(options?: RegisterOptions): Promise<Answer | null>;
  /** Signs in. Resolves with the answer of `authenticate/finish`, which the application shapes. */
  authenticate<Answer = unknown>(options?: AuthenticateOptions): Promise<Answer>;
  /** Confirms that the signed-in user is still there, after a `step_up_required`. */
  stepUp<Answer = unknown>(options?: CeremonyOptions): Promise<Answer>;
  /** The signed-in user's passkeys. */
  list(): Promise<CredentialList>;
  rename(id: string, name: string): Promise<CredentialAnswer>;
  /** Revokes a passkey; where the browser can, its provider is told too. */
  remove(id: string): Promise<CredentialAnswer>;
  /**
   * Tells the passkey provider the account's new name, where the browser can; it never rejects. The payload comes from
   * the application's own route that changed it. Not for the names of passkeys: providers know nothing of those.
   */
  detailsChanged(payload: CurrentUserDetails): Promise<unknown>;
  /** Whether this page can use passkeys at all. */
  supported(): boolean;
  /** Whether passkeys can be offered in autofill. */
  conditionalSupported(): Promise<boolean>;
  /** Whether this device has a built-in authenticator that verifies its user. */
  platformSupported(): Promise<boolean>;
  capabilities(): Promise<PasskeyCapabilities>;
  /** Ends every running ceremony; resolves when the browser is free again. Call it after a sign-in with a password. */
  abort(): Promise<void>;
}

export function createPasskeys(options?: PasskeysOptions): Passkeys;

/** The instance for the folder this module came from. */
export const passkeys: Passkeys;
export default passkeys;
