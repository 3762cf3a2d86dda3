// How tall are the rows of lists? A button with data-density-switch turns one into the other.

import { choose, chosen } from "./preferences.js";

function describe(button) {
  const comfortable = chosen("density") === "comfortable";
  button.setAttribute("aria-pressed", String(comfortable));
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
