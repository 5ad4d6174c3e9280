// A process of its own on a store: `migrate`, or `take <limit> <key>…`, which tries each key 50
// times. The options of the store come first, as JSON. It prints one JSON value a line: that it is
// ready, and its result, for which it waits until its standard input ends.
import { text } from "node:stream/consumers";
import { migrate } from "../../../src/store/engine/migrate.ts";
import { openStore } from "../../../src/store/engine/create-store.ts";
import { NOW, parallel } from "../samples.ts";

const [options = "", verb, limit, ...keys] = process.argv.slice(2);

/** Returns how many tries of each key were let through. */
async function take(): Promise<number[]> {
  const store = await openStore(JSON.parse(options));
  const counts: number[] = [];
  for (const key of keys) {
    const waits = await parallel(50, () => store.attempts.take(key, Number(limit), 1_000, NOW));
    counts.push(waits.filter((wait) => wait === 0).length);
  }
  await store.close();
  return counts;
}

async function main(): Promise<void> {
  console.log(JSON.stringify("ready"));
  await text(process.stdin);
  const result = verb === "migrate" ? await migrate(JSON.parse(options)) : await take();
  console.log(JSON.stringify(result));
}

void main();
