// How does the browser answer with a passkey or a security key? It is asked when a form with data-key is sent:
// "get" to prove who one is, "create" to make a new one. The server's question comes from data-options.

const fromText = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0)).buffer;
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

/** The question as the browser's interface takes it: what is text in JSON is bytes there. */
function asked({ publicKey }) {
  const named = (list) => list?.map((each) => ({ ...each, id: fromText(each.id) }));
  const question = { ...publicKey, challenge: fromText(publicKey.challenge) };
  if (question.user) question.user = { ...question.user, id: fromText(question.user.id) };
  question.allowCredentials = named(question.allowCredentials);
  question.excludeCredentials = named(question.excludeCredentials);
  return { publicKey: question };
}

/** The answer as JSON, in the form that WebAuthn gives it. */
function answered(credential) {
  const { response } = credential;
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const said = Object.fromEntries(parts.filter((part) => response[part]).map((part) => [part, toText(response[part])]));
  if (response.getTransports) said.transports = response.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: said,
  });
}

const WHY = {
  NotAllowedError: "It was called off, took too long, or this browser has no key that fits. Try again.",
  InvalidStateError: "This key is one of yours already. Use another.",
  SecurityError: "Passkeys do not work at this address. Open the platform by its usual one.",
};

async function ask(form) {
  const answer = await fetch(form.dataset.options, { headers: { Accept: "application/json" }, redirect: "error" });
  if (!answer.ok) throw new Error("no question");
  const question = asked(await answer.json());
  const made = form.dataset.key === "create" ? navigator.credentials.create(question) : navigator.credentials.get(question);
  return answered(await made);
}

async function send(event) {
  const form = event.target.closest("form[data-key]");
  if (!form) return;
  event.preventDefault();
  const problem = form.querySelector("[data-key-problem]");
  problem.hidden = true;
  if (form.dataset.busy) return;
  form.dataset.busy = "true";
  try {
    form.elements.credential.value = await ask(form);
    form.submit();
  } catch (error) {
    problem.textContent = WHY[error.name] ?? "The key could not be asked. Reload the page and try again.";
    problem.hidden = false;
  } finally {
    delete form.dataset.busy;
  }
}

if (window.PublicKeyCredential) {
  document.addEventListener("submit", send);
} else {
  for (const problem of document.querySelectorAll("[data-key-problem]")) {
    problem.textContent = "This browser knows no passkeys, or the address is not one they work at.";
    problem.hidden = false;
  }
}
