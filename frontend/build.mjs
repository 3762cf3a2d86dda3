// Which third-party files does a page load, and what is left out of them?
//
// Writes static/vendor (git-ignored): one style sheet compiled from main.scss, the two ES modules,
// and a note of whose work they are. No fonts, no crest, no images, no source maps.
// Nothing is replaced unless all of it could be built.

import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "node_modules");
const vendor = join(here, "..", "static", "vendor");
const making = `${vendor}.making`;

const modules = {
  "govuk-frontend.js": "govuk-frontend/dist/govuk/govuk-frontend.min.js",
  "moj-sortable-table.js": "@ministryofjustice/frontend/moj/components/sortable-table/sortable-table.bundle.mjs",
};

const credited = ["govuk-frontend", "@ministryofjustice/frontend"];

// A service that is not on GOV.UK may use the code, but not the typeface, the crest or the blue.
const branding = /GDS Transport|govuk-crest|1d70b8|url\(/i;

async function styleSheet() {
  const { css } = sass.compile(join(here, "main.scss"), { style: "compressed", loadPaths: [here] });
  const unbranded = css.replace(/#1d70b8/gi, "#0b5a6b").replace(/[^{}]*\{[^{}]*govuk-crest[^{}]*\}/g, "");
  const left = unbranded.match(branding);
  if (left) throw new Error(`The style sheet still holds "${left[0]}". Leave out the component it comes from.`);
  return unbranded;
}

async function module(path) {
  const source = await readFile(join(packages, path), "utf8");
  return source
    .replace(/^\s*\/\*\*[\s\S]*?\*\/\n/gm, "")
    .replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n");
}

// The packages carry no licence file of their own, only its name.
async function credit(name) {
  const about = JSON.parse(await readFile(join(packages, name, "package.json"), "utf8"));
  return `${name} ${about.version}, ${about.license} licence, ${about.homepage ?? about.repository.url}`;
}

await rm(making, { recursive: true, force: true });
await mkdir(making, { recursive: true });
await writeFile(join(making, "design-system.css"), await styleSheet());
for (const [name, path] of Object.entries(modules)) await writeFile(join(making, name), await module(path));
await writeFile(join(making, "CREDITS.txt"), `${(await Promise.all(credited.map(credit))).join("\n")}\n`);
await rm(vendor, { recursive: true, force: true });
await rename(making, vendor);
console.log(`Built ${Object.keys(modules).length + 1} files in static/vendor.`);
