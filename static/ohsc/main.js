// What makes a page better once scripts run? Everything here is an addition: each page works without.

import { startDensity } from "./density.js";
import { startQueue } from "./queue.js";
import { startShortcuts } from "./shortcuts.js";

const root = document.documentElement;

/** The design systems' own parts, by the name an element carries in data-module. */
async function designSystemParts() {
  const [govuk, moj] = await Promise.all([
    import("../vendor/govuk-frontend.js"),
    import("../vendor/moj-sortable-table.js"),
  ]);
  return {
    "govuk-button": govuk.Button,
    "govuk-character-count": govuk.CharacterCount,
    "govuk-checkboxes": govuk.Checkboxes,
    "govuk-error-summary": govuk.ErrorSummary,
    "govuk-password-input": govuk.PasswordInput,
    "govuk-radios": govuk.Radios,
    "moj-sortable-table": moj.SortableTable,
  };
}

/** One part that cannot start leaves its plain HTML behind, and the others unharmed. */
function start(Part, element) {
  try {
    new Part(element);
  } catch (problem) {
    console.error(problem);
  }
}

function startParts(parts, within) {
  for (const [name, Part] of Object.entries(parts)) {
    const fresh = `[data-module="${name}"]:not([data-${name}-init])`;
    const found = [...within.querySelectorAll(fresh)];
    if (within.matches?.(fresh)) found.unshift(within);
    for (const element of found) start(Part, element);
  }
}

function sayConnection(state) {
  const box = document.getElementById("connection");
  if (!box) return;
  box.hidden = !state;
  for (const words of box.querySelectorAll("[data-when]")) words.hidden = words.dataset.when !== state;
}

/** A part of the page answered with the sign-in page: the session is over, so go there whole. */
function leaveIfSignedOut(event) {
  const { pathname } = new URL(event.detail.xhr.responseURL, location.href);
  if (!root.dataset.signIn || pathname !== root.dataset.signIn) return;
  event.detail.shouldSwap = false;
  location.reload();
}

/** Of several steps one is open at a time; what is about to go must not shut the one that comes opened in its place. */
function letGo(event) {
  for (const step of event.detail.target.querySelectorAll("details[name]")) step.removeAttribute("name");
}

/** Listens from the start: what is opened before the parts have come gets its focus all the same. */
function startHtmx(parts) {
  document.addEventListener("htmx:load", async (event) => startParts(await parts, event.detail.elt));
  document.addEventListener("htmx:beforeSwap", leaveIfSignedOut);
  document.addEventListener("htmx:beforeSwap", letGo);
  document.addEventListener("htmx:sendError", () => sayConnection("offline"));
  document.addEventListener("htmx:timeout", () => sayConnection("offline"));
  document.addEventListener("htmx:responseError", () => sayConnection("refused"));
  document.addEventListener("htmx:beforeRequest", () => sayConnection(null));
  document.addEventListener("htmx:afterSettle", (event) => {
    const { elt } = event.detail;
    (elt.matches("[data-focus]") ? elt : elt.querySelector("[data-focus]"))?.focus();
  });
}

/** What asks for news by itself does not while nobody looks at the page; it asks at once when somebody does again. */
function startPolling() {
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && event.detail.elt.matches("[data-polls]")) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    for (const part of document.querySelectorAll("[data-polls]")) part.dispatchEvent(new Event("looked-at"));
  });
}

function startMenu() {
  const menu = document.querySelector("details.whose");
  if (!menu) return;
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  menu.querySelector("ul")?.addEventListener("click", () => (menu.open = false));
}

function startConnection() {
  addEventListener("offline", () => sayConnection("offline"));
  addEventListener("online", () => sayConnection(null));
}

document.body.classList.add("js-enabled", "govuk-frontend-supported");
startMenu();
startConnection();
startPolling();
startDensity();
startShortcuts();
startQueue();

const parts = designSystemParts().catch(() => ({}));
startHtmx(parts);
parts.then((known) => startParts(known, document));
