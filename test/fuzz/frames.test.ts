// Frames of HTTP/2 and requests of HTTP/1.1 that are wrong, each on a connection of its own. The
// generators are those of the check R-15.
import { afterEach, expect, test } from "vitest";
import { http1Case } from "../../torture/checks/floods/http1-mutations.ts";
import { http2Case } from "../../torture/checks/floods/http2-mutations.ts";
import { sendCases } from "../../torture/checks/floods/send-case.ts";
import { randomFrom } from "../../torture/stage.ts";
import { useServer } from "../use-server.ts";
import { runs, SEED } from "./property.ts";

const used = useServer();
const COUNT = runs(300);

afterEach(async () => {
  expect(used.server.log.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  expect((await fetch(`${used.url}/readyz`)).status).toBe(200);
});

test.each([
  ["HTTP/2", http2Case],
  ["HTTP/1.1", http1Case],
])("what is no %s is no fault of the server", async (name, make) => {
  const chance = randomFrom(SEED);
  const faults: string[] = [];
  let sent = 0;
  await sendCases(
    used.url,
    { count: COUNT, lanes: 8, next: () => make(chance) },
    ({ received }, text) => {
      sent++;
      if (received.startsWith("HTTP/1.1 5")) faults.push(`${JSON.stringify(text)}: ${received}`);
    },
  );
  expect(faults).toEqual([]);
  expect(sent).toBe(COUNT);
  process.stdout.write(`fuzz: ${COUNT} cases of ${name}, FUZZ_SEED=${SEED}\n`);
});
