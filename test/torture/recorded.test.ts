// The model counts the statements that were measured: they are those that the program sends today.
import { expect, test } from "vitest";
import { LOGGING, recordCalls } from "../../torture/model/record-calls.ts";
import { keptRecording } from "../../torture/model/results.ts";
import type { RecordedCall } from "../../torture/model/statements.ts";
import { Mariadb } from "../mariadb-server.ts";

/** How often each call is made: one may meet work of the process itself. */
const TIMES = 5;

const textsOf = (calls: readonly RecordedCall[]) =>
  calls.map(({ name, statements }) => ({ name, texts: statements.map(({ text }) => text) }));

// If this fails after a change of the store: node torture/model/record.ts, then run.ts beside it.
test("each call sends the statements that the model has measured", async () => {
  const mariadb = await Mariadb.start(undefined, LOGGING);
  try {
    const calls = await recordCalls(mariadb, TIMES);
    expect(calls.length).toBe(10);
    expect(textsOf(calls)).toEqual(textsOf(keptRecording().calls));
  } finally {
    await mariadb.dispose();
  }
});
