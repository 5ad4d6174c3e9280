import { describe, expect, test } from "vitest";
import { bindServices } from "../../../src/http/transcoding/bindings.ts";
import { dialectOf } from "../../../src/http/transcoding/dialect.ts";
import { buildContract, type Method } from "../contract.ts";

const MESSAGES = {
  Request: { acc_id: "string", name: "string" },
  List: { items: "repeated string" },
  Response: { last: "string" },
} as const;
const CALL = { input: "Request", output: "Response" } as const;

test("a method can be like another one, and differ in what it says itself", () => {
  const model = {
    protoFieldNames: true,
    successStatus: 201,
    errors: [{ reasons: ["A"], status: 401 }],
  };
  const { service } = buildContract({
    messages: MESSAGES,
    dialect: { name: "d", errors: [{ status: 500 }] },
    methods: {
      Call: { ...CALL, dialect: model },
      Other: {
        ...CALL,
        dialect: { like: "Call", successStatus: 202, errors: [{ reasons: ["B"], status: 402 }] },
      },
    },
  });
  const other = dialectOf(service.methods[1]!);
  expect(other).toMatchObject({ name: "d", protoFieldNames: true, successStatus: 202 });
  expect(other.errors.map(({ status }) => status)).toEqual([402, 401, 500]);
});

describe("the start fails for", () => {
  test.each<[string, Record<string, Method>, string]>([
    [
      "two methods on one path",
      { A: { ...CALL, http: { get: "/x/{name}" } }, B: { ...CALL, http: { get: "/x/{acc_id}" } } },
      "test.Service.B: GET /x/{acc_id} belongs to test.Service.A already",
    ],
    [
      "a template that is none",
      { A: { ...CALL, http: { get: "x" } } },
      'test.Service.A: expected "/" at position 0 of the template "x"',
    ],
    [
      "a variable without a field",
      { A: { ...CALL, http: { get: "/{nope}" } } },
      "test.Service.A: test.Request has no field nope",
    ],
    [
      "a repeated variable",
      { A: { ...CALL, input: "List", http: { get: "/{items}" } } },
      "test.Service.A: a variable of a path cannot fill the field items, which is a list",
    ],
    [
      "a body without a field",
      { A: { ...CALL, http: { post: "/x", body: "nope" } } },
      "test.Service.A: test.Request has no field nope",
    ],
    [
      "an answer without a field",
      { A: { ...CALL, http: { post: "/x", responseBody: "nope" } } },
      "test.Service.A: test.Response has no field nope",
    ],
    [
      "a rule without a path",
      { A: { ...CALL, http: {} } },
      "test.Service.A: the HTTP rule has no path",
    ],
    [
      "a stream",
      { A: { ...CALL, http: { get: "/x" }, streaming: true } },
      "test.Service.A: only unary methods can have an HTTP rule",
    ],
    [
      "a slash after a verb",
      { A: { ...CALL, http: { get: "/x:y" }, dialect: { trailingSlash: true } } },
      "test.Service.A: /x:y has a verb and cannot end in a slash",
    ],
    [
      "an unknown placeholder",
      { A: { ...CALL, http: { get: "/x" }, dialect: { errors: [{ body: '"${nope}"' }] } } },
      'test.Service.A: there is no name ${nope} for "${nope}"',
    ],
    [
      "an unknown member",
      { A: { ...CALL, http: { get: "/x" }, dialect: { successBody: "${data.nope}" } } },
      "test.Service.A: there is no name ${data.nope} for ${data.nope}",
    ],
    [
      "a body that is no JSON",
      { A: { ...CALL, http: { get: "/x" }, dialect: { errors: [{ body: "{${message}}" }] } } },
      "test.Service.A: not valid JSON: {${message}}",
    ],
    [
      "a status that is none",
      { A: { ...CALL, http: { get: "/x" }, dialect: { successStatus: 99 } } },
      "test.Service.A: 99 is not the status of an answer",
    ],
    [
      "a header that is none",
      { A: { ...CALL, http: { get: "/x" }, dialect: { headers: [{ name: "a b" }] } } },
      'test.Service.A: Header name must be a valid HTTP token ["a b"]',
    ],
    [
      "a header of the connection",
      {
        A: {
          ...CALL,
          http: { get: "/x" },
          dialect: { headers: [{ name: "Upgrade", value: "x" }] },
        },
      },
      "test.Service.A: the header Upgrade is set by the server",
    ],
    [
      "a model that is none",
      { A: { ...CALL, http: { get: "/x" }, dialect: { like: "B" } } },
      "test.Service.A: there is no dialect of B to be like",
    ],
  ])("%s", (_, methods, message) => {
    const { service } = buildContract({ messages: MESSAGES, methods });
    expect(() => bindServices([service])).toThrow(new Error(message));
  });
});
