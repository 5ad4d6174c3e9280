// Starts: the first one of an installation, several at once, and those that must not be.
import { once } from "node:events";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createDatabase } from "../mariadb.ts";
import { newFolder } from "../mariadb-server.ts";
import { clientToken } from "../oauth/flow.ts";
import {
  installOn,
  type Latchkey,
  newSecret,
  readAdministrator,
  run,
  SOURCE,
  start,
} from "./latchkey.ts";

let folder: string;
let running: Latchkey[] = [];
beforeEach(async () => {
  folder = await newFolder();
});
afterEach(async () => {
  await Promise.all(running.map((server) => server.stop("SIGKILL")));
  running = [];
  await rm(folder, { recursive: true, force: true });
});

const launch = async (
  environment: Readonly<Record<string, string>>,
  place?: typeof SOURCE,
): Promise<Latchkey> => {
  const server = await start(environment, place);
  running.push(server);
  return server;
};
const modeOf = async (path: string): Promise<string> =>
  ((await stat(path)).mode & 0o777).toString(8);
const statusOf = async (server: Latchkey, path: string): Promise<number> =>
  (await fetch(server.url + path)).status;

describe("with the embedded database", () => {
  test("the first start makes private files, and says where they are", async () => {
    const dataDir = join(folder, "data", "deep");
    const server = await launch({ DATA_DIR: dataDir }, SOURCE);
    expect([
      await modeOf(dataDir),
      await modeOf(join(dataDir, "admin.json")),
      await modeOf(join(dataDir, "secret")),
    ]).toEqual(["700", "600", "600"]);
    for (const text of [server.url, "SQLite", dataDir, "admin.json", "buf curl"])
      expect(server.output.stdout).toContain(text);
    expect(
      Object.keys(JSON.parse(await readFile(join(dataDir, "admin.json"), "utf8")) as object),
    ).toEqual(["client_id", "client_secret"]);
    expect([await statusOf(server, "/healthz"), await statusOf(server, "/readyz")]).toEqual([
      200, 200,
    ]);
    expect(await clientToken(server.url, readAdministrator(dataDir))).toMatch(/^lka_/);
    const metrics = await (await fetch(/metrics +(\S+)/.exec(server.output.stdout)![1]!)).text();
    for (const name of [
      "latchkey_ready 1",
      "nodejs_eventloop_lag_p99_seconds",
      "process_resident_memory_bytes",
    ])
      expect(metrics).toContain(name);
  });

  test("the next start keeps secrets, keys, credentials and tokens", async () => {
    const first = await launch({ DATA_DIR: folder });
    const token = await clientToken(first.url, readAdministrator(folder));
    const kept = await Promise.all(
      ["admin.json", "secret"].map((name) => readFile(join(folder, name), "utf8")),
    );
    const keys = await (await fetch(`${first.url}/.well-known/jwks.json`)).json();
    await first.stop();
    const second = await launch({ DATA_DIR: folder });
    expect(
      await Promise.all(
        ["admin.json", "secret"].map((name) => readFile(join(folder, name), "utf8")),
      ),
    ).toEqual(kept);
    expect(await (await fetch(`${second.url}/.well-known/jwks.json`)).json()).toEqual(keys);
    expect(
      (await fetch(`${second.url}/v1/users`, { headers: { authorization: `Bearer ${token}` } }))
        .status,
    ).toBe(200);
  });

  test("several first starts at once agree on one of everything", async () => {
    for (let round = 0; round < 2; round++) {
      const dataDir = join(folder, String(round));
      const servers = await Promise.all(
        Array.from({ length: 3 }, () => launch({ DATA_DIR: dataDir })),
      );
      const administrator = readAdministrator(dataDir);
      const tokens = await Promise.all(servers.map(({ url }) => clientToken(url, administrator)));
      for (const [index, { url }] of servers.entries())
        expect(
          (
            await fetch(`${url}/v1/users`, {
              headers: { authorization: `Bearer ${tokens[(index + 1) % 3]}` },
            })
          ).status,
        ).toBe(200);
      const keys = await Promise.all(
        servers.map(async ({ url }) => (await fetch(`${url}/.well-known/jwks.json`)).text()),
      );
      expect(new Set(keys).size).toBe(1);
      const { clients } = (await (
        await fetch(`${servers[0]!.url}/v1/clients`, {
          headers: { authorization: `Bearer ${tokens[0]}` },
        })
      ).json()) as { clients: object[] };
      expect(clients).toHaveLength(1);
    }
  });

  test("another secret than the one of the database stops the start", async () => {
    await (await launch({ DATA_DIR: folder })).stop();
    const { code, stderr } = await run([], {
      DATA_DIR: folder,
      PORT: "0",
      LATCHKEY_SECRET: newSecret(),
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/secret is not the one/);
    expect(stderr).not.toMatch(/at .*\.ts/);
  });

  test("an admin.json that holds no credentials stops the first start", async () => {
    await writeFile(join(folder, "admin.json"), "{}");
    const { code, stderr } = await run([], { DATA_DIR: folder, PORT: "0" });
    expect(code).toBe(1);
    expect(stderr).toContain("admin.json does not hold");
  });

  test("a port that is taken stops the start, and is named", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await run([], { DATA_DIR: folder, PORT: String(port) });
    other.close();
    expect(code).toBe(1);
    expect(stderr).toContain(`127.0.0.1:${port} can't be listened on: set PORT`);
  });

  test("a data directory that can't be written to stops the start", async () => {
    await writeFile(join(folder, "file"), "");
    const { code, stdout, stderr } = await run([], { DATA_DIR: join(folder, "file"), PORT: "0" });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("Latchkey can't go on: DATA_DIR is");
  });
});

