// The start of the administrators' page: who may see it, then people and what happened.
import { config } from './api.js';
import { loadAudit, nameFilter, setUpAudit, showActivity } from './admin-audit.js';
import { loadUsers, setUpUsers } from './admin-users.js';
import { $, show } from './dom.js';
import { explain } from './errors.js';
import { ready, showBanners, showFooter } from './frame.js';
import { onSignedOut } from './messages.js';

const TITLES = {
  not_signed_in: 'Please sign in first',
  not_an_administrator: 'This page is for administrators',
};

const TEXTS = {
  not_signed_in: 'Sign in with an administrator’s account, then come back to this page.',
  not_an_administrator: 'You are signed in with an account that may not see it. Whoever runs this site names administrators when they start it.',
};

function refuse(error) {
  $('refused-title').textContent = TITLES[error.code] ?? 'This page cannot be shown now';
  $('refused-text').textContent = TEXTS[error.code] ?? explain(error);
  $('refused-link').textContent = error.code === 'not_signed_in' ? 'Go to the sign-in page' : 'Go to your account';
  show('admin', false);
  show('refused', true);
  ready('refused');
}

showBanners();
setUpUsers({ named: nameFilter, showActivity, changed: () => loadAudit() });
setUpAudit();
onSignedOut(() => refuse({ code: 'not_signed_in' }));
config().then(showFooter);
try {
  await loadUsers();
  await loadAudit();
  show('admin', true);
  ready('admin');
} catch (error) {
  refuse(error);
}
document.documentElement.dataset.ready = 'true';
