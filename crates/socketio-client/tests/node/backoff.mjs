// Prints rows `[n, r, delay]` computed by the official client's backoff, for r all over [0, 1).

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

// The package does not export the file: find it beside the entry point.
const entry = createRequire(import.meta.url).resolve("socket.io-client");
const file = join(dirname(entry), "..", "esm", "contrib", "backo2.js");
const { Backoff } = await import(pathToFileURL(file).href);

const rows = [];
for (let r = 0; r < 1; r += 0.00371) {
  Math.random = () => r;
  const backoff = new Backoff({ min: 1000, max: 5000, jitter: 0.5 });
  for (let n = 0; n < 8; n += 1) rows.push([n, r, backoff.duration()]);
}
console.log(JSON.stringify(rows));
