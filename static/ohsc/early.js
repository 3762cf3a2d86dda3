// Runs before anything is drawn, so that a person's density does not jump: what is known already?
(() => {
  const root = document.documentElement;
  root.dataset.script = "on";
  try {
    const kept = JSON.parse(localStorage.getItem(`ohsc.${root.dataset.person || "anyone"}`) || "{}");
    if (kept.density) root.dataset.density = kept.density;
    if (kept.shortcuts) root.dataset.shortcuts = kept.shortcuts;
  } catch {
    // Storage can be closed to us; the page then stands as it was sent.
  }
})();
