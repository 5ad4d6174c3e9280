// RPCs with malformed messages and envelopes: each refusal blames the caller, not the server.
import { afterEach, test } from "vitest";
import { assertForAll, TIMEOUT_MS } from "./property.ts";
import { callComplaint } from "./target/rpc-answers.ts";
import { gotCalls, postedCalls } from "./generators/rpc-requests.ts";
import { useTarget } from "./target/target.ts";

const target = useTarget();
afterEach(() => target.checkHealth());

test.each([
  { what: "POST", count: 2_400, calls: postedCalls },
  { what: "GET", count: 600, calls: gotCalls },
])(
  "$what",
  ({ count, calls }) =>
    assertForAll(count, calls(target.principals), async (sent) => {
      const answer = await target.send(sent);
      target.inspect(sent, answer, callComplaint(sent, answer));
    }),
  TIMEOUT_MS,
);
