// `latchkey predecessor noise`: what differs between two answers of the predecessor.
import { createServer } from "node:http";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { newFolder } from "../mariadb-server.ts";
import { install, runWarm } from "../process/latchkey.ts";

test("finds the fields that differ, keeps them, and names what can't be sent", async () => {
  let count = 0;
  const old = createServer((request, response) => {
    request.resume();
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ token: `t${++count}`, at: count, message: "Login successful" }));
  }).listen(0, "127.0.0.1");
  await once(old, "listening");
  const { port } = old.address() as AddressInfo;
  const installation = await install("sqlite");
  const environment = {
    ...installation.environment,
    KOKIDS_PREDECESSOR: `http://127.0.0.1:${port}`,
  };
  try {
    await runWarm(["migrate"], environment);
    const file = join(await newFolder(), "requests.jsonl");
    const login = { method: "POST", path: "/user/login", form: { AccID: "a", Password: "secret" } };
    await writeFile(file, `${JSON.stringify(login)}\n{"method":"POST","path":"/elsewhere"}\n`);
    const found = await runWarm(["predecessor", "noise", "kokids", file], environment);
    expect(found.stdout.trim().split("\n").toSorted()).toEqual([
      '{"route":"POST /user/login","field":"at"}',
      '{"route":"POST /user/login","field":"token"}',
    ]);
    expect([found.code, found.stderr]).toEqual([1, expect.stringContaining("line 2")]);
    expect(count).toBe(2);
    expect((await runWarm(["predecessor", "noise", "kokids", file], environment)).code).toBe(1);
    expect((await runWarm(["predecessor", "noise", "zimoxy", file], environment)).code).toBe(2);
    await writeFile(file, '{"method":"POST","password":"secret"\n');
    const broken = await runWarm(["predecessor", "noise", "kokids", file], environment);
    expect([broken.code, broken.stderr.includes("secret")]).toEqual([1, false]);
  } finally {
    old.closeAllConnections();
    old.close();
    await installation.remove();
  }
});
