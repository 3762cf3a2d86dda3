// How tall are the rows of lists? A button with data-density-switch says, and does, the other.

import { choose, chosen } from "./preferences.js";

function describe(button) {
  button.textContent = chosen("density") === "comfortable" ? "Compact rows" : "Comfortable rows";
}

export function startDensity() {
  for (const button of document.querySelectorAll("[data-density-switch]")) {
    describe(button);
    button.addEventListener("click", () => {
      choose("density", chosen("density") === "comfortable" ? "compact" : "comfortable");
      describe(button);
    });
  }
}
