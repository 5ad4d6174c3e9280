// A service's dialect extends a shared one: what it says itself comes first.
import type { JsonObject } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import type { Contract } from "../contract.ts";
import { serveContract } from "../serve.ts";

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const ERROR_BODY = '{"code":${status},"error":"${text}"}';

const contractOf = (dialect: JsonObject): Contract => ({
  messages: { Request: { count: "int32" }, Response: {} },
  dialect: { extends: "SHARED_DIALECT_FORMS", errorBody: ERROR_BODY, ...dialect },
  methods: {
    Call: { input: "Request", output: "Response", http: { post: "/call", body: "*" } },
  },
});

describe("a dialect that extends SHARED_DIALECT_FORMS", () => {
  test("reads forms, ignores unknown parameters and forbids caches", async () => {
    const served = await serveContract(contractOf({}), () => ({}));
    const answer = await served.request("POST", "/call", { headers: FORM, body: "count=1&x=2" });
    expect(answer).toMatchObject({ status: 200, headers: { "cache-control": "no-store" } });
  });

  test("puts the shared texts into its own body", async () => {
    const served = await serveContract(contractOf({}), () => ({}));
    expect(await served.request("DELETE", "/call")).toMatchObject({
      status: 405,
      body: '{"code":405,"error":"Method not allowed"}',
    });
  });

  test("has rules of its own, and one for other reasons that hides no shared rule", async () => {
    const errors: JsonObject[] = [
      { reasons: ["FIELD_INVALID"], status: 422, text: 'Look at "${fields}".' },
      { status: 400, body: '{"other":"${reason}"}' },
    ];
    const served = await serveContract(contractOf({ errors }), () => ({}));
    expect(await served.request("POST", "/call", { headers: FORM, body: "count=x" })).toMatchObject(
      { status: 422, body: '{"code":422,"error":"Look at \\"count\\"."}' },
    );
    expect((await served.request("DELETE", "/call")).status).toBe(405);
    const malformed = { headers: FORM, body: "count=%zz" };
    expect(await served.request("POST", "/call", malformed)).toMatchObject({
      status: 400,
      body: '{"other":"MALFORMED_REQUEST"}',
    });
  });

  test("needs an error_body", async () => {
    await expect(serveContract(contractOf({ errorBody: "" }), () => ({}))).rejects.toThrow(
      "there is no error_body for the text Too many requests",
    );
  });
});
