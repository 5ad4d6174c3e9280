// How the success and the parameters of a method look in its dialect.
import type { JsonObject } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import type { Method } from "../contract.ts";
import { serveContract } from "../serve.ts";
import { contractOf, FORM, MESSAGES } from "./dialect-contract.ts";

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
          '{"code":201,"data":${data},"name":${data.last},' +
          '"n":${data.count},"o":${data.optionalText}}',
      },
      '{"code":201,"data":{"last":"é\\"","okOk":false,"count":0},"name":"é\\"","n":0,"o":null}',
    ],
    [{ successBody: '{"ok":${data.okOk}}', protoFieldNames: true }, '{"ok":false}'],
  ])("by %j is %s", async (dialect, body) => {
    const served = await serveContract(contractOf(dialect), answer);
    expect((await served.request("POST", "/call")).body).toBe(body);
  });

  test("has the status and headers of the method, the service and the call", async () => {
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
    "cannot replace a header: %j",
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

test("a query is refused where it could contain secrets", async () => {
  const served = await serveContract(
    contractOf({ refuseQuery: true, ignoreUnknownParameters: true }),
  );
  expect((await served.request("POST", "/call?AccID=1")).status).toBe(400);
  expect((await served.request("POST", "/call?")).status).toBe(200);
  expect((await served.request("POST", "/call?api-version=1&x=1&x=2")).status).toBe(200);
});

test("a refused query names a field or a secret in any spelling, or any name", async () => {
  const refuseQuery = true;
  const lenient = await serveContract(
    contractOf({ refuseQuery, ignoreUnknownParameters: true, refusedInQuery: ["client_secret"] }),
  );
  for (const name of ["client_secret", "clientSecret", "CLIENT-SECRET", "acc_id", "AccID"])
    expect((await lenient.request("POST", `/call?x=1&${name}=1`)).status, name).toBe(400);
  const strict = await serveContract(contractOf({ refuseQuery }));
  expect((await strict.request("POST", "/call?x=1")).status).toBe(400);
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
