// Modal dialogs. The browser keeps the focus inside and gives it back at the end.

/** Opens a dialog whose form has `method="dialog"`; resolves with the value of the button, '' for Escape. */
export function ask(dialog, field) {
  dialog.returnValue = '';
  dialog.showModal();
  field?.select();
  return new Promise((done) => dialog.addEventListener('close', () => done(dialog.returnValue), { once: true }));
}

/**
 * Opens a dialog that stays until a try succeeds; resolves with whether one did.
 *
 * `wire(attempt, signal)` adds the listeners, which end with the dialog; `attempt(work, pressed)` runs one try, and
 * `failed(error)` tells in the dialog why it did not succeed.
 */
export function until(dialog, wire, failed) {
  return new Promise((resolve) => {
    const over = new AbortController();
    let passed = false;
    let trying = false;
    const attempt = async (work, pressed) => {
      if (trying) return;
      trying = true;
      pressed?.setAttribute('aria-busy', 'true');
      try {
        await work();
        passed = true;
        dialog.close();
      } catch (error) {
        if (dialog.open) failed(error);
      } finally {
        trying = false;
        pressed?.removeAttribute('aria-busy');
      }
    };
    dialog.addEventListener('close', () => (over.abort(), resolve(passed)), { signal: over.signal });
    wire(attempt, over.signal);
    dialog.showModal();
  });
}
