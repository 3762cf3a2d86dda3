// What happens when a referral of a plan is dragged to another agency? Its own page opens with that agency first, for a
// change needs a reason, and what is blocked is to say why. By key the same page is a link away.

const TYPE = "text/x-ohsc-line";
let from = null;

document.addEventListener("dragstart", (event) => {
  const row = event.target.closest?.("[data-plan-line]");
  if (!row) return;
  from = row.closest("[data-plan-agency]");
  event.dataTransfer.setData(TYPE, row.dataset.planLine);
  event.dataTransfer.effectAllowed = "move";
  setTimeout(() => document.body.classList.add("plan-dragging")); // at once, the drag would end as the page moves
});

document.addEventListener("dragend", () => {
  document.body.classList.remove("plan-dragging");
  mark(null);
});

document.addEventListener("dragover", (event) => {
  const to = target(event);
  mark(to);
  if (to) event.preventDefault(); // which is how a page says that here may be dropped
});

document.addEventListener("drop", (event) => {
  const to = target(event);
  if (!to) return;
  event.preventDefault();
  const address = event.dataTransfer.getData(TYPE);
  location.assign(`${address}?to=${encodeURIComponent(to.dataset.planAgency)}`);
});

function target(event) {
  if (!event.dataTransfer.types.includes(TYPE)) return null;
  const to = event.target.closest?.("[data-plan-agency]");
  return to && to.dataset.planAgency !== from?.dataset.planAgency ? to : null;
}

function mark(to) {
  for (const one of document.querySelectorAll(".plan-target")) if (one !== to) one.classList.remove("plan-target");
  to?.classList.add("plan-target");
}
