// The contract of the tests of dialects: one method, whose dialect each test gives.
import type { JsonObject } from "@bufbuild/protobuf";
import type { Contract, Fields } from "../contract.ts";

export const FORM = { "content-type": "application/x-www-form-urlencoded" };

export const MESSAGES: Readonly<Record<string, Fields>> = {
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

/** Returns one method at POST /call with a dialect of its own over that of the service. */
export function contractOf(service: JsonObject, method: JsonObject = {}): Contract {
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
