// What the doctor says of each host, if DATABASE_URL names several.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { database } from "../../../src/commands/doctor/database.ts";
import { readConfig } from "../../../src/config/settings.ts";
import { migrate } from "../../../src/store/engine/migrate.ts";
import { execute, Mariadb } from "../../mariadb-server.ts";
import { newSecret } from "../../process/latchkey.ts";

describe("the hosts of a database", () => {
  let servers: Mariadb[] = [];
  beforeAll(async () => {
    servers = await Promise.all([Mariadb.start(), Mariadb.start()]);
    for (const { url } of servers) {
      await execute(url, "create database here");
      // One user for all hosts, as on the nodes of a cluster.
      await execute(url, "create user 'doctor'@'127.0.0.1' identified by 'a password'");
      await execute(url, "grant all on *.* to 'doctor'@'127.0.0.1'");
      await migrate({ kind: "mysql", url: `${url}/here` });
    }
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.dispose()));
  });

  const hostOf = (index: number): string => new URL(servers[index]!.url).host;

  /** Returns what the doctor says of the hosts, without their addresses. */
  async function said(): Promise<string[]> {
    const DATABASE_URL = `mysql://doctor:a%20password@${hostOf(0)},${hostOf(1)}/here`;
    const findings = await database(readConfig({ DATABASE_URL, LATCHKEY_SECRET: newSecret() }));
    return findings
      .filter(({ subject }) => subject === "database hosts")
      .map(({ level, text }) => {
        const index = [0, 1].find((each) => text.startsWith(`${hostOf(each)} `))!;
        return `${level} ${index} ${text.slice(hostOf(index).length + 1)}`;
      });
  }

  test("each is named, with what keeps it from being used", async () => {
    expect(await said()).toEqual(["ok 0 takes writes", "ok 1 takes writes"]);
    await execute(servers[1]!.url, "set global read_only = on");
    expect(await said()).toEqual(["ok 0 takes writes", "warn 1 takes no writes: read_only"]);
    await execute(servers[1]!.url, "set global read_only = off");
    await servers[0]!.signal("SIGKILL");
    expect(await said()).toEqual(["warn 0 takes no writes: ECONNREFUSED", "ok 1 takes writes"]);
  });
});
