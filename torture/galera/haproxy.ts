// HAProxy with the configuration of deploy/, in front of the nodes of a cluster.
import { readFile } from "node:fs/promises";
import { createConnection } from "mysql2/promise";
import { freePort } from "../../test/mariadb-server.ts";
import { type Haproxy, runHaproxy } from "../load/haproxy.ts";
import { type GaleraNode, MARIADB_USER } from "./node.ts";

const CONFIGURATION = `${import.meta.dirname}/../../deploy/haproxy.cfg`;

/** A balancer that runs. */
interface Balancer extends Haproxy {
  /** The URL of a database through it. */
  urlOf(database: string): string;
}

/** Starts HAProxy and waits until a connection through it works. */
export async function startHaproxy(nodes: readonly GaleraNode[]): Promise<Balancer> {
  const port = await freePort();
  let text = (await readFile(CONFIGURATION, "utf8")).replace(
    "bind 127.0.0.1:3306",
    `bind 127.0.0.1:${port}`,
  );
  for (const [index, node] of nodes.entries())
    text = text.replace(`10.0.0.${index + 1}:3306`, `127.0.0.1:${node.port}`);
  const { user, password } = MARIADB_USER;
  const urlOf = (database: string) => `mysql://${user}:${password}@127.0.0.1:${port}/${database}`;
  const haproxy = await runHaproxy(text, async () => {
    const connection = await createConnection(urlOf("")).catch(() => undefined);
    connection?.destroy();
    return connection !== undefined;
  });
  return { ...haproxy, urlOf };
}
