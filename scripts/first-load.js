// Prints what a browser must fetch before an interface can show anything: index.html and every script and
// style sheet it names, gzipped. Images, fonts and what is loaded later are deliberately absent.
// Usage: node scripts/first-load.js DIST…
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { gzipSync } = require("node:zlib");

for (const dist of process.argv.slice(2)) {
  const html = readFileSync(join(dist, "index.html"), "utf8");
  const named = [...html.matchAll(/(?:src|href)="([^":]+\.(?:js|css))"/g)].map((match) => match[1]);
  const files = ["index.html", ...new Set(named)];
  const bytes = files.map((name) => gzipSync(readFileSync(join(dist, name))).length);
  const sum = bytes.reduce((total, size) => total + size, 0);
  console.log(`${dist}: ${(sum / 1024).toFixed(1)} KiB gzipped in ${files.length} files`);
}
