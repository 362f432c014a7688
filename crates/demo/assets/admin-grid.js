// Tables that become cards on a phone. The roles are spelled out, because a table that is laid out as blocks loses its own.
import { element } from './dom.js';

/** A cell; its label is shown where the heading of the column is not. */
export function cell(label, ...children) {
  return element('td', { role: 'cell', 'data-label': label, class: children.length ? '' : 'none' }, ...children);
}

export function line(attributes, ...cells) {
  return element('tr', { role: 'row', ...attributes }, ...cells);
}

/** A name where there is one, or the id, short; the whole id is in the tooltip. */
export function named(id, names) {
  if (names.has(id)) return element('span', { title: id }, names.get(id));
  return element('code', { class: 'id', title: id }, id.length > 10 ? `${id.slice(0, 8)}…` : id);
}
