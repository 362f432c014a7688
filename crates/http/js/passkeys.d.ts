/** Why a call failed. */
export type PasskeyReason =
  /** The person closed the dialog, it timed out, or the page aborted it. Not an error to show in red. */
  | 'cancelled'
  /** This device already holds a passkey for the account. */
  | 'duplicate'
  /** The browser refused the RP ID for this origin: an IP address, plain http, or a wrong setting. */
  | 'misconfigured'
  /** No passkey support in this browser, or the page is not a secure context. */
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

/** `PublicKeyCredential.getClientCapabilities()`, with the first two filled in on browsers without it. */
export interface PasskeyCapabilities {
  conditionalGet: boolean;
  userVerifyingPlatformAuthenticator: boolean;
  [capability: string]: boolean | undefined;
}

export interface PasskeysOptions {
  /** Where the routes are mounted; by default the folder this module came from. */
  base?: string | URL;
  /** Used in place of `globalThis.fetch`. */
  fetch?: typeof globalThis.fetch;
  /** Sent with every request (a CSRF or bearer token); a function is asked each time. */
  headers?: HeadersInit | (() => HeadersInit | Promise<HeadersInit>);
}

export interface RegisterOptions {
  /** The name the passkey gets in the list. */
  name?: string;
  /** Ends the ceremony before its finish request. */
  signal?: AbortSignal;
  /** Any other member goes into the body of `register/begin`. */
  [member: string]: unknown;
}

export interface AuthenticateOptions {
  /**
   * Offers passkeys in the autofill of an input with `autocomplete="username webauthn"`.
   * The promise stays pending while a modal ceremony takes its turn and the request then starts again; it
   * rejects as `cancelled` when a modal ceremony succeeded, or on `abort()`, `signal` or a newer conditional call.
   */
  conditional?: boolean;
  /** Ends the ceremony before its finish request. */
  signal?: AbortSignal;
  /** Any other member (an e-mail, say) goes into the body of `authenticate/begin`. */
  [member: string]: unknown;
}

export interface Passkeys {
  /** Creates a passkey for the signed-in user. Resolves with the answer of `register/finish`. */
  register<Answer = CredentialAnswer>(options?: RegisterOptions): Promise<Answer>;
  /** Signs in. Resolves with the answer of `authenticate/finish`, which the application shapes. */
  authenticate<Answer = unknown>(options?: AuthenticateOptions): Promise<Answer>;
  /** Confirms that the signed-in user is still there, after a `step_up_required`. */
  stepUp<Answer = unknown>(options?: { signal?: AbortSignal }): Promise<Answer>;
  /** The signed-in user's passkeys. */
  list(): Promise<CredentialList>;
  rename(id: string, name: string): Promise<CredentialAnswer>;
  /** Revokes a passkey; where the browser can, its provider is told too. */
  remove(id: string): Promise<CredentialAnswer>;
  /** Whether this page can use passkeys at all. */
  supported(): boolean;
  /** Whether passkeys can be offered in autofill. */
  conditionalSupported(): Promise<boolean>;
  /** Whether this device has a built-in authenticator that verifies its user. */
  platformSupported(): Promise<boolean>;
  capabilities(): Promise<PasskeyCapabilities>;
  /** Ends every running ceremony; resolves when the browser is free again. */
  abort(): Promise<void>;
}

export function createPasskeys(options?: PasskeysOptions): Passkeys;

/** The instance for the folder this module came from. */
export const passkeys: Passkeys;
export default passkeys;
