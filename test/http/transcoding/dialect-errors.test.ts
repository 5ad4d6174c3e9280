// How the errors of a method look in its dialect.
import { create, type JsonObject } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  RetryInfoSchema,
} from "../../../gen/google/rpc/error_details_pb.ts";
import type { Invocation } from "../../../src/http/protocols/invocation.ts";
import { serveContract } from "../serve.ts";
import { contractOf, FORM } from "./dialect-contract.ts";

/** A failure with a reason. */
function refusal(
  reason: string,
  message: string,
  { code = Code.FailedPrecondition, fields = [] as string[], retrySeconds = 0 } = {},
): ConnectError {
  return new ConnectError(message, code, undefined, [
    { desc: ErrorInfoSchema, value: { reason } },
    ...(fields.length > 0
      ? [
          {
            desc: BadRequestSchema,
            value: create(BadRequestSchema, {
              fieldViolations: fields.map((field) => ({ field })),
            }),
          },
        ]
      : []),
    ...(retrySeconds > 0
      ? [
          {
            desc: RetryInfoSchema,
            value: create(RetryInfoSchema, {
              retryDelay: {
                seconds: BigInt(Math.floor(retrySeconds)),
                nanos: (retrySeconds % 1) * 1e9,
              },
            }),
          },
        ]
      : []),
  ]);
}

