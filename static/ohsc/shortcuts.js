// Which key does what? An element says so itself: data-shortcut="a", or "g t" for two keys in turn.
// Single keys stand aside while someone types or composes, and can be turned off (WCAG 2.1.4).

import { choose, chosen } from "./preferences.js";

const pause = 1000;
const typing = "input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit]), textarea, select, [contenteditable]";
let pressed = [];
let lastAt = 0;

export function shortcutsAreOn() {
  return chosen("shortcuts") !== "off" && document.body.dataset.shortcuts !== "off";
}

/** A key belongs to the page only if nobody is writing and no browser key is meant. */
export function isForThePage(event) {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return false;
  if (document.querySelector("dialog[open]")) return false;
  return !event.target.closest?.(typing);
}

function reachable(element) {
  return !element.disabled && element.checkVisibility();
}

function findFor(keys) {
  const all = [...document.querySelectorAll("[data-shortcut]")].filter(reachable);
  const exact = all.find((element) => element.dataset.shortcut === keys);
  const begun = all.some((element) => element.dataset.shortcut.startsWith(`${keys} `));
  return { exact, begun };
}

function take(element) {
  element.focus();
  element.click();
  const opened = element.closest("summary")?.parentElement;
  if (opened?.open) opened.querySelector(":is(input, select, textarea):not([type=hidden])")?.focus();
}

function onKey(event) {
  if (!shortcutsAreOn() || !isForThePage(event) || event.key.length !== 1 || event.repeat) return;
  if (event.key === "?") {
    event.preventDefault();
    showHelp();
    return;
  }
  pressed = event.timeStamp - lastAt > pause ? [] : pressed;
  lastAt = event.timeStamp;
  pressed.push(event.key);
  let { exact, begun } = findFor(pressed.join(" "));
  if (!exact && !begun) {
    pressed = [event.key];
    ({ exact, begun } = findFor(event.key));
  }
  if (!begun) pressed = [];
  if (!exact) return;
  event.preventDefault();
  take(exact);
}

function nameOf(element) {
  if (element.dataset.shortcutName) return element.dataset.shortcutName;
  const copy = element.cloneNode(true);
  for (const aside of copy.querySelectorAll("kbd, svg, .count")) aside.remove();
  return copy.textContent.trim().replace(/\s+/g, " ");
}

function addLine(list, keys, name) {
  const term = document.createElement("dt");
  for (const key of keys.split(" ")) {
    const cap = document.createElement("kbd");
    cap.className = "key";
    cap.textContent = key;
    term.append(cap, " ");
  }
  const meaning = document.createElement("dd");
  meaning.textContent = name;
  list.append(term, meaning);
}

/** The list is read from the page as it stands, so it cannot promise a key that does nothing. */
function showHelp() {
  const dialog = document.getElementById("shortcut-help");
  const list = dialog.querySelector("[data-shortcut-list]");
  list.replaceChildren();
  for (const element of document.querySelectorAll("[data-shortcut]")) {
    if (reachable(element)) addLine(list, element.dataset.shortcut, nameOf(element));
  }
  if (document.querySelector("[data-queue]")) {
    addLine(list, "j", "Next in the list");
    addLine(list, "k", "Previous in the list");
  }
  addLine(list, "?", "This list");
  dialog.showModal();
}

export function startShortcuts() {
  document.addEventListener("keydown", onKey);
  for (const opener of document.querySelectorAll("[data-shortcut-help]")) opener.addEventListener("click", showHelp);
  for (const box of document.querySelectorAll("[data-shortcut-switch]")) {
    box.checked = chosen("shortcuts") !== "off";
    box.addEventListener("change", () => choose("shortcuts", box.checked ? "on" : "off"));
  }
}
