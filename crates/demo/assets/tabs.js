// Tabs as the ARIA pattern has them: arrow keys move, one tab stop.
import { $ } from './dom.js';

/** Selects `tab-NAME` and shows `panel-NAME`. */
export function selectTab(names, chosen, focus = false) {
  for (const name of names) {
    const on = name === chosen;
    const tab = $(`tab-${name}`);
    tab.setAttribute('aria-selected', String(on));
    tab.tabIndex = on ? 0 : -1;
    $(`panel-${name}`).hidden = !on;
    if (on && focus) tab.focus();
  }
}

export function setUpTabs(names) {
  names.forEach((name, index) => {
    const last = names.length - 1;
    const targets = {
      ArrowLeft: names[index === 0 ? last : index - 1],
      ArrowRight: names[index === last ? 0 : index + 1],
      Home: names[0],
      End: names[last],
    };
    $(`tab-${name}`).addEventListener('click', () => selectTab(names, name));
    $(`tab-${name}`).addEventListener('keydown', (event) => {
      if (!Object.hasOwn(targets, event.key)) return;
      event.preventDefault();
      selectTab(names, targets[event.key], true);
    });
  });
}
