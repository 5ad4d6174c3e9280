// `latchkey resource`: a resource with a type of authorization details, and what is wrong with one.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Installation, install, runWarm } from "../process/latchkey.ts";

let installation: Installation;
beforeAll(async () => {
  installation = await install("sqlite");
  await runWarm(["migrate"], installation.environment);
});
afterAll(() => installation.remove());

const latchkey = (...words: readonly string[]) =>
  runWarm(["resource", ...words], installation.environment);
const URI = "https://bank.example/v1";

test("a resource is added with types, listed and removed", async () => {
  const type = '{"type":"payment","title":"pay","actions":["initiate"]}';
  const more = ["--details-type", type, "--details-type", '{"type":"reading"}'];
  const added = await latchkey("add", URI, "--scope", "transfers=move money", ...more);
  expect([added.code, added.stderr]).toEqual([0, ""]);
  expect(JSON.parse(added.stdout)).toMatchObject({
    uri: URI,
    name: "bank.example",
    scopes: ["transfers"],
    detail_types: ["payment", "reading"],
  });
  const listed = await latchkey("list", "--json");
  expect(JSON.parse(listed.stdout)).toMatchObject({
    detail_types: ["payment", "reading"],
  });
  expect((await latchkey("remove", URI)).stdout).toBe(`${URI} is deleted.\n`);
  expect((await latchkey("list", "--json")).stdout).toBe("");
});

test.each(["payment", '{"type":"a b"}', '{"type":"a","members":{"b":"list"}}'])(
  "the type %s is refused",
  async (type) => {
    const { code, stdout, stderr } = await latchkey("add", URI, "--details-type", type);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("detail_types");
  },
);
