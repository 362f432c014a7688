// What every page of the site has around its content: banners, and the line that says who serves it.
import { $, element, show } from './dom.js';
import { byAddress, byName, usable } from './device.js';

/** Says why things do not work here, if they do not. */
export function showBanners() {
  if (byAddress) {
    const target = byName();
    if (target) {
      $('ip-link').href = target;
      $('ip-link').textContent = target;
    }
    show('ip-way', target !== null);
    show('ip-no-way', target === null);
    show('ip-banner', true);
  } else if (!usable) {
    if (!isSecureContext) {
      $('unsupported-text').textContent =
        'Browsers allow passkeys on https and on localhost only. You can still use a password.';
    }
    show('unsupported-notice', true);
  }
}

const FRAMEWORKS = {
  axum: ['axum', 'https://docs.rs/axum'],
  actix: ['Actix Web', 'https://docs.rs/actix-web'],
  warp: ['warp', 'https://docs.rs/warp'],
};

/** "Served by axum. Your session is kept in a cookie." */
export function showFooter(config) {
  if (!config) return;
  const [name, address] = FRAMEWORKS[config.framework] ?? [config.framework];
  const link = address ? element('a', { href: address, rel: 'noreferrer' }, name) : name;
  const where = config.sessions === 'token' ? 'this tab holds the session token' : 'the session is in a cookie';
  $('served-by').replaceChildren('Served by ', link ?? 'Ceremony', `; ${where}.`);
  $('served-by').dataset.framework = config.framework ?? '';
}

/** Takes the place of the waiting sign, and tells tests that the page is ready. */
export function ready(view) {
  show('loading', false);
  document.body.dataset.view = view;
}
