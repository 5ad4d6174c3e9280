// Restorable for 30 days, then gone for good.
import { describe, expect, test } from "vitest";
import { stores } from "../../../mariadb.ts";
import { startServer } from "../../../server.ts";
import { DAY, keep } from "./housekeepers.ts";

describe.each(stores)("a deleted user on $engine", ({ use }) => {
  const database = use();

  test("leaves what can be restored and removes what can't", async () => {
    let days = 0;
    const clock = {
      now: () => Date.now() + days * DAY,
      random: (bytes: number) => crypto.getRandomValues(Buffer.alloc(bytes)),
    };
    const server = await startServer(database.options, { LOG_LEVEL: "silent" }, clock);
    const { housekeeper, runs } = keep(server.store, clock);
    const rows = async (): Promise<number | undefined> => {
      expect(await housekeeper.run(true)).toBe(true);
      return runs.at(-1)?.tables["users"];
    };
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
      expect(await rows()).toBeUndefined();
      expect((await call("POST", `${path}:restore`, {})).status).toBe(200);
      expect((await call("DELETE", path)).status).toBe(200);
      days = 60;
      expect((await call("POST", `${path}:restore`, {})).status).toBe(400);
      expect(await rows()).toBe(1);
      expect((await call("GET", path)).status).toBe(404);
      expect(await rows()).toBeUndefined();
    } finally {
      await server.stop();
    }
  });
});
