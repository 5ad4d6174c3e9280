// What is left of a call's time when it comes to its method.
import { create } from "@bufbuild/protobuf";
import { EmptySchema } from "@bufbuild/protobuf/wkt";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { joining, STORE_BUDGET } from "../../../src/domain/call-time.ts";
import { pause, ticks } from "../../../src/domain/clock.ts";
import {
  RequestRecord,
  requestRecordOf,
  startRecord,
} from "../../../src/http/server/request-record.ts";
import { readDeadline } from "../../../src/http/server/deadline.ts";
import type { Handler, HttpRequest, HttpResponse } from "../../../src/http/types.ts";
import type { Call } from "../../../src/rpc/call.ts";
import { deadline } from "../../../src/rpc/middleware/deadline.ts";
import { crossOrigin } from "../../../src/app/cross-origin.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const callOf = (request: HttpRequest): Call =>
  ({
    arrival: {
      record: requestRecordOf(request),
      deadline: readDeadline(request, ticks),
      aborted: () => false,
    },
    expired: () => false,
  }) as unknown as Call;

/** A request of a page, whose origin the database needs so long to find. */
function fromPage(headers: Readonly<Record<string, string>>, lookUpMs: number) {
  const request = {
    method: "POST",
    url: "/v1/sessions",
    headers: { origin: "https://app.example", ...headers },
  } as unknown as HttpRequest;
  startRecord(request, new RequestRecord("id", "192.0.2.1", ticks()));
  const response = { setHeader: () => undefined } as unknown as HttpResponse;
  const allowedOrigins = { allows: () => joining(pause(lookUpMs).then(() => true)) };
  const answer = (handler: Handler): unknown =>
    crossOrigin({ allowedOrigins } as never, [], {
      methodAt: () => undefined,
      isPage: () => false,
    })(handler)(request, response);
  return { request, answer };
}

test.each([
  ["the database's", {}, STORE_BUDGET, "STORE_UNAVAILABLE"],
  ["the caller's", { "connect-timeout-ms": "2000" }, 2_000, "DEADLINE_EXCEEDED"],
])("the look-up of its origin is part of %s time", async (_, headers, limit, reason) => {
  const began = ticks();
  const { request, answer } = fromPage(headers, 1_500);
  const ended = Promise.withResolvers<readonly [unknown, number]>();
  const slow = () => joining(pause(60_000)).then(() => create(EmptySchema));
  answer(() =>
    Promise.resolve(deadline(callOf(request), slow)).catch((error: { reason: string }) =>
      ended.resolve([error.reason, ticks() - began]),
    ),
  );
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await ended.promise).toEqual([reason, limit]);
});