describe("with MySQL", () => {
  test(
    "nothing is made silently: no secret, no start; no administrator until there is a " +
      "command for one",
    async () => {
      const url = await createDatabase();
      const refused = await run([], { DATABASE_URL: url, PORT: "0", DATA_DIR: folder });
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain("LATCHKEY_SECRET is needed");
      const installation = installOn(url, async () => undefined);
      const server = await launch({ ...installation.environment, DATA_DIR: folder });
      expect(server.output.stdout).toContain("admin create");
      expect(server.output.stdout).not.toContain(new URL(url).password);
      const administrator = await installation.administrator();
      expect(await clientToken(server.url, administrator)).toMatch(/^lka_/);
      const { clients } = (await (
        await fetch(`${server.url}/v1/clients`, {
          headers: { authorization: `Bearer ${await clientToken(server.url, administrator)}` },
        })
      ).json()) as { clients: object[] };
      expect(clients).toHaveLength(1);
    },
  );

  test("migrate brings the schema, once", async () => {
    const { environment } = installOn(await createDatabase(), async () => undefined);
    const first = await run(["migrate"], environment, SOURCE);
    expect([first.code, first.stderr]).toEqual([0, ""]);
    expect(first.stdout).toMatch(/^Migrated: 0001/);
    expect((await run(["migrate"], environment)).stdout).toBe("The schema is current.\n");
  });

  test("five starts on an empty database all become ready, and one migrates", async () => {
    const { environment } = installOn(await createDatabase(), async () => undefined);
    const servers = await Promise.all(Array.from({ length: 5 }, () => launch(environment)));
    expect(await Promise.all(servers.map((server) => statusOf(server, "/readyz")))).toEqual(
      Array(5).fill(200),
    );
    expect(servers.filter(({ output }) => output.stderr.includes('"migrated"'))).toHaveLength(1);
  });

  test("a database that isn't there stops the start, without its password", async () => {
    const { code, stderr } = await run([], {
      DATABASE_URL: "mysql://somebody:hunter2@127.0.0.1:1/x",
      LATCHKEY_SECRET: newSecret(),
      PORT: "0",
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Latchkey can't go on: .*\n.*latchkey doctor$/m);
    expect(stderr).not.toContain("hunter2");
  });
});
