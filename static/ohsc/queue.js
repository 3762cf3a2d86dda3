// How does one move through a list by keyboard? j and k from anywhere, arrows while in the list.
// Focus moves to the item's link; Enter opens it, as on any link. Nothing opens by being passed.

import { isForThePage, shortcutsAreOn } from "./shortcuts.js";

const steps = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 };

function linksOf(list) {
  return [...list.querySelectorAll("[data-queue-item] a[href]")].filter((link) => link.checkVisibility());
}

function whereWeAre(links) {
  const focused = links.indexOf(document.activeElement);
  return focused >= 0 ? focused : links.findIndex((link) => link.hasAttribute("aria-current"));
}

function onKey(event) {
  const step = steps[event.key];
  if (!step || !isForThePage(event) || event.shiftKey) return;
  const isArrow = event.key.length > 1;
  const within = document.activeElement?.closest("[data-queue]");
  const list = within ?? document.querySelector("[data-queue]");
  if (!list || (isArrow ? !within : !shortcutsAreOn())) return;
  const links = linksOf(list);
  if (!links.length) return;
  event.preventDefault();
  const here = whereWeAre(links);
  const next = here < 0 && step < 0 ? links.length - 1 : here + step;
  links[Math.min(Math.max(next, 0), links.length - 1)].focus();
}

/** With htmx the record changes beside the list; the list then says which one is open. */
function markOpened(event) {
  const link = event.target.closest?.("[data-queue-item] a[href]");
  if (!link || !event.detail.successful) return;
  for (const other of linksOf(link.closest("[data-queue]"))) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
}

export function startQueue() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("htmx:afterRequest", markOpened);
}
