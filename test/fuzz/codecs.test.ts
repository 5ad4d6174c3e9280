// One call, written in five ways: the same answer, or the same reason for the same refusal.
import { type DescMethodUnary, getOption, type JsonObject, toJson } from "@bufbuild/protobuf";
import type { Transport } from "@connectrpc/connect";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { http } from "../../gen/google/api/annotations_pb.ts";
import { dialectOf } from "../../src/http/transcoding/dialect.ts";
import { refusalOf } from "../clients/refusal.ts";
import { openWays, type Way, type Ways } from "../clients/ways.ts";
import { type Meaning, meanings, messageOf } from "./generators/calls.ts";
import { assertForAll, TIMEOUT_MS } from "./property.ts";
import { useTarget } from "./target/target.ts";

const target = useTarget();
let ways: Ways;
beforeAll(() => void (ways = openWays(target.url)));
afterAll(() => ways.close());
afterEach(() => target.checkHealth());

/**
 * What became of a call. Of what the call has made only that it was made: names and ids are new
 * every time.
 */
interface Outcome {
  readonly reason: string;
  readonly told: unknown;
}

let count = 0;

async function outcome(transport: Transport, meaning: Meaning): Promise<Outcome> {
  const { method, authorization } = meaning;
  try {
    const { message } = await transport.unary(
      method,
      undefined,
      undefined,
      authorization === "" ? {} : { authorization },
      messageOf(meaning, `m${count++}`),
    );
    return {
      reason: "",
      told: method.idempotency === 1 ? toJson(method.output, message) : Object.keys(message),
    };
  } catch (error) {
    const { code, reason, domain, message, fields, retryAfter } = refusalOf(error);
    return { reason, told: { code, domain, message, fields, mayRetry: retryAfter !== undefined } };
  }
}

const RPC: readonly Way[] = [
  "grpc-js",
  "gRPC-Web, HTTP/1.1",
  "Connect, HTTP/1.1, protobuf",
  "Connect, HTTP/1.1, JSON",
];

/**
 * The same call as a form, where the contract declares one: the answer is the one that it declares
 * for the reason.
 */
async function expectForm(
  meaning: Meaning,
  path: string,
  { reason, told }: Outcome,
): Promise<void> {
  const { method, authorization } = meaning;
  const fields = toJson(method.input, messageOf(meaning, ""), {
    useProtoFieldName: true,
  }) as Record<string, string>;
  const response = await fetch(target.url + path, {
    method: "POST",
    headers: authorization === "" ? {} : { authorization },
    body: new URLSearchParams(fields),
  });
  const body = (await response.json()) as JsonObject;
  if (reason === "") return expect(response.status).toBe(200);
  const rule = dialectOf(method).errors.find(
    ({ reasons }) => reasons.size === 0 || reasons.has(reason),
  )!;
  expect(response.status).toBe(rule.status);
  expect({ ...body }).toEqual({
    error: /"error":"(\w+)"/.exec(rule.body!.literals[0]!)![1],
    error_description: (told as { message: string }).message,
  });
}

const formPath = (method: DescMethodUnary): string | undefined => {
  const { pattern } = getOption(method, http);
  return typeof pattern.value === "string" && pattern.value.startsWith("/oauth2/")
    ? pattern.value
    : undefined;
};

test(
  "300 calls",
  () =>
    assertForAll(300, meanings(target.principals), async (meaning) => {
      const expected = await outcome(ways.transports["grpc-js"], meaning);
      const path = formPath(meaning.method);
      for (const way of path === undefined ? [...RPC, "REST" as const] : RPC)
        expect(await outcome(ways.transports[way], meaning), way).toEqual(expected);
      if (path !== undefined) await expectForm(meaning, path, expected);
    }),
  TIMEOUT_MS,
);
