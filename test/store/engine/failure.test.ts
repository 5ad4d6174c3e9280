import { describe, expect, test } from "vitest";
import { Contention } from "../../../src/store/engine/errors.ts";
import { retried } from "../../../src/store/engine/writes/retries.ts";
import { failureOf } from "../../../src/store/engine/failure.ts";
import type { StoreFailure } from "../../../src/domain/instrumentation.ts";

const failure = (facts: object, message = "insert into users values ('ada')") =>
  Object.assign(new Error(message), facts);

describe("failureOf", () => {
  test.each([
    [{ errno: 1021, code: "ER_DISK_FULL" }, "disk_full", "ER_DISK_FULL 1021"],
    [{ errno: 1114, code: "ER_RECORD_FILE_FULL" }, "disk_full", "ER_RECORD_FILE_FULL 1114"],
    [{ errno: 3, code: "EE_WRITE" }, "disk_full", "EE_WRITE 3"],
    [{ errno: 1290, code: "ER_OPTION_PREVENTS_STATEMENT" }, "read_only", /1290$/],
    [{ errno: 1792 }, "read_only", "1792"],
    [{ errno: 1836 }, "read_only", "1836"],
    [{ errno: 1205 }, "locked", "1205"],
    [{ errno: 1047 }, "unreachable", "1047"],
    [{ errno: 1040 }, "unreachable", "1040"],
    [{ errno: 1969 }, "timeout", "1969"],
    [{ errno: 3024 }, "timeout", "3024"],
    [{ errno: 1045, code: "ER_ACCESS_DENIED_ERROR", fatal: true }, "other", /1045$/],
    [{ code: "PROTOCOL_SEQUENCE_TIMEOUT", fatal: true }, "timeout", "PROTOCOL_SEQUENCE_TIMEOUT"],
    [{ code: "ECONNREFUSED", errno: -111, fatal: true }, "unreachable", "ECONNREFUSED -111"],
    [{ errcode: 13 }, "disk_full", "SQLITE_FULL 13"],
    [{ errcode: 778 }, "disk_full", "SQLITE_IOERR 778"],
    [{ errcode: 4874 }, "disk_full", "SQLITE_IOERR 4874"],
    [{ errcode: 266 }, "other", "SQLITE_IOERR 266"],
    [{ errcode: 1032 }, "read_only", "SQLITE_READONLY 1032"],
    [{ errcode: 5 }, "locked", "SQLITE_BUSY 5"],
    [{}, "other", "unknown"],
  ])("names the cause of %o", (facts, cause, code) => {
    const found = failureOf(failure(facts));
    expect(found).toEqual({
      cause,
      code: typeof code === "string" ? code : expect.stringMatching(code),
    });
    expect(JSON.stringify(found)).not.toContain("ada");
  });

  test("reads the number of the operating system out of a message of the storage engine", () => {
    const text = 'Got error 28 "No space left on device" from storage engine InnoDB';
    expect(failureOf(failure({ errno: 1030 }, text)).cause).toBe("disk_full");
    expect(failureOf(failure({ errno: 1030 }, "Got error 5 from storage engine")).cause).toBe(
      "other",
    );
  });

  test("looks through what wraps the driver's error", () => {
    expect(failureOf(new Contention(failure({ fatal: true, code: "X" })))).toEqual({
      cause: "unreachable",
      code: "X",
    });
    expect(failureOf(new Contention()).cause).toBe("locked");
  });
});

test("retried reports each failure of the database once, and no other", async () => {
  const seen: StoreFailure[] = [];
  const attempt = (error: unknown) =>
    retried(() => Promise.reject(error), { onFailure: (found) => void seen.push(found) }).catch(
      (thrown: unknown) => thrown,
    );
  const unavailable = await attempt(failure({ errcode: 13 }));
  await attempt(failure({ errno: 1064 }));
  expect(seen).toEqual([{ cause: "disk_full", code: "SQLITE_FULL 13" }]);
  expect(await attempt(unavailable)).toBe(unavailable);
  expect(seen).toHaveLength(2);
});
