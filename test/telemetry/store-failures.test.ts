// The lines about a database that fails: the first at once, then a count each minute.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { systemClock } from "../../src/domain/clock.ts";
import { createLogTo } from "../../src/telemetry/log.ts";
import { logStoreFailures } from "../../src/telemetry/store-failures.ts";
import { createTelemetry } from "../../src/telemetry/telemetry.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("each cause has a line at once, then one a minute with the number of failures", () => {
  const lines: { cause: string; failures: number; driverCode: string; why: string }[] = [];
  const log = logStoreFailures(
    createLogTo("info", { write: (line: string) => void lines.push(JSON.parse(line) as never) }),
  );
  const counts = () => lines.map(({ cause, failures }) => `${cause} ${failures}`);
  for (let count = 0; count < 100; count++) log({ cause: "disk_full", code: "SQLITE_FULL 13" });
  log({ cause: "locked", code: "SQLITE_BUSY 5" });
  expect(counts()).toEqual(["disk_full 1", "locked 1"]);
  expect(lines[0]).toMatchObject({
    level: "error",
    msg: "store failed",
    driverCode: "SQLITE_FULL 13",
    why: expect.stringContaining("disk"),
  });
  vi.advanceTimersByTime(60_000);
  expect(counts().slice(2)).toEqual(["disk_full 99"]);
  log({ cause: "disk_full", code: "SQLITE_FULL 13" });
  vi.advanceTimersByTime(60_000);
  expect(counts().slice(3)).toEqual(["disk_full 1"]);
  // After a minute of quiet the next failure is the first again.
  vi.advanceTimersByTime(60_000);
  log({ cause: "disk_full", code: "SQLITE_FULL 13" });
  expect(counts()).toHaveLength(5);
});

test("a failure and another host let the process look again at the database", () => {
  const telemetry = createTelemetry({
    config: { trustedProxies: [] },
    clock: systemClock,
    log: createLogTo("info", { write: () => undefined }),
  });
  const listener = vi.fn();
  telemetry.whenStoreFails(listener);
  telemetry.instrumentation.storeFailed({ cause: "unreachable", code: "ECONNRESET" });
  expect(listener).toHaveBeenCalledTimes(1);
  telemetry.instrumentation.hostChanged({ from: "a:1", to: "b:1", reason: "returned", why: "" });
  expect(listener).toHaveBeenCalledTimes(2);
});
