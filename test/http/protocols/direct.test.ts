// Direct calls against the same calls through node's layer: all that a client can see is the same,
// and so is the record.
import { create, type DescMethodUnary, type Message, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { connect, constants, type OutgoingHttpHeaders } from "node:http2";
import { setTimeout as delay } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { ErrorInfoSchema } from "../../../gen/google/rpc/error_details_pb.ts";
import { createCrossOrigin } from "../../../src/http/cross-origin.ts";
import { pipeline } from "../../../src/http/pipeline.ts";
import { createUnary } from "../../../src/http/protocols/unary.ts";
import type { Invocation } from "../../../src/http/protocols/invocation.ts";
import { StreamRequest } from "../../../src/http/server/direct/stream-request.ts";
import { createRecorder } from "../../../src/http/server/recorder.ts";
import type { RequestRecord } from "../../../src/http/server/request-record.ts";
import type { Listener } from "../../../src/http/server/listen.ts";
import { frame } from "../../protocols/raw.ts";
import { buildContract } from "../contract.ts";
import { serve, until } from "../server/sockets.ts";

const PATH = "/test.Service/Call";
const LIMIT = 1024;

const { service } = buildContract({
  messages: { Request: { text: "string" }, Response: { text: "string" } },
  methods: { Call: { input: "Request", output: "Response" } },
});
const method = service.methods[0] as DescMethodUnary;

const messageOf = (text: string): Uint8Array =>
  toBinary(method.input, create(method.input, { text } as unknown as Message));

/** What the method does, by the text that it gets. */
const ANSWERS: Readonly<Record<string, (invocation: Invocation) => unknown>> = {
  refuse: () => {
    throw new ConnectError("ü 100 %\n", Code.FailedPrecondition, { "retry-after": "7" }, [
      { desc: ErrorInfoSchema, value: { reason: "TEST", metadata: { a: "b" } } },
    ]);
  },
  fault: () => {
    throw new Error("a fault");
  },
  headers: ({ header, setHeader }) => {
    setHeader("answer-bin", header("question-bin") ?? "none");
    setHeader("te", header("te") ?? "not to be seen");
  },
  metadata: ({ header, setHeader }) =>
    setHeader("answer-bin", `${header("question-bin")},${header("te")},${header(":path")}`),
  hang: ({ aborted }) => until(aborted),
  slow: () => delay(100),
};

/** Longer than what is written at once. */
const IN_PIECES = "x".repeat(50_000);

interface Served {
  readonly listener: Listener;
  readonly records: RequestRecord[];
  readonly faults: string[];
  /** Whether each call was a direct one. */
  readonly direct: boolean[];
}

async function serveCalls(isDirect: boolean): Promise<Served> {
  const records: RequestRecord[] = [];
  const faults: string[] = [];
  const direct: boolean[] = [];
  const onFault = (error: unknown): void => void faults.push(String(error));
  const unary = createUnary({
    methods: [method],
    invoke: async (invocation) => {
      const { text } = invocation.message as unknown as { text: string };
      await ANSWERS[text]?.(invocation);
      const answer = text === "in pieces" ? IN_PIECES : text;
      return create(method.output, { text: answer } as unknown as Message);
    },
    now: () => 0,
    errorDomain: "test",
    maxMessageBytes: LIMIT,
    maxTimeoutMs: 1000,
    address: () => "",
    onFault,
  });
  const steps = pipeline([
    (request) => {
      direct.push(request instanceof StreamRequest);
      return false;
    },
    unary,
  ]);
  const handler = createCrossOrigin({
    callersOf: () => "listed",
    allows: (origin) => origin === "https://app.example.com",
  })(steps);
  const front = createRecorder({
    newId: () => "id",
    ticks: () => 0,
    addressOf: ({ socket }) => String(socket.remoteAddress),
    trusts: () => true,
    ended: (record) => records.push(record),
    onFault,
  });
  const listener = await serve(handler, {
    front,
    isUnary: (path) => isDirect && path === PATH,
    bodyMs: 200,
  });
  return { listener, records, faults, direct };
}

interface Case {
  readonly headers?: OutgoingHttpHeaders;
  /** The pieces of the body; the text of a message in place of its frame. */
  readonly body?: readonly (Uint8Array | string)[];
  /** The client never ends its side. */
  readonly isOpen?: boolean;
  readonly trailers?: OutgoingHttpHeaders;
  /** The client resets the stream with this code, a moment after its request. */
  readonly reset?: number;
}

const plain = (text: string): Buffer => frame(messageOf(text));
const squeezed = (bytes: Uint8Array): Buffer => frame(bytes, { flags: 1 });
const long = "x".repeat(LIMIT);

/** Node's types don't know the option. Without it, its client refuses a header twice. */
const LENIENT = Object.fromEntries([["strictSingleValueFields", false]]);
const TWICE: OutgoingHttpHeaders = Object.fromEntries([["authorization", ["a", "b"]]]);

const CASES: Readonly<Record<string, Case>> = {
  "a message": { body: ["hello"] },
  "an answer in pieces": { body: ["in pieces"] },
  "an empty message": { body: [frame(new Uint8Array())] },
  "a message in three pieces": {
    body: [
      plain("hello").subarray(0, 3),
      plain("hello").subarray(3, 7),
      plain("hello").subarray(7),
    ],
  },
  "no body": {},
  "a part of a prefix": { body: [Buffer.alloc(3)] },
  "a length that is too long": { body: [frame(messageOf("a"), { length: 9 })] },
  "two messages": { body: ["a", "b"] },
  "unknown flags": { body: [frame(messageOf("a"), { flags: 4 })] },
  "no message of protobuf": { body: [frame(Buffer.from("ffff", "hex"))] },
  "a message that is too long": { body: [long] },
  "a length header that is far too long": { headers: { "content-length": "900000" }, isOpen: true },
  "a body that is far too long": { body: [Buffer.alloc(100 * LIMIT)] },
  "a compressed message": {
    headers: { "grpc-encoding": "gzip", "grpc-accept-encoding": "gzip,identity" },
    body: [squeezed(gzipSync(messageOf("hello")))],
  },
  "a compressed message without an encoding": { body: [squeezed(gzipSync(messageOf("hello")))] },
  "a broken compressed message": {
    headers: { "grpc-encoding": "gzip" },
    body: [squeezed(Buffer.from("no gzip"))],
  },
  "a bomb": { headers: { "grpc-encoding": "gzip" }, body: [squeezed(gzipSync(messageOf(long)))] },
  "an unknown encoding": { headers: { "grpc-encoding": "br" }, body: ["a"] },
  "the other spelling of the type": {
    headers: { "content-type": "application/grpc+proto" },
    body: ["hello"],
  },
  "an error with details": { body: ["refuse"] },
  "a fault": { body: ["fault"] },
  "a header that can't be set": { body: ["headers"] },
  metadata: { headers: { "question-bin": "AAE=, /w==" }, body: ["metadata"] },
  "trailers from the client": { body: ["hello"], trailers: { "some-trailer": "x" } },
  "two Authorization headers": { headers: TWICE, body: ["a"] },
  "a deadline in time": { headers: { "grpc-timeout": "1S" }, body: ["hello"] },
  "a deadline that passes": { headers: { "grpc-timeout": "30m" }, body: ["hang"] },
  "the longest deadline": { headers: { "grpc-timeout": "99999999H" }, body: ["hello"] },
  "a malformed deadline": { headers: { "grpc-timeout": "1x" }, body: ["a"] },
  "a deadline with too many digits": { headers: { "grpc-timeout": "123456789n" }, body: ["a"] },
  "an id of the caller": { headers: { "x-request-id": "mine" }, body: ["hello"] },
  "a page that may call": { headers: { origin: "https://app.example.com" }, body: ["hello"] },
  "a page that may not call": { headers: { origin: "https://other.example" }, body: ["refuse"] },
  "a body without an end": { body: ["hello"], isOpen: true },
  "a reset during the call": { body: ["hang"], reset: constants.NGHTTP2_CANCEL },
  "a reset for an error of the client": { body: ["hang"], reset: constants.NGHTTP2_INTERNAL_ERROR },
  "a reset before the whole body": { isOpen: true, reset: constants.NGHTTP2_CANCEL },
};

/** Everything that the client sees. */
async function call(port: number, given: Case): Promise<object> {
  const session = connect(`http://127.0.0.1:${port}`, LENIENT);
  onTestFinished(() => session.destroy());
  session.on("error", () => undefined);
  const seen: unknown[] = [];
  const stream = session.request(
    { ":method": "POST", ":path": PATH, "content-type": "application/grpc", ...given.headers },
    { waitForTrailers: given.trailers !== undefined },
  );
  stream.on("wantTrailers", () => stream.sendTrailers(given.trailers ?? {}));
  stream.on("error", () => undefined);
  const note = (headers: object): void =>
    void seen.push({ ...headers, date: "date" in headers ? "a date" : undefined });
  stream.on("response", note).on("trailers", note);
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  // Node's client closes a stream only when its whole body is sent, which the server may prevent.
  const over = new Promise((resolve) => {
    stream.once("close", resolve);
    stream.once("end", () => setTimeout(resolve, 50));
  });
  for (const piece of given.body ?? []) {
    stream.write(typeof piece === "string" ? plain(piece) : piece);
    await delay(1);
  }
  if (given.isOpen !== true) stream.end();
  if (given.reset !== undefined) {
    await delay(30);
    stream.close(given.reset);
  }
  await over;
  return { seen, body: Buffer.concat(chunks).toString("hex"), code: stream.rstCode };
}

test.each(Object.entries(CASES))("%s", async (_, given) => {
  const results = [];
  for (const isDirect of [true, false]) {
    const { listener, records, faults, direct } = await serveCalls(isDirect);
    const answer = await call(listener.port, given);
    await expect.poll(() => records.length).toBe(1);
    expect(direct).toEqual([isDirect]);
    results.push({ answer, records, faults });
  }
  expect(results[0]).toEqual(results[1]);
});

test("the cases answer what they should", async () => {
  const { listener } = await serveCalls(true);
  expect(await call(listener.port, CASES["a message"]!)).toMatchObject({
    seen: [
      { ":status": 200, "content-type": "application/grpc+proto", "x-request-id": "id" },
      { "grpc-status": "0" },
    ],
    body: plain("hello").toString("hex"),
    code: 0,
  });
  expect(await call(listener.port, CASES["an answer in pieces"]!)).toMatchObject({
    seen: [{ ":status": 200 }, { "grpc-status": "0" }],
    body: plain(IN_PIECES).toString("hex"),
  });
  expect(await call(listener.port, CASES["an error with details"]!)).toMatchObject({
    seen: [
      { ":status": 200 },
      { "grpc-status": "9", "grpc-message": "%C3%BC 100 %25%0A", "retry-after": "7" },
    ],
  });
});

test.each([
  ["another type", { "content-type": "application/grpc+json" }],
  ["an expectation", { expect: "100-continue" }],
  ["another method", { ":method": "PUT" }],
])("a request with %s is no direct call", async (_, headers) => {
  const { listener, direct } = await serveCalls(true);
  await call(listener.port, { headers, body: [frame(Buffer.from("{}"))] });
  expect(direct).toEqual([false]);
});

test("a drain lets an open direct call end", async () => {
  const { listener } = await serveCalls(true);
  const answered = call(listener.port, { body: ["slow"] });
  await delay(30);
  await listener.drain(2000);
  expect(await answered).toMatchObject({ seen: [{ ":status": 200 }, { "grpc-status": "0" }] });
});
