// The documents that the build has made are those that a server makes from its modules.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { access } from "node:fs/promises";
import { dirname, join } from "node:path";
import { stampOf } from "../../scripts/build/stamp.mjs";
import { builtProgram } from "../bundle.ts";
import { install, type Installation, type Latchkey } from "../process/latchkey.ts";
import { useServer } from "../use-server.ts";

const DOCUMENTS = [
  ["/openapi.json", "3.1"],
  ["/openapi-3.0.json", "3.0"],
] as const;

test.each(DOCUMENTS)("the build has made %s", async (_, version) => {
  const folder = join(dirname(await builtProgram()), stampOf());
  await access(join(folder, `openapi-${version}.json`));
});

describe.each([
  ["the standard settings", {}],
  ["a path in its URL", { PUBLIC_URL: "https://id.example/keys" }],
  ["an API less", { KOKIDS: "off" }],
  ["no reflection", { REFLECTION: "off" }],
])("a server with %s", (_, settings) => {
  const environment = { PUBLIC_URL: "https://id.example", ...settings };
  const used = useServer({ environment });
  let installation: Installation;
  let built: Latchkey;
  beforeAll(async () => {
    installation = await install("sqlite");
    built = await installation.start(environment);
  });
  afterAll(async () => {
    await built.stop();
    await installation.remove();
  });

  test.each(DOCUMENTS)("has the same %s built or not", async (path) => {
    const [kept, made] = await Promise.all(
      [built.url, used.url].map(async (url) => (await fetch(url + path)).text()),
    );
    expect(made).toMatch(/^\{"openapi":"3/);
    expect(kept).toBe(made);
  });
});
