// Making and finding elements. Text is always set as text: nothing here parses HTML.

export const $ = (id) => document.getElementById(id);

export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === 'class') made.className = value;
    else made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const SVG = 'http://www.w3.org/2000/svg';

/** One of the page's own pictures, by the id of its symbol. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `#${name}`);
  svg.append(use);
  return svg;
}

/** A button whose name for assistive technology says what it acts on. */
export function button(className, text, label, run) {
  const made = element('button', { class: `button ${className}`, type: 'button', 'aria-label': label }, text);
  made.addEventListener('click', () => run(made));
  return made;
}

export const show = (id, visible) => {
  $(id).hidden = !visible;
};
