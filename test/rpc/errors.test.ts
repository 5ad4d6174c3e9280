// The middleware `errors`: every reason has the code of the contract, and the client sees nothing
// of an unexpected error.
import { Code, ConnectError } from "@connectrpc/connect";
import { errorToJsonBytes } from "@connectrpc/connect/protocol-connect";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { IdentityError, REASONS } from "../../src/domain/errors.ts";
import type { Call } from "../../src/rpc/call.ts";
import { errors, toConnectError } from "../../src/rpc/errors.ts";
import { refusalOf } from "../clients/refusal.ts";

/** What stands in the contract: the reason and, at the end of its comment, the code. */
const declared = [
  ...readFileSync(
    join(import.meta.dirname, "../../proto/identity/v1/errors.proto"),
    "utf8",
  ).matchAll(/((?: *\/\/.*\n)+) *ERROR_REASON_(\w+) = [1-9]/g),
].map(([, comment, reason]) => ({
  reason: reason!,
  code: /([A-Z_]+)(?:, [^.]*)?\.\s*$/.exec(comment!)?.[1] ?? "",
}));

test("the contract names a code for every reason", () => {
  expect(declared.map(({ reason }) => reason).toSorted()).toEqual(REASONS.toSorted());
});

test.each(declared)("$reason is $code", ({ reason, code }) => {
  const error = toConnectError(
    new IdentityError(
      REASONS.find((each) => each === reason)!,
      "why",
    ),
  );
  // Connect writes one of them with one l.
  expect(Code[error.code].toUpperCase()).toBe(
    code.replaceAll("_", "").replace("CANCELLED", "CANCELED"),
  );
  expect(refusalOf(error)).toMatchObject({
    reason,
    domain: "latchkey",
    message: "why",
    fields: [],
    retryAfter: undefined,
  });
});

test("fields, facts and the time to come back are carried", () => {
  const error = toConnectError(
    new IdentityError("RATE_LIMITED", "why", {
      fields: [{ field: "a.b", description: "is wrong", rule: "string.min_len" }],
      retryAfter: 1500.5,
      metadata: { until: "then" },
    }),
  );
  expect(refusalOf(error)).toMatchObject({ fields: ["a.b"], retryAfter: 1501 });
  expect(error.metadata.get("retry-after")).toBe("2");
});

describe("the step", () => {
  const faults: unknown[] = [];
  const step = errors((_, cause) => void faults.push(cause));
  const call = { requestId: "the-request" } as Call;
  const outcome = (thrown: unknown): Promise<unknown> =>
    step(call, () => Promise.reject(thrown)).catch((error: unknown) => error);

  test.each([
    new TypeError("secret detail"),
    "a text",
    undefined,
    new IdentityError("INTERNAL", "secret detail"),
    new ConnectError("secret detail", Code.NotFound),
  ])("hides %s, and tells the log", async (thrown) => {
    faults.length = 0;
    const error = await outcome(thrown);
    expect(refusalOf(error)).toMatchObject({
      code: "Internal",
      reason: "INTERNAL",
      message: expect.stringContaining("the-request"),
    });
    expect(String(error)).not.toContain("secret detail");
    expect(faults).toEqual([thrown]);
  });

  test("hides the cause of what the domain refuses", async () => {
    faults.length = 0;
    const error = await outcome(
      new IdentityError("STORE_UNAVAILABLE", "the database cannot be reached", {
        cause: new Error("secret detail"),
      }),
    );
    expect(refusalOf(error)).toMatchObject({ code: "Unavailable", reason: "STORE_UNAVAILABLE" });
    expect(
      Buffer.from(errorToJsonBytes(error as ConnectError, undefined)).toString(),
    ).not.toContain("secret detail");
    expect(faults).toEqual([]);
  });
});
