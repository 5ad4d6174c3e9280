// Checks that docs/path-semantics.md names an existing test for each item, and tests the items that
// no other test keeps.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Contract } from "../http/contract.ts";
import { serveContract } from "../http/serve.ts";

const TEST = join(import.meta.dirname, "..");
const page = readFileSync(join(TEST, "../docs/path-semantics.md"), "utf8");

test("every item names the tests that keep it, and they exist", () => {
  const items = page
    .slice(0, page.indexOf("\n## Why"))
    .split(/^- (?=\*\*)/m)
    .slice(1);
  const files = items.map((item) =>
    [...item.matchAll(/`([^`]+\.test\.ts)`/g)].map(([, file]) => file!),
  );
  expect(items.length).toBeGreaterThan(30);
  expect(items.filter((_, index) => files[index]!.length === 0)).toEqual([]);
  expect(files.flat().filter((file) => !existsSync(join(TEST, file)))).toEqual([]);
});

const contract: Contract = {
  messages: {
    Request: { id: "string", text: "string", labels: "map<string,string>" },
    Response: {},
  },
  methods: {
    Get: { input: "Request", output: "Response", http: { get: "/things/{id}" } },
    Put: { input: "Request", output: "Response", http: { put: "/things/{id}", body: "*" } },
    List: { input: "Request", output: "Response", http: { get: "/things" } },
    Rest: { input: "Request", output: "Response", http: { get: "/rest/{id=**}" } },
  },
};
const JSON_TYPE = { "content-type": "application/json" };

describe("items that no other test keeps", () => {
  test.each([
    ["GET", "/things/a%2Fb", { id: "a/b" }],
    ["GET", "/things/a%252Fb", { id: "a%2Fb" }],
    ["GET", "/rest/a%2Fb/%41", { id: "a%2Fb/A" }],
    ["GET", "/rest/a%252Fb", { id: "a%2Fb" }],
    ["GET", "/rest", {}],
    ["GET", "/things/a:b", { id: "a:b" }],
    ["GET", "/things/a;x=1", { id: "a;x=1" }],
  ])("%s %s", async (verb, path, message) => {
    const served = await serveContract(contract);
    expect((await served.request(verb, path)).status).toBe(200);
    expect(served.lastMessage()).toEqual(message);
  });

  test("path and body name one field: the path", async () => {
    const served = await serveContract(contract);
    await served.request("PUT", "/things/a", { headers: JSON_TYPE, body: '{"id":"b","text":"c"}' });
    expect(served.lastMessage()).toEqual({ id: "a", text: "c" });
  });

  test.each([
    ["path and query name one field", "GET", "/things/a?id=b", [400, "PARAMETER_REPEATED"]],
    ['a query besides `body: "*"`', "PUT", "/things/a?text=b", [400, "PARAMETER_UNKNOWN"]],
    ["an entry of a map", "GET", "/things?labels[a]=b", [400, "PARAMETER_UNKNOWN"]],
    ["a bad escape where no route is", "GET", "/nothing/%zz", [404, "ROUTE_NOT_FOUND"]],
  ] as const)("%s: %s %s is %j", async (_, verb, path, expected) => {
    const served = await serveContract(contract);
    const received = await served.request(
      verb,
      path,
      verb === "PUT" ? { headers: JSON_TYPE, body: "{}" } : {},
    );
    const { details } = JSON.parse(received.body) as { details: [{ reason: string }] };
    expect([received.status, details[0].reason]).toEqual(expected);
  });

  test("a form that is posted to a path that only has GET is no GET", async () => {
    const served = await serveContract(contract);
    const received = await served.request("POST", "/things", {
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "text=a",
    });
    expect({ status: received.status, allow: received.headers.allow }).toEqual({
      status: 405,
      allow: "GET",
    });
  });
});
