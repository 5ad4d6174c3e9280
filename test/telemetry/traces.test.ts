// Spans: one for each request by whichever door, in its caller's trace, with nothing in it that a
// client wrote.
import { createGrpcTransport } from "@connectrpc/connect-node";
import { trace } from "@opentelemetry/api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTraces } from "../../src/telemetry/open-traces.ts";
import { readConfig } from "../../src/config/settings.ts";
import { createLogTo } from "../../src/telemetry/log.ts";
import { parentContext } from "../../src/telemetry/traces.ts";
import { refusalOf } from "../clients/refusal.ts";
import { send } from "../http/serve.ts";
import { stores } from "../mariadb.ts";
import { startServer } from "../server.ts";
import { apiOf } from "../use-server.ts";
import { receiveSpans, type ReceivedSpan } from "./span-receiver.ts";

const CANARY = "c4n4ry";
const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = "b7ad6b7169203331";
const traceparent = `00-${TRACE}-${PARENT}-01`;
const SERVER = 2;
const ERROR = 2;

const receiver = await receiveSpans();
let lines: { readonly [fact: string]: unknown }[];
const spanOf = (name: string): ReceivedSpan =>
  receiver.spans.find((span) => span.name === name) ??
  expect.fail(`no span ${name} among ${receiver.spans.map((span) => span.name).join(", ")}`);
const partsOf = ({ traceId, spanId }: ReceivedSpan): string[] =>
  receiver.spans
    .filter((span) => span.traceId === traceId && span.parentSpanId === spanId)
    .map(({ name }) => name);

/** One call by each door, all on one server that then ends. */
beforeAll(async () => {
  const database = await stores.find(({ engine }) => engine === "sqlite")!.empty();
  const server = await startServer(database.options, {
    OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.endpoint}/`,
  });
  const port = Number(new URL(server.url).port);
  const { users } = apiOf(createGrpcTransport({ baseUrl: server.url }));
  await users
    .signIn(
      { identifier: { case: "username", value: CANARY }, password: CANARY },
      { headers: { traceparent, tracestate: `x=${CANARY}`, authorization: `Bearer ${CANARY}` } },
    )
    .catch(refusalOf);
  await send(port, "GET", `/v1/users/${CANARY}?${CANARY}=${CANARY}`, { headers: { traceparent } });
  await send(port, "GET", `/sign-in?request=${CANARY}`, {
    headers: { accept: "text/html", "user-agent": CANARY },
  });
  await send(port, "GET", `/${CANARY}`, {});
  await send(port, "GET", "/readyz", {});
  await server.stop();
  lines = server.log.map((line) => JSON.parse(line) as (typeof lines)[number]);
  await database.remove();
});
afterAll(() => receiver.close());

test(
  "a call by gRPC is a span in its caller's trace, and its password and its " +
    "transactions are spans in it",
  () => {
    const span = spanOf("identity.v1.UserService/SignIn");
    expect(span).toMatchObject({ traceId: TRACE, parentSpanId: PARENT, kind: SERVER, status: {} });
    expect(span.attributes).toEqual({
      "http.request.method": "POST",
      "http.response.status_code": 200,
      "rpc.system": "grpc",
      "rpc.service": "identity.v1.UserService",
      "rpc.method": "SignIn",
      "error.type": "SIGN_IN_FAILED",
      "latchkey.request.id": expect.any(String) as string,
    });
    expect(partsOf(span)).toEqual(expect.arrayContaining(["password hash", "store transaction"]));
  },
);

test("a call by REST is named for its route", () => {
  const span = spanOf("GET /v1/users/{user_id}");
  expect(span).toMatchObject({ traceId: TRACE, parentSpanId: PARENT, kind: SERVER });
  expect(span.attributes).toMatchObject({
    "http.request.method": "GET",
    "http.route": "/v1/users/{user_id}",
    "http.response.status_code": 400,
    "rpc.method": "GetUser",
    "error.type": "PARAMETER_UNKNOWN",
  });
  expect(span.attributes).not.toHaveProperty("rpc.system");
});

test("a page begins a trace, an unknown path has no name, probes have no trace", () => {
  const page = spanOf("GET /sign-in");
  expect(page.traceId).not.toBe(TRACE);
  expect(page.parentSpanId ?? "").toBe("");
  expect(page.attributes).toMatchObject({
    "http.route": "/sign-in",
    "http.response.status_code": 200,
  });
  expect(spanOf("GET").attributes).toMatchObject({ "error.type": "ROUTE_NOT_FOUND" });
  expect(receiver.spans.filter(({ kind }) => kind === SERVER)).toHaveLength(4);
  expect(receiver.spans.filter(({ status }) => status.code === ERROR)).toEqual([]);
});

test("without the setting there are none", async () => {
  expect(
    await createTraces(readConfig({}), createLogTo("silent", { write: () => undefined })),
  ).toBeUndefined();
});

test("lines of the log name the trace", () => {
  const traces = receiver.spans
    .filter(({ kind }) => kind === SERVER)
    .map(({ traceId, attributes }) => `${traceId} ${attributes["latchkey.request.id"] as string}`);
  const logged = lines
    .filter(({ msg, route }) => msg === "request" && route !== "GET /readyz")
    .map(({ traceId, requestId }) => `${traceId as string} ${requestId as string}`);
  expect(logged.toSorted()).toEqual(traces.toSorted());
});

test("what is sent goes where it should and holds nothing of what a client wrote", () => {
  expect(new Set(receiver.requests.map(({ path }) => path))).toEqual(new Set(["/v1/traces"]));
  const bodies = receiver.requests.map(({ body }) => body).join("");
  expect(bodies).toContain('"service.name"');
  expect(bodies).not.toContain(CANARY);
});

test.each<[string, boolean]>([
  [traceparent, true],
  [`cc-${TRACE}-${PARENT}-01-what-the-future-will-be-like`, true],
  [`${traceparent}-more`, false],
  [`ff-${TRACE}-${PARENT}-01`, false],
  [traceparent.toUpperCase(), false],
  [`00-${"0".repeat(32)}-${PARENT}-01`, false],
  [`00-${TRACE}-${"0".repeat(16)}-01`, false],
  [`${traceparent}, ${traceparent}`, false],
])("a parent is read as W3C has it: %s", (header, good) => {
  expect(trace.getSpanContext(parentContext({ traceparent: header }))).toEqual(
    good ? { traceId: TRACE, spanId: PARENT, traceFlags: 1, isRemote: true } : undefined,
  );
});
