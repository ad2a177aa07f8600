// What every peer program in node does alike: read its arguments, time the steps, print the result.
//
// `node --expose-gc PEER.mjs form.json script.json SECONDS`; packages are looked for in the folder
// that CATI_PEERS names.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const folder = process.env.CATI_PEERS ?? process.cwd();
const scratch = createRequire(join(folder, "package.json"));

/** Where a file of an installed package is, such as "survey-core/package.json". */
export const where = (name) => join(folder, "node_modules", name);

/** The version of an installed package. */
export const versionOf = (name) =>
  JSON.parse(readFileSync(where(`${name}/package.json`), "utf8")).version;

/** An installed package, by require. */
export const load = (name) => scratch(name);

/** Processor time of this program so far, in microseconds: other programs are not measured along. */
function now() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function heap() {
  globalThis.gc?.();
  return process.memoryUsage();
}

/**
 * Lead the interview through an engine and print what it took.
 *
 * `open(form)` gives, once per run and timed as the load, an object with `answer(item, value)` and
 * `relevant()`, the names of the items on the route, and `value(item)`, the answer the engine holds.
 * All may be async.
 */
export async function interview({ engine, version, note, open }) {
  const [formFile, scriptFile, seconds] = process.argv.slice(2);
  const formText = readFileSync(formFile, "utf8");
  const { steps } = JSON.parse(readFileSync(scriptFile, "utf8"));
  const before = heap().heapUsed;
  const began = now();
  const form = JSON.parse(formText);
  const survey = await open(form);
  const loadMs = (now() - began) / 1000;
  const answers = [];
  const flips = [];
  const until = now() + Number(seconds) * 1e6;
  let done = 0;
  for (const [item, value, isFlip] of steps) {
    if (now() > until) break;
    const start = now();
    const waiting = survey.answer(item, value);
    if (waiting instanceof Promise) await waiting;
    (isFlip ? flips : answers).push(now() - start);
    done += 1;
  }
  // While the engine is still needed: afterwards it would be collected, and seem to take nothing.
  const after = heap();
  const relevant = await survey.relevant();
  const values = {};
  for (const section of form.sections) {
    for (const { name } of section.items) {
      const value = survey.value(name);
      if (value !== undefined && value !== null) values[name] = value;
    }
  }
  const result = {
    engine, version, load_ms: loadMs, steps_done: done, answer_us: answers, flip_us: flips,
    rss_mb: after.rss / 1e6, heap_mb: (after.heapUsed - before) / 1e6, relevant, values, note,
  };
  process.stdout.write(JSON.stringify(result) + "\n");
}
