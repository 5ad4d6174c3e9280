import { create, type JsonObject } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  RetryInfoSchema,
} from "../../../gen/google/rpc/error_details_pb.ts";
import type { Invocation } from "../../../src/http/protocols/invocation.ts";
import type { Contract, Fields, Method } from "../contract.ts";
import { serveContract } from "../serve.ts";

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const MESSAGES: Readonly<Record<string, Fields>> = {
  Request: {
    acc_id: { type: "string", json: "AccID", source: { query: true } },
    name: "string",
    token: { type: "string", source: { header: "Authorization", strip_bearer: true } },
  },
  Response: {
    last: "string",
    ok_ok: "bool",
    count: "int32",
    optional_text: "optional string",
    place: { type: "string", source: { header: "Location" } },
  },
};

/** One method at POST /call with a dialect of its own over that of the service. */
function contractOf(service: JsonObject, method: JsonObject = {}): Contract {
  return {
    messages: MESSAGES,
    dialect: service,
    methods: {
      Call: {
        input: "Request",
        output: "Response",
        http: { post: "/call", body: "*" },
        dialect: method,
      },
    },
  };
}

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

describe("a success", () => {
  const answer = (): JsonObject => ({ last: 'é"', place: "/there" });

  test("has every member in the order of the contract, and headers where it says so", async () => {
    const served = await serveContract(contractOf({}), answer);
    const { headers, body } = await served.request("POST", "/call");
    expect(body).toBe('{"last":"é\\"","okOk":false,"count":0}');
    expect(headers).toMatchObject({
      "content-type": "application/json; charset=utf-8",
      "content-length": String(Buffer.byteLength(body)),
      location: "/there",
    });
  });

  test.each<[JsonObject, string]>([
    [{ protoFieldNames: true }, '{"last":"é\\"","ok_ok":false,"count":0}'],
    [{ omitDefaultValues: true }, '{"last":"é\\""}'],
    [
      {
        successBody:
          '{"code":201,"data":${data},"name":${data.last},"n":${data.count},"o":${data.optionalText}}',
      },
      '{"code":201,"data":{"last":"é\\"","okOk":false,"count":0},"name":"é\\"","n":0,"o":null}',
    ],
    [{ successBody: '{"ok":${data.okOk}}', protoFieldNames: true }, '{"ok":false}'],
  ])("by %j is %s", async (dialect, body) => {
    const served = await serveContract(contractOf(dialect), answer);
    expect((await served.request("POST", "/call")).body).toBe(body);
  });

  test("has the status and the headers of the dialect, the method's before the service's, and those of the call", async () => {
    const service = {
      headers: [
        { name: "Cache-Control", value: "no-store" },
        { name: "x-a", value: "1" },
      ],
    };
    const served = await serveContract(
      contractOf(service, { successStatus: 302, headers: [{ name: "X-A", value: "2" }] }),
      ({ setHeader }) => {
        setHeader("X-B", "3");
        return {};
      },
    );
    expect(await served.request("POST", "/call")).toMatchObject({
      status: 302,
      headers: { "cache-control": "no-store", "x-a": "2", "x-b": "3" },
    });
  });

  test("of status 204 has no body", async () => {
    const served = await serveContract(contractOf({ successStatus: 204 }));
    expect(await served.request("POST", "/call")).toMatchObject({ status: 204, body: "" });
  });
});

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

  test("that is no ConnectError tells nothing but to the operator", async () => {
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
  ])("in writing the answer is one of ours: %s", async (_, answer) => {
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
  ])(
    "to read %s has the shape of the dialect",
    async (_, method, path, headers, body, status, reason) => {
      const dialect = {
        bodyEncodings: ["BODY_ENCODING_FORM"],
        errors: [{ body: '{"why":"${reason}"}' }],
      };
      const served = await serveContract(contractOf(dialect));
      expect(await served.request(method, path, { headers, body })).toMatchObject({
        status,
        body: `{"why":"${reason}"}`,
      });
    },
  );
});

