// Installations that name each other, or themselves, as predecessor: a call ends at once.
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Stage } from "../../../src/domain/predecessor/stage.ts";
import { stores } from "../../mariadb.ts";
import { newSecret } from "../../process/latchkey.ts";
import { startServer, type TestServer } from "../../server.ts";
import { CREDENTIALS, requestOf, talk } from "./use-raw.ts";
import { setStage } from "../use-stages.ts";

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe("two installations that name each other", () => {
  const servers: TestServer[] = [];
  const removes: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    const ports = [await freePort(), await freePort()];
    for (const [index, port] of ports.entries()) {
      const database = await stores[0].empty();
      removes.push(() => database.remove());
      const environment = {
        PORT: String(port),
        KOKIDS_PREDECESSOR: `http://127.0.0.1:${ports[1 - index]}`,
        KOKIDS_PREDECESSOR_TIMEOUT_MS: "2000",
        LATCHKEY_SECRET: newSecret(),
      };
      servers.push(await startServer(database.options, environment));
    }
  });
  afterAll(async () => {
    for (const server of servers) await server.stop();
    for (const remove of removes) await remove();
  });
  const asked = async (server: TestServer): Promise<number> => {
    const all = [...(await server.metrics())].filter(([name]) => /predecessor.*_count/.test(name));
    return all.reduce((sum, [, value]) => sum + value, 0);
  };

  const pairs: [Stage, Stage, number, string][] = [
    ["mirror", "mirror", 500, '{"error":"Internal server error"}'],
    ["mirror", "fallback", 500, '{"error":"Internal server error"}'],
    ["fallback", "mirror", 401, '{"error":"User not found"}'],
    ["fallback", "fallback", 401, '{"error":"User not found"}'],
  ];
  test.each(pairs)("%s and %s answer %i at once", async (one, other, status, text) => {
    await setStage(servers[0]!.store, "kokids", one);
    await setStage(servers[1]!.store, "kokids", other);
    const before = [await asked(servers[0]!), await asked(servers[1]!)];
    const started = performance.now();
    const answer = await talk(servers[0]!.url, requestOf("POST /user/login", CREDENTIALS));
    expect(performance.now() - started).toBeLessThan(1_000);
    expect([answer.status, answer.body.toString()]).toEqual([status, text]);
    expect(await asked(servers[0]!)).toBe(before[0]! + 1);
    expect(await asked(servers[1]!)).toBe(before[1]!);
  });
});
