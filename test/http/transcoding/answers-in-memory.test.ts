import { fromJson, type DescMethod, type Message } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { serveContract, type Sent } from "../serve.ts";

const CONTRACT = {
  messages: { Request: { text: "string" }, Response: { name: "string" } },
  methods: {
    Read: { input: "Request", output: "Response", http: { get: "/read" }, safe: true },
    Other: { input: "Request", output: "Response", http: { get: "/other" }, safe: true },
  },
};

/** Serves `/read` from memory while there is a name. */
async function serve(name: () => string | undefined) {
  const responses = new Map<string, Message>();
  const inMemory = (method: DescMethod): Message | undefined => {
    const current = name();
    if (method.name !== "Read" || current === undefined) return undefined;
    const known = responses.get(current) ?? fromJson(method.output, { name: current });
    responses.set(current, known);
    return known;
  };
  return serveContract(CONTRACT, () => ({ name: "called" }), { inMemory });
}

test("a response in memory is sent without a call, and a new one when there is one", async () => {
  let name: string | undefined = "one";
  const served = await serve(() => name);
  for (const expected of ["one", "one", "two"]) {
    name = expected;
    const { status, headers, body } = await served.request("GET", "/read");
    expect([status, headers["content-type"], JSON.parse(body)]).toEqual([
      200,
      "application/json; charset=utf-8",
      { name: expected },
    ]);
  }
  const head = await served.request("HEAD", "/read");
  expect([head.status, head.headers["content-length"], head.body]).toEqual([200, "14", ""]);
  expect(served.calls).toHaveLength(0);
  name = undefined;
  expect((await served.request("GET", "/read")).body).toBe('{"name":"called"}');
  expect((await served.request("GET", "/other")).body).toBe('{"name":"called"}');
  expect(served.calls).toHaveLength(2);
});

test.each<[why: string, path: string, sent: Sent, calls: number]>([
  ["a query", "/read?text=a", {}, 1],
  ["a credential, which may be wrong", "/read", { headers: { authorization: "Bearer a" } }, 1],
  ["a deadline", "/read", { headers: { "connect-timeout-ms": "1000" } }, 1],
  ["a deadline that has passed", "/read", { headers: { "grpc-timeout": "soon" } }, 0],
  ["a body", "/read", { headers: { "content-type": "text/html" }, body: "a" }, 1],
])("a request with %s is called for", async (_, path, sent, calls) => {
  const served = await serve(() => "kept");
  expect((await served.request("GET", path, sent)).body).not.toContain("kept");
  expect(served.calls).toHaveLength(calls);
});