describe("parameters", () => {
  const EQUAL = {
    bodyEncodings: ["BODY_ENCODING_FORM", "BODY_ENCODING_JSON"],
    ignoreUnknownParameters: true,
    allowEqualDuplicates: true,
  };
  const json = (body: string) => ({ headers: { "content-type": "application/json" }, body });

  test.each<[string, { headers: Record<string, string>; body: string }, number]>([
    ["/call?AccID=1", { headers: FORM, body: "AccID=1&AccID=1" }, 200],
    ["/call?AccID=1", { headers: FORM, body: "AccID=2" }, 400],
    ["/call?AccID=1&AccID=2", { headers: FORM, body: "" }, 400],
    ["/call?AccID=1", json('{"AccID":"1"}'), 200],
    ["/call?AccID=1", json('{"AccID":""}'), 400],
    ["/call?AccID=1", json('{"AccID":null}'), 200],
    ["/call?AccID=1&name=2&x=3", { headers: FORM, body: "y=4" }, 200],
  ])("of %s and %j: %i", async (path, sent, status) => {
    const served = await serveContract(contractOf(EQUAL));
    expect((await served.request("POST", path, sent)).status).toBe(status);
    if (status === 200) expect(served.lastMessage()).toEqual({ AccID: "1" });
  });

  test.each([{ headers: FORM, body: "token=a" }, json('{"token":"a"}')])(
    "cannot stand for a header: %j",
    async (sent) => {
      const served = await serveContract(contractOf(EQUAL));
      expect((await served.request("POST", "/call?token=b", sent)).status).toBe(200);
      expect(served.lastMessage()).toEqual({});
    },
  );

  test.each([
    { headers: FORM, body: "acc_id=1&AccID.x=2&accId=3&name=a" },
    json('{"acc_id":"1","accId":"3","name":"a"}'),
  ])("have one name where the dialect says so: %j", async (sent) => {
    const served = await serveContract(contractOf({ ...EQUAL, exactNames: true }));
    expect((await served.request("POST", "/call?acc_id=4", sent)).status).toBe(200);
    expect(served.lastMessage()).toEqual({ name: "a" });
  });

  test.each(["bare", "Bearer bare", "bearer  bare"])(
    "come from the header `%s`",
    async (authorization) => {
      const served = await serveContract(contractOf(EQUAL));
      await served.request("POST", "/call", { headers: { authorization } });
      expect(served.lastMessage()).toEqual({ token: "bare" });
    },
  );
});

test("a query is refused where secrets could stand in it", async () => {
  const served = await serveContract(
    contractOf({ refuseQuery: true, ignoreUnknownParameters: true }),
  );
  expect((await served.request("POST", "/call?AccID=1")).status).toBe(400);
  expect((await served.request("POST", "/call?")).status).toBe(200);
});

describe("a slash at the end", () => {
  const call: Method = { input: "Request", output: "Response", http: { post: "/register" } };

  test.each<[JsonObject, number, number]>([
    [{}, 200, 404],
    [{ trailingSlash: true }, 404, 200],
    [{ trailingSlash: true, slashOptional: true }, 200, 200],
  ])("by %j: %i without it, %i with it", async (dialect, without, withSlash) => {
    const served = await serveContract({
      messages: MESSAGES,
      methods: { Register: { ...call, dialect } },
    });
    expect((await served.request("POST", "/register")).status).toBe(without);
    expect((await served.request("POST", "/register/")).status).toBe(withSlash);
    expect((await served.request("POST", "/register//")).status).toBe(404);
  });

  test("parts two methods", async () => {
    const served = await serveContract({
      messages: MESSAGES,
      methods: { Plain: call, Slashed: { ...call, dialect: { trailingSlash: true } } },
    });
    await served.request("POST", "/register/");
    await served.request("POST", "/register");
    expect(served.calls.map(({ method }) => method.name)).toEqual(["Slashed", "Plain"]);
  });
});
