// Points in time as people say them; the exact one is in the tooltip and in `datetime`.
import { element } from './dom.js';

const UNITS = [['year', 31_536_000], ['month', 2_592_000], ['week', 604_800], ['day', 86_400], ['hour', 3600], ['minute', 60]];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const exact = new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'medium' });
const date = new Intl.DateTimeFormat('en', { dateStyle: 'medium' });
const dateAndTime = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });

function time(moment, text) {
  return element('time', { datetime: moment, title: exact.format(new Date(moment)) }, text);
}

/** "3 days ago" */
export function ago(moment) {
  const seconds = (new Date(moment).getTime() - Date.now()) / 1000;
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? [];
  return time(moment, unit ? relative.format(Math.round(seconds / size), unit) : 'just now');
}

/** "Nov 21, 2026" */
export const onDay = (moment) => time(moment, date.format(new Date(moment)));

/** "Nov 21, 2026, 12:50:36 PM" */
export const atTime = (moment) => time(moment, dateAndTime.format(new Date(moment)));

/** "40 seconds", "3 minutes": how long to wait. */
export function duration(seconds) {
  const [count, unit] = seconds < 90 ? [Math.ceil(seconds), 'second'] : [Math.ceil(seconds / 60), 'minute'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
