// What this browser and this device can do, and the one thing the page remembers about the device.
import { passkeys } from './api.js';

/** Opened by an IP address: passkeys belong to names, and the server takes requests from its own names alone. */
export const byAddress = location.hostname.startsWith('[') || /^\d+(\.\d+){3}$/.test(location.hostname);

/** The same page by the name of this machine, where the address is this machine's own. */
export function byName() {
  if (!/^(127\.|\[::1\]$)/.test(location.hostname)) return null;
  return `http://localhost${location.port && `:${location.port}`}${location.pathname}${location.search}`;
}

/** Whether passkeys work on this page at all. */
export const usable = passkeys.supported() && !byAddress;

// `?autofill=off` keeps the page from asking the browser for passkeys by itself: in the e-mail field, and after a
// password sign-in.
export const unasked = usable && new URLSearchParams(location.search).get('autofill') !== 'off';

export async function can(capability) {
  return usable && (await passkeys.capabilities().catch(() => ({})))[capability] === true;
}

// Only that a passkey was used here is remembered: no address and no name. On a machine that several people share,
// an e-mail address left behind would tell the next one who had an account.
const FLAG = 'ceremony.passkey-used';

export function remembered() {
  try {
    return localStorage.getItem(FLAG) === 'yes';
  } catch {
    return false;
  }
}

export function remember(used) {
  try {
    if (used) localStorage.setItem(FLAG, 'yes');
    else localStorage.removeItem(FLAG);
  } catch {
    /* the next visit starts from the beginning */
  }
}

// Which passkey opened this tab's session: a number of a row, gone with the tab.
const OPENED = 'ceremony.signed-in-with';

export function openedWith() {
  try {
    return sessionStorage.getItem(OPENED);
  } catch {
    return null;
  }
}

export function setOpenedWith(id) {
  try {
    if (id) sessionStorage.setItem(OPENED, id);
    else sessionStorage.removeItem(OPENED);
  } catch {
    /* the list shows no mark */
  }
}
