// Restorable for 30 days, then gone for good.
import { describe, expect, test } from "vitest";
import { purge } from "../../../src/domain/security/housekeeping.ts";
import { stores } from "../../mariadb.ts";
import { startServer } from "../../server.ts";

const DAY = 86_400_000;

describe.each(stores)("purge on $engine", ({ use }) => {
  const database = use();

  test("leaves what can be restored and removes what can't", async () => {
    let days = 0;
    const clock = {
      now: () => Date.now() + days * DAY,
      random: (bytes: number) => crypto.getRandomValues(Buffer.alloc(bytes)),
    };
    const server = await startServer(database.options, { LOG_LEVEL: "silent" }, clock);
    try {
      const call = async (
        method: string,
        path: string,
        body?: object,
      ): Promise<{ status: number; json: { user?: { id: string } } }> => {
        const headers = {
          authorization: `Bearer ${await server.administratorToken()}`,
          "content-type": "application/json",
        };
        const response = await fetch(server.url + path, {
          method,
          headers,
          body: body === undefined ? null : JSON.stringify(body),
        });
        return {
          status: response.status,
          json: (await response.json()) as { user?: { id: string } },
        };
      };
      const { json } = await call("POST", "/v1/users", {
        username: "eve",
        email: "eve@example.com",
        password: "correct horse",
      });
      const path = `/v1/users/${json.user!.id}`;
      expect((await call("DELETE", path)).status).toBe(200);
      days = 29;
      await purge(server.store, clock, { unusedClientMs: 30 * DAY });
      expect((await call("POST", `${path}:restore`, {})).status).toBe(200);
      expect((await call("DELETE", path)).status).toBe(200);
      days = 60;
      expect((await call("POST", `${path}:restore`, {})).status).toBe(400);
      expect(await purge(server.store, clock, { unusedClientMs: 30 * DAY })).toBeGreaterThan(0);
      expect((await call("GET", path)).status).toBe(404);
      expect(await purge(server.store, clock, { unusedClientMs: 30 * DAY })).toBe(0);
    } finally {
      await server.stop();
    }
  });
});
