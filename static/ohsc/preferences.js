// What has this person chosen in this browser? Kept for each person, since desks are shared.
// Choices only, never anything a record says.

const root = document.documentElement;
const place = `ohsc.${root.dataset.person || "anyone"}`;

function kept() {
  try {
    return JSON.parse(localStorage.getItem(place) || "{}");
  } catch {
    return {};
  }
}

export function chosen(name) {
  return root.dataset[name];
}

export function choose(name, value) {
  root.dataset[name] = value;
  try {
    localStorage.setItem(place, JSON.stringify({ ...kept(), [name]: value }));
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}
