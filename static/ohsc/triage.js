// When does a row of the queue open beside the list, and when as a page of its own?
// Beside it only where there is room for two panes, and only on a plain press: other presses are the browser's.

const pane = document.getElementById("record");
const isLink = (element) => element.closest?.("[data-queue-item] a[hx-get]");

document.addEventListener(
  "click",
  (event) => {
    const link = isLink(event.target);
    const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (link && !(isPlain && pane?.checkVisibility())) event.stopPropagation();
  },
  true,
);

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target === pane) pane.scrollTop = 0;
});
