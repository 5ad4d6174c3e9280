// A process of its own on a store: `node process.ts <options as JSON> migrate`, or `take <key>
// <limit>`, which tries 50 times. It says when it begins and what came of it, one JSON value a
// line.
import { migrate } from "../../../src/store/engine/migrate.ts";
import { openStore } from "../../../src/store/engine/create-store.ts";
import { NOW, parallel } from "../samples.ts";

const [options = "", verb, key = "", limit] = process.argv.slice(2);

async function take(): Promise<number> {
  const store = await openStore(JSON.parse(options));
  const answers = await parallel(50, () => store.attempts.take(key, Number(limit), 1_000, NOW));
  await store.close();
  return answers.filter((wait) => wait === 0).length;
}

console.log(JSON.stringify("begins"));
console.log(JSON.stringify(verb === "migrate" ? await migrate(JSON.parse(options)) : await take()));
