// What the document says of responses that the contract declares in unusual ways, beside what a
// served contract sends.
import type { JsonObject } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { ErrorInfoSchema } from "../../gen/google/rpc/error_details_pb.ts";
import { createDocument } from "../../src/openapi/document.ts";
import { downgrade } from "../../src/openapi/downgrade.ts";
import { buildContract, type Contract } from "../http/contract.ts";
import { serveContract } from "../http/serve.ts";
import { contractOf } from "../http/transcoding/dialect-contract.ts";
import { disagreements } from "./agreement.ts";

const fail = (reason: string, message: string): ConnectError =>
  new ConnectError(message, Code.InvalidArgument, undefined, [
    { desc: ErrorInfoSchema, value: { reason, domain: "test" } },
  ]);

const describeContract = (contract: Contract): Promise<JsonObject> =>
  createDocument({
    services: [buildContract(contract).service],
    reasons: [],
    fail,
    errorDomain: "test",
    scopes: { user: [], client: [], every: "admin" },
    issuer: "https://id.example",
    reflection: true,
    pause: () => Promise.resolve(),
  });

const DENIED = { reasons: ["FIELD_INVALID"], body: '{"ok":0,"why":"${fields}"}' };
const PLAIN = [{ name: "Content-Type", value: "text/plain; charset=utf-8" }];

describe.each(["3.1", "3.0"])("of OpenAPI %s", (version) => {
  const documentOf = async (contract: Contract): Promise<JsonObject> => {
    const document = await describeContract(contract);
    return version === "3.1" ? document : downgrade(document);
  };

  test.each<[string, JsonObject, Error | JsonObject]>([
    ["a success", {}, { last: "x" }],
    ["a success without content", { successStatus: 204 }, {}],
    ["a success of another status", { successStatus: 201, successBody: '{"a":${data}}' }, {}],
    ["a success in text/plain", { headers: PLAIN, successBody: '"${data.last}"' }, { last: "x" }],
    ["a success in another JSON", { headers: [{ name: "content-type", value: "a/b+json" }] }, {}],
    [
      "a failure with status 200",
      { errors: [{ ...DENIED, status: 200 }] },
      fail("FIELD_INVALID", ""),
    ],
    ["a success beside such a failure", { errors: [{ ...DENIED, status: 200 }] }, { last: "x" }],
    [
      "a failure of the status of successes",
      { successStatus: 201, successBody: '{"ok":1}', errors: [{ ...DENIED, status: 201 }] },
      fail("FIELD_INVALID", ""),
    ],
    [
      "a failure in text/plain",
      { errors: [{ ...DENIED, status: 400, headers: PLAIN }] },
      fail("FIELD_INVALID", ""),
    ],
    [
      "a failure in text/plain with status 200",
      { errors: [{ ...DENIED, status: 200, headers: PLAIN }] },
      fail("FIELD_INVALID", ""),
    ],
    [
      "a success beside a failure in text/plain",
      { errors: [{ ...DENIED, status: 200, headers: PLAIN }] },
      { last: "x" },
    ],
    [
      "a Status beside bodies of the dialect",
      { errors: [{ ...DENIED, status: 400 }] },
      fail("MALFORMED_REQUEST", ""),
    ],
    [
      "a failure without a body",
      { successStatus: 204, errors: [{ ...DENIED, status: 204 }] },
      fail("FIELD_INVALID", ""),
    ],
  ])("%s is what the server sends", async (_, dialect, answer) => {
    const contract = contractOf(dialect);
    const served = await serveContract(contract, () => answer);
    const { status, headers, body } = await served.request("POST", "/call");
    expect(
      disagreements(await documentOf(contract), {
        method: "POST",
        target: "/call",
        requestType: "",
        requestBody: "",
        status,
        responseType: headers["content-type"] ?? "",
        responseBody: body,
      }),
    ).toEqual([]);
  });

  test.each<[string, JsonObject, JsonObject]>([
    ["the message", {}, { a: { output: "google.api.HttpBody", http: { get: "/file" } } }],
    ["a field", {}, { a: { output: "File", http: { get: "/file", responseBody: "content" } } }],
  ])("raw bytes that are %s have any content type", async (_, dialect, methods) => {
    const { a } = methods as { a: { output: string; http: JsonObject } };
    const document = (await documentOf({
      messages: { Nothing: {}, File: { content: "google.api.HttpBody" } },
      dialect,
      methods: { Get: { input: "Nothing", ...a } },
    })) as { paths: Record<string, { get: { responses: Record<string, { content: object }> } }> };
    expect(document.paths["/file"]!.get.responses["200"]!.content).toEqual({ "*/*": {} });
  });

  test("a response of both has examples of both", async () => {
    const document = (await documentOf(
      contractOf({ successBody: '{"ok":1}', errors: [{ ...DENIED, status: 200 }] }),
    )) as { paths: Record<string, { post: { responses: Record<string, JsonObject> } }> };
    expect(document.paths["/call"]!.post.responses["200"]).toMatchObject({
      content: {
        "application/json": {
          examples: {
            success: { value: { ok: 1 } },
            FIELD_INVALID: { value: { ok: 0, why: "" } },
          },
        },
      },
    });
  });
});