describe("a failure", () => {
  const RULES: JsonObject = {
    errors: [
      {
        reasons: ["LOCKED"],
        status: 423,
        body: '{"msg":"${message}","why":"${reason}","in":"${fields}"}',
        headers: [{ name: "X-Why", value: "lock" }],
      },
      { reasons: ["PLAIN"], status: 418 },
      { status: 500, body: '{"msg":"fault"}' },
    ],
    headers: [{ name: "cache-control", value: "no-store" }],
  };

  test("is what the first rule says, with the text escaped", async () => {
    const served = await serveContract(contractOf(RULES), () =>
      refusal("LOCKED", 'a "b"\n\\${reason}', { fields: ["x.y", "z"] }),
    );
    const { status, headers, body } = await served.request("POST", "/call");
    expect({ status, body }).toEqual({
      status: 423,
      body: '{"msg":"a \\"b\\"\\n\\\\${reason}","why":"LOCKED","in":"x.y, z"}',
    });
    expect(headers).toMatchObject({
      "x-why": "lock",
      "cache-control": "no-store",
      "content-type": "application/json; charset=utf-8",
    });
  });

  test("names the fields as the JSON of its dialect does", async () => {
    const contract = {
      ...contractOf({ errors: [{ status: 400, body: '{"in":"${fields}"}' }] }),
      messages: {
        Request: {
          pass_word: "int32",
          group_id: { type: "int64", json: "Group" },
          inner: "Inner",
        },
        Inner: { old_names: "repeated int32" },
        Response: { id: "string" },
      },
    };
    const served = await serveContract(contract);
    const body = JSON.stringify({ passWord: "x", Group: "y", inner: { oldNames: [1, "z"] } });
    const sent = { headers: { "content-type": "application/json" }, body };
    expect((await served.request("POST", "/call", sent)).body).toBe(
      '{"in":"passWord, Group, inner.oldNames[1]"}',
    );
    const own = await serveContract(
      contractOf({ errors: [{ status: 400, body: '{"in":"${fields}"}' }] }),
      () => refusal("FIELD_INVALID", "", { fields: ["not_a_field", "x.y"] }),
    );
    expect((await own.request("POST", "/call")).body).toBe('{"in":"not_a_field, x.y"}');
  });

  test("by a rule of the method goes before those of the service", async () => {
    const served = await serveContract(
      contractOf(RULES, { errors: [{ reasons: ["LOCKED"], status: 401, body: "{}" }] }),
      () => refusal("LOCKED", ""),
    );
    expect(await served.request("POST", "/call")).toMatchObject({ status: 401, body: "{}" });
  });

  test("by a rule without a body is a google.rpc.Status", async () => {
    const served = await serveContract(contractOf(RULES), () => refusal("PLAIN", "so"));
    const { status, body } = await served.request("POST", "/call");
    expect({ status, body: JSON.parse(body) as unknown }).toEqual({
      status: 418,
      body: {
        code: 9,
        message: "so",
        details: [
          { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "PLAIN", domain: "test" },
        ],
      },
    });
  });

  test("without a rule has the status of its code and all its details", async () => {
    const served = await serveContract(contractOf({}), () =>
      refusal("WAIT", "later", { code: Code.ResourceExhausted, fields: ["a"], retrySeconds: 1.5 }),
    );
    const { status, headers, body } = await served.request("POST", "/call");
    expect({ status, retry: headers["retry-after"] }).toEqual({ status: 429, retry: "2" });
    expect(JSON.parse(body)).toEqual({
      code: 8,
      message: "later",
      details: [
        { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "WAIT", domain: "test" },
        { "@type": "type.googleapis.com/google.rpc.BadRequest", fieldViolations: [{ field: "a" }] },
        { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "1.500s" },
      ],
    });
  });

  test("that is no ConnectError goes to the operator without details for the client", async () => {
    const fault = new TypeError("secret");
    const served = await serveContract(contractOf({}), () => fault);
    const { status, body } = await served.request("POST", "/call");
    expect({ status, message: (JSON.parse(body) as { message: string }).message }).toEqual({
      status: 500,
      message: "internal error",
    });
    expect(body).not.toContain("secret");
    expect(served.faults).toEqual([fault]);
  });

  test.each<[string, (invocation: Invocation) => JsonObject]>([
    ["a field that no header can carry", () => ({ place: "a\nb" })],
    ["a header that cannot be", ({ setHeader }) => (setHeader("x", "\0"), {})],
    ["a header of the connection", ({ setHeader }) => (setHeader("Connection", "close"), {})],
  ])("in encoding the answer is a fault: %s", async (_, answer) => {
    const served = await serveContract(contractOf({}), (invocation) => answer(invocation));
    expect((await served.request("POST", "/call")).status).toBe(500);
    expect(served.faults).toHaveLength(1);
  });

  test.each([
    [undefined, "Bearer"],
    ["Bearer abc", 'Bearer error="invalid_token"'],
  ])("to authenticate with %s challenges with %s", async (authorization, challenge) => {
    const served = await serveContract(contractOf({}), () =>
      refusal("TOKEN_INVALID", "", { code: Code.Unauthenticated }),
    );
    const { status, headers } = await served.request("POST", "/call", {
      headers: { ...(authorization && { authorization }) },
    });
    expect({ status, challenge: headers["www-authenticate"] }).toEqual({ status: 401, challenge });
  });

  test.each<[string, string, string, Record<string, string>, string, number, string]>([
    ["a wrong method", "GET", "/call", {}, "", 405, "HTTP_METHOD_NOT_ALLOWED"],
    ["a large body", "POST", "/call", FORM, "x".repeat(65537), 413, "BODY_TOO_LARGE"],
    [
      "an unknown type",
      "POST",
      "/call",
      { "content-type": "text/plain" },
      "x",
      415,
      "MEDIA_TYPE_UNSUPPORTED",
    ],
    ["a broken body", "POST", "/call", FORM, "%", 400, "MALFORMED_REQUEST"],
    ["a broken query", "POST", "/call?%zz", FORM, "", 400, "MALFORMED_REQUEST"],
    ["two values", "POST", "/call?AccID=1", FORM, "AccID=2", 400, "PARAMETER_REPEATED"],
  ])("to read %s has the shape of the dialect", async (...refused) => {
    const [, method, path, headers, body, status, reason] = refused;
    const dialect = {
      bodyEncodings: ["BODY_ENCODING_FORM"],
      errors: [{ body: '{"why":"${reason}"}' }],
    };
    const served = await serveContract(contractOf(dialect));
    expect(await served.request(method, path, { headers, body })).toMatchObject({
      status,
      body: `{"why":"${reason}"}`,
    });
  });
});
