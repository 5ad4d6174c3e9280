// Clients of others, unmodified, sign their users out, and take logout tokens.
import { afterAll, beforeAll, expect, test } from "vitest";
import { installForeignPackages } from "../../scripts/install/foreign-packages.mjs";
import { NPM_LOGOUT_ROWS, runLogout } from "./logout-rows.ts";
import { type SharedServer, startSharedServer } from "./started-server.ts";

let server: SharedServer;
beforeAll(async () => {
  await installForeignPackages();
  server = await startSharedServer();
}, 300_000);
afterAll(() => server.stop());

test.each(NPM_LOGOUT_ROWS)(
  "$client ends the session at the server",
  async (row) => {
    expect((await runLogout(row, server)).version).toMatch(/^\d+\./);
  },
  130_000,
);
