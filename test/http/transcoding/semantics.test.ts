import type { JsonObject } from "@bufbuild/protobuf";
import { type Code } from "@connectrpc/connect";
import { expect, test } from "vitest";
import type { Contract, Fields } from "../contract.ts";
import { serveContract, type Sent } from "../serve.ts";
import { semanticsRows, statusRows, type SemanticsRow } from "./vectors.ts";
import { HTTP_STATUS } from "../../../src/http/error-view.ts";

const REQUEST: Fields = {
  message_id: "string",
  text: "string",
  revision: "int64",
  sub: "Sub",
  s: "string",
  b: "string",
  id: "int64",
  anything: "google.protobuf.Struct",
};

/** The routes of a row, each leading to a method of its own. */
function contractOf({ routes, request }: SemanticsRow): Contract {
  const methods = routes.map(({ method, template, body, response_body: responseBody }, index) => {
    const http: JsonObject = {
      custom: { kind: method, path: template },
      ...(body && { body }),
      ...(responseBody && { responseBody }),
    };
    return [`Method${index}`, { input: "Request", output: "Response", http }] as const;
  });
  return {
    messages: {
      Request: REQUEST,
      Sub: { subfield: "string" },
      Response: request.reply ? { items: "repeated int32" } : {},
    },
    methods: Object.fromEntries(methods),
  };
}

/** What a row sends; rows that leave the type of a JSON body out mean JSON. */
function sentBy({ id, request }: SemanticsRow): Sent {
  const deep = `{"anything":${'{"a":'.repeat(100)}1${"}".repeat(101)}`;
  const body =
    id === "hs-020"
      ? deep
      : request.body_hex === undefined
        ? request.body
        : Buffer.from(request.body_hex, "hex");
  return {
    headers: {
      ...(body !== undefined && { "content-type": "application/json" }),
      ...request.headers,
    },
    ...(body !== undefined && { body }),
  };
}

test.each(semanticsRows)("$id: $what", async (row) => {
  const served = await serveContract(contractOf(row), () => row.request.reply ?? {});
  const { status, headers, body } = await served.request(
    row.request.method,
    row.request.path,
    sentBy(row),
  );
  expect(status).toBe(row.expect.status ?? 200);
  expect(served.calls).toHaveLength(status === 200 ? 1 : 0);
  expect(headers).toMatchObject(row.expect.headers ?? {});
  if (row.expect.json_code !== undefined)
    expect(JSON.parse(body)).toMatchObject({ code: row.expect.json_code });
  if (row.expect.message !== undefined) expect(served.lastMessage()).toEqual(row.expect.message);
  if (row.expect.body_json !== undefined) expect(JSON.parse(body)).toEqual(row.expect.body_json);
});

test.each(statusRows.filter(([code]) => code !== 0))(
  "code %i, %s, is status %i",
  (code, _, status) => {
    expect(HTTP_STATUS[code as Code]).toBe(status);
  },
);

const MESSAGES = { Request: { a: "string" }, Response: { b: "string" } } as const;
const items: Contract = {
  messages: MESSAGES,
  methods: {
    Get: { input: "Request", output: "Response", http: { get: "/items/{a}" }, safe: true },
    Spend: { input: "Request", output: "Response", http: { get: "/spend/{a}" } },
    Delete: { input: "Request", output: "Response", http: { delete: "/items/{a}" } },
    Any: { input: "Request", output: "Response", http: { custom: { kind: "*", path: "/any" } } },
  },
};

test("HEAD is GET without the body", async () => {
  const served = await serveContract(items, () => ({ b: "é" }));
  const { status, headers, body } = await served.request("HEAD", "/items/1");
  expect({ status, length: headers["content-length"], body }).toEqual({
    status: 200,
    length: "10",
    body: "",
  });
  expect(served.lastMessage()).toEqual({ a: "1" });
});

test("HEAD is refused where GET has effects", async () => {
  const served = await serveContract(items);
  const { status, headers, body } = await served.request("HEAD", "/spend/1");
  expect({ status, allow: headers.allow, body }).toEqual({ status: 405, allow: "GET", body: "" });
  expect(served.calls).toEqual([]);
});

test("OPTIONS lists the methods", async () => {
  const served = await serveContract(items);
  const { status, headers, body } = await served.request("OPTIONS", "/items/1");
  expect({ status, allow: headers.allow, body }).toEqual({
    status: 204,
    allow: "DELETE, GET",
    body: "",
  });
  expect(headers).not.toHaveProperty("content-type");
});

test.each(["TRACE", "PROPFIND", "POST"])("the method %s is not one of theirs", async (method) => {
  const served = await serveContract(items);
  expect(await served.request(method, "/items/1")).toMatchObject({
    status: 405,
    headers: { allow: "DELETE, GET" },
  });
});

test("no header overrides the method", async () => {
  const served = await serveContract(items);
  const override = { "x-http-method-override": "DELETE", "x-method-override": "DELETE" };
  expect((await served.request("PUT", "/items/1?_method=GET", { headers: override })).status).toBe(
    405,
  );
  expect((await served.request("GET", "/items/1", { headers: override })).status).toBe(200);
  expect(served.calls.map(({ method }) => method.name)).toEqual(["Get"]);
});

test("any method reaches the kind *", async () => {
  const served = await serveContract(items);
  expect((await served.request("PURGE", "/any")).status).toBe(200);
});

test("a target in absolute form is its path", async () => {
  const served = await serveContract(items);
  expect((await served.request("GET", "http://elsewhere/items/1")).status).toBe(200);
  expect((await served.request("GET", "HTTPS://elsewhere:1/items/1?a=2")).status).toBe(400);
  expect((await served.request("GET", "http://elsewhere")).status).toBe(404);
  expect((await served.request("GET", "http:///items/1")).status).toBe(400);
  expect((await served.request("GET", "ftp://elsewhere/items/1")).status).toBe(400);
});

test("a page gets the requests whose path no method has", async () => {
  const served = await serveContract(items, undefined, {
    page: (_, response) => response.end("other"),
  });
  expect(await served.request("GET", "/items")).toMatchObject({ status: 200, body: "other" });
  expect((await served.request("PUT", "/items/1")).status).toBe(405);
});

test("a broken escape in any part of the path is refused", async () => {
  const served = await serveContract({
    messages: MESSAGES,
    methods: { Get: { input: "Request", output: "Response", http: { get: "/x/*/{a}" } } },
  });
  expect((await served.request("GET", "/x/%ff/1")).status).toBe(400);
  expect((await served.request("GET", "/x/1/%00")).status).toBe(400);
  expect(served.calls).toEqual([]);
});
