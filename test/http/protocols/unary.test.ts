// Faults of the server in a unary call: the client gets no details, and the operator all.
import { create, type DescMethodUnary, type Message } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { pipeline } from "../../../src/http/pipeline.ts";
import { createUnary } from "../../../src/http/protocols/unary.ts";
import { buildContract } from "../contract.ts";
import { send } from "../serve.ts";
import { serve } from "../server/sockets.ts";

test("an answer that JSON cannot carry is a fault of ours", async () => {
  const { service } = buildContract({
    messages: { Request: {}, Response: { at: "google.protobuf.Timestamp" } },
    methods: { Call: { input: "Request", output: "Response" } },
  });
  const [method] = service.methods as DescMethodUnary[];
  const faults: unknown[] = [];
  const unary = createUnary({
    methods: [method!],
    invoke: ({ method: called }) =>
      Promise.resolve(create(called.output, { at: { seconds: 2n ** 40n } } as unknown as Message)),
    now: () => 0,
    errorDomain: "test",
    maxMessageBytes: 1024,
    maxTimeoutMs: 1000,
    address: () => "",
    onFault: (error) => faults.push(error),
  });
  const { port } = await serve(pipeline([unary]));
  const { status, body } = await send(port, "POST", "/test.Service/Call", {
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  expect({ status, error: JSON.parse(body) as object }).toMatchObject({
    status: 500,
    error: { code: "internal", message: "internal error" },
  });
  expect(faults).toEqual([
    expect.objectContaining({ message: expect.stringContaining("Timestamp") }),
  ]);
});
