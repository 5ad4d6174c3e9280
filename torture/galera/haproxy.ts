// HAProxy with the configuration of deploy/, in front of the nodes of a cluster.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm, writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { createConnection } from "mysql2/promise";
import { freePort, newFolder } from "../../test/mariadb-server.ts";
import { type GaleraNode, MARIADB_USER } from "./node.ts";

const CONFIGURATION = `${import.meta.dirname}/../../deploy/haproxy.cfg`;

/** A balancer that runs. */
interface Balancer {
  /** The URL of a database through it. */
  urlOf(database: string): string;
  stop(): Promise<void>;
}

/** Starts HAProxy and waits until a connection through it works. */
export async function startHaproxy(nodes: readonly GaleraNode[]): Promise<Balancer> {
  const folder = await newFolder();
  const port = await freePort();
  let text = (await readFile(CONFIGURATION, "utf8")).replace(
    "bind 127.0.0.1:3306",
    `bind 127.0.0.1:${port}`,
  );
  for (const [index, node] of nodes.entries())
    text = text.replace(`10.0.0.${index + 1}:3306`, `127.0.0.1:${node.port}`);
  await writeFile(`${folder}/haproxy.cfg`, text);
  const child = spawn("haproxy", ["-db", "-f", `${folder}/haproxy.cfg`], {
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
    stdio: "ignore",
  });
  const { user, password } = MARIADB_USER;
  const urlOf = (database: string) => `mysql://${user}:${password}@127.0.0.1:${port}/${database}`;
  for (;;) {
    if (child.exitCode !== null) throw new Error("haproxy has ended; is it installed?");
    const connection = await createConnection(urlOf("")).catch(() => undefined);
    connection?.destroy();
    if (connection !== undefined) break;
    await delay(50);
  }
  return {
    urlOf,
    async stop() {
      const end = once(child, "exit");
      child.kill("SIGTERM");
      await end;
      await rm(folder, { recursive: true });
    },
  };
}
