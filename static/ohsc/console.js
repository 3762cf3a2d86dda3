// A call of the interface, made by this browser as one of the agency's clients.
// Id, secret and token live in this page alone: nothing is stored, no cookie goes with a call, and leaving forgets them.

import { addressed, curlOf, exampleOf, operationsOf } from "./console-call.js";

const form = document.querySelector("[data-console]");
const part = Object.fromEntries([...form.querySelectorAll("[data-part]")].map((one) => [one.dataset.part, one]));
const { root, document: documentUrl, token: tokenUrl } = form.dataset;

let api;
let operations = [];
let operation;
let token = null; // {value, until, asked}

const values = () =>
  Object.fromEntries([...part.fields.querySelectorAll("[data-field]")].map((one) => [one.dataset.field, one.value]));

/** What would be sent now. */
function call() {
  const { path, headers } = addressed(operation, values());
  const text = operation.takes ? part.body.value : "";
  return { method: operation.method, path, headers, type: operation.bodyType, text };
}

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** A sentence in which what stands between backticks is code. */
function worded(text) {
  return text.split("`").map((piece, place) => (place % 2 ? element("code", { textContent: piece }) : piece));
}

function fieldGroup(field) {
  const id = `field-${field.name}`;
  const words = field.schema?.enum;
  const input = words
    ? element("select", { className: "govuk-select", id }, element("option", { value: "", textContent: "" }))
    : element("input", { className: "govuk-input", id, autocomplete: "off", spellcheck: false });
  for (const word of words ?? []) input.append(element("option", { value: word, textContent: word }));
  input.dataset.field = field.name;
  const label = element("label", { className: "govuk-label", htmlFor: id, textContent: field.name });
  if (!field.required) label.append(" ", element("span", { className: "optional", textContent: "(optional)" }));
  const group = element("div", { className: "govuk-form-group" }, label);
  const said = words ? "" : (field.description ?? "");
  if (said) {
    group.append(element("p", { className: "govuk-hint", id: `${id}-hint` }, ...worded(said)));
    input.setAttribute("aria-describedby", `${id}-hint`);
  }
  group.append(input);
  if (field.name === "Idempotency-Key") {
    input.value = crypto.randomUUID();
    const fresh = element("button", { type: "button", className: "button-link", textContent: "Make a new key" });
    fresh.addEventListener("click", () => {
      input.value = crypto.randomUUID();
      showCurl();
    });
    group.append(fresh);
  }
  return group;
}

function choose(id) {
  operation = operations.find((one) => one.id === id) ?? operations[0];
  const needs = operation.scope ? ` Needs the scope ${operation.scope}.` : "";
  part.says.replaceChildren(...worded(`${operation.says}${needs}`));
  part.fields.replaceChildren(...operation.fields.map(fieldGroup));
  const example = exampleOf(operation, api);
  operation.bodyType = example?.type ?? "";
  part["body-group"].hidden = !example;
  part["body-type"].textContent = example ? `(${example.type})` : "";
  part.body.value = example?.text ?? "";
  sayBody();
  showCurl();
}

function sayBody() {
  let isWrong = false;
  if (operation.bodyType === "application/json" && part.body.value.trim()) {
    try {
      JSON.parse(part.body.value);
    } catch {
      isWrong = true;
    }
  }
  part["body-problem"].hidden = !isWrong;
}

function showCurl() {
  const [client, scope] = [part.client.value.trim(), part.scope.value.trim()];
  part.curl.textContent = curlOf({ root, tokenUrl, client, scope, ...call() });
}

/** A token for what is typed now; the one we have while it lasts and nothing was changed. */
async function tokenNow() {
  const asked = JSON.stringify([part.client.value.trim(), part.secret.value, part.scope.value.trim()]);
  if (token?.asked === asked && token.until > Date.now()) return token.value;
  token = null;
  const [client, secret, scope] = JSON.parse(asked);
  const body = new URLSearchParams({ grant_type: "client_credentials", client_id: client, client_secret: secret });
  if (scope) body.set("scope", scope);
  const answer = await fetch(tokenUrl, { method: "POST", body, credentials: "omit", cache: "no-store" });
  const said = await answer.json();
  if (!answer.ok) {
    part["token-state"].textContent = "No token.";
    throw new Error(`No token: ${answer.status} ${said.error}. ${said.error_description ?? ""}`.trim());
  }
  const until = Date.now() + (said.expires_in - 30) * 1000;
  token = { value: said.access_token, until, asked };
  const hour = new Date(until).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
  part["token-state"].textContent = `A token until ${hour}, for ${said.scope}.`;
  return token.value;
}

async function send() {
  const { method, path, headers, type, text } = call();
  const bearer = { Authorization: `Bearer ${await tokenNow()}` };
  const typed = text ? { "Content-Type": type } : {};
  const began = performance.now();
  const answer = await fetch(path, {
    method,
    headers: { ...headers, ...bearer, ...typed },
    body: text || undefined,
    credentials: "omit",
    cache: "no-store",
    redirect: "manual",
  });
  const body = await answer.text();
  show(answer, body, Math.round(performance.now() - began));
}

function show(answer, body, took) {
  outcome(`${answer.status} ${answer.statusText}`, answer.ok ? "done" : "refused", ` in ${took} ms`);
  part.headers.textContent = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
  let read;
  try {
    read = JSON.parse(body);
  } catch {
    read = null;
  }
  // What can hurt to read is opened on purpose, here as everywhere.
  const hurts = Boolean(read?.narrative);
  part["answer-size"].textContent = hurts
    ? "Body. It holds a narrative, which can hurt to read"
    : `Body, ${body.length.toLocaleString()} characters`;
  part["answer-box"].open = Boolean(body) && !hurts;
  part["answer-body"].textContent = read ? JSON.stringify(read, null, 2) : body || "It is empty.";
  part.answer.hidden = false;
}

function outcome(said, kind, after = "") {
  const status = element("span", { className: "console__status", textContent: said });
  status.dataset.kind = kind;
  part.outcome.replaceChildren(status, after);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (part.send.disabled) return;
  part.send.disabled = true;
  outcome("Waiting for the answer", "");
  part.answer.hidden = true;
  try {
    await send();
  } catch (problem) {
    const lost = problem instanceof TypeError;
    outcome(lost ? "No answer came. Check the connection and the values, and send it again." : problem.message, "refused");
  } finally {
    part.send.disabled = false;
  }
});

form.addEventListener("input", () => {
  if (!operation) return;
  sayBody();
  showCurl();
});

part.operation.addEventListener("change", () => choose(part.operation.value));

part.copy.addEventListener("click", async () => {
  await navigator.clipboard.writeText(part.curl.textContent);
  part.copy.textContent = "Copied";
  setTimeout(() => (part.copy.textContent = "Copy"), 2000);
});

// The page may be kept to be shown again with "back": what was secret is not.
window.addEventListener("pagehide", () => {
  part.secret.value = "";
  token = null;
});

async function start() {
  api = await (await fetch(documentUrl, { credentials: "omit" })).json();
  operations = operationsOf(api);
  for (const tag of new Set(operations.map((one) => one.tag))) {
    const group = element("optgroup", { label: tag });
    for (const one of operations.filter((each) => each.tag === tag)) {
      group.append(element("option", { value: one.id, textContent: `${one.title}: ${one.method} ${one.path}` }));
    }
    part.operation.append(group);
  }
  choose("list_referrals");
  part.operation.value = operation.id;
}

start().catch(() => outcome("The description of the interface could not be read. Load the page again.", "refused"));
