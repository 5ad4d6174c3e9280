// A MariaDB server that is reached by its socket on this machine.
import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { database } from "../../../src/commands/doctor/database.ts";
import { storeOptions } from "../../../src/commands/cli/installation.ts";
import { readConfig } from "../../../src/config/settings.ts";
import { migrate } from "../../../src/store/engine/migrate.ts";
import { openStore } from "../../../src/store/engine/create-store.ts";
import { execute, Mariadb, newFolder } from "../../mariadb-server.ts";
import { newSecret, start } from "../../process/latchkey.ts";

const LATCHKEY_SECRET = newSecret();

describe("a server with a socket", () => {
  let server: Mariadb;
  let folder = "";
  beforeAll(async () => {
    folder = await newFolder();
    server = await Mariadb.start();
    await execute(server.url, "create database store");
    // Who comes by the socket comes from localhost, and the server's other user doesn't.
    await execute(server.url, "create user 'local'@'localhost' identified by 'secret'");
    await execute(server.url, "grant all on store.* to 'local'@'localhost'");
  });
  afterAll(() => server.dispose());

  const urlOf = (socketPath: string, host = ""): string =>
    `mysql://local:secret@${host}/store?socketPath=${encodeURIComponent(socketPath)}`;
  const configOf = (DATABASE_URL: string) => readConfig({ DATABASE_URL, LATCHKEY_SECRET });

  it.each(["", "localhost", "localhost:1", "127.0.0.1", "[::1]:1"])(
    "is reached by it and never by the host %j",
    async (host) => {
      const config = configOf(urlOf(server.socketPath, host));
      const options = storeOptions(config);
      await migrate(options);
      const store = await openStore(options);
      expect(await store.users.find("id")).toBeUndefined();
      await store.close();
      expect(await database(config)).toContainEqual({
        level: "ok",
        subject: "database TLS",
        text: "none: the connection stays on this machine",
      });
    },
  );

  it("serves a process, which names the socket at its start", async () => {
    const latchkey = await start({
      DATABASE_URL: urlOf(server.socketPath),
      LATCHKEY_SECRET,
    });
    expect((await fetch(`${latchkey.url}/readyz`)).status).toBe(200);
    expect(latchkey.output.stdout).toContain(`MySQL at ${server.socketPath} /store\n`);
    expect((await latchkey.stop()).code).toBe(0);
  });

  it("is looked for by the doctor, which says what to do", async () => {
    const plain = `${folder}/plain`;
    writeFileSync(plain, "");
    for (const [path, reason] of [
      [`${folder}/none`, "ENOENT"],
      [plain, "ECONNREFUSED"],
      [folder, "ECONNREFUSED"],
    ] as const) {
      expect(await database(configOf(urlOf(path)))).toEqual([
        {
          level: "fail",
          subject: "database",
          text:
            "it can't be reached: the database cannot be reached " + `(connect ${reason} ${path})`,
          advice: `see that it runs, and that its own "select @@socket" says ${path}`,
        },
      ]);
    }
  });
});
