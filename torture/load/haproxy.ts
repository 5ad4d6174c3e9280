// HAProxy as a program.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm, writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { freePort, newFolder } from "../../test/mariadb-server.ts";

const OF_PROCESSES = `${import.meta.dirname}/../../deploy/haproxy-http.cfg`;

/** HAProxy that runs. */
export interface Haproxy {
  stop(): Promise<void>;
}

/** Starts HAProxy with a configuration, and waits until something works through it. */
export async function runHaproxy(
  configuration: string,
  isUp: () => Promise<boolean>,
): Promise<Haproxy> {
  const folder = await newFolder();
  await writeFile(`${folder}/haproxy.cfg`, configuration);
  const child = spawn("haproxy", ["-db", "-f", `${folder}/haproxy.cfg`], {
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
    stdio: "ignore",
  });
  const end = once(child, "exit");
  // A program that isn't there has no exit, only an error.
  end.catch(() => undefined);
  while (!(await isUp())) {
    if (child.pid === undefined) throw new Error("this needs HAProxy: apt-get install haproxy");
    if (child.exitCode !== null) throw new Error("haproxy has ended: is its configuration right?");
    await delay(50);
  }
  return {
    async stop() {
      child.kill("SIGTERM");
      await end;
      await rm(folder, { recursive: true });
    },
  };
}

/** Starts HAProxy with the configuration of deploy/ in front of two processes at these ports. */
export async function startHttpHaproxy(
  ports: readonly [number, number],
): Promise<Haproxy & { readonly url: string }> {
  const port = await freePort();
  const text = (await readFile(OF_PROCESSES, "utf8"))
    .replace("bind 127.0.0.1:8000", `bind 127.0.0.1:${port}`)
    .replace("10.0.0.1:8080", `127.0.0.1:${ports[0]}`)
    .replace("10.0.0.2:8080", `127.0.0.1:${ports[1]}`);
  const url = `http://127.0.0.1:${port}`;
  const haproxy = await runHaproxy(text, () =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  return { ...haproxy, url };
}
