// A database that can be read and not written: a full disk, a read-only server. The log has the
// cause, readiness and the metrics say so, and it all comes back by itself.
import { execFileSync, spawnSync } from "node:child_process";
import { createClient } from "@connectrpc/connect";
import { afterEach, describe, expect, test } from "vitest";
import {
  Health,
  HealthCheckResponse_ServingStatus as Status,
} from "../../gen/grpc/health/v1/health_pb.ts";
import { builtProgram } from "../bundle.ts";
import { createGrpcJsTransport } from "../clients/grpc-js.ts";
import { execute, Mariadb } from "../mariadb-server.ts";
import { grants } from "../deploy/grants.ts";
import { unique } from "../use-server.ts";
import { type Installation, install, installOn, type Latchkey } from "./latchkey.ts";

const PATIENCE = { interval: 200 };
let installation: Installation;
let server: Latchkey;
let ends: (() => unknown)[] = [];
afterEach(async () => {
  await server.stop("SIGKILL");
  await installation.remove();
  for (const end of ends.splice(0)) await end();
});

const statusOf = async (path: string): Promise<number> => (await fetch(server.url + path)).status;
const metric = async (name: string): Promise<number> => {
  const text = await (await fetch(/metrics +(\S+)/.exec(server.output.stdout)![1]!)).text();
  return Number(
    text
      .split("\n")
      .find((line) => line.startsWith(`${name} `))
      ?.split(" ")[1],
  );
};
async function health(): Promise<Status> {
  const transport = createGrpcJsTransport(server.url);
  try {
    return (await createClient(Health, transport).check({})).status;
  } finally {
    transport.close();
  }
}
const register = async (): Promise<number> =>
  (
    await fetch(`${server.url}/user/create`, {
      method: "POST",
      body: new URLSearchParams({
        AccID: unique(),
        Email: `${unique()}@example.com`,
        UserID: unique(),
        Password: "correct horse",
        Bundle: "b",
        OSInt: "1",
        GAID: "g",
      }),
    })
  ).status;

/** What a load balancer, a gRPC client and Prometheus see. */
const seen = async () => [
  await statusOf("/healthz"),
  await statusOf("/readyz"),
  await health(),
  await metric("latchkey_ready"),
];
const READY = [200, 200, Status.SERVING, 1];
const UNREADY = [200, 503, Status.NOT_SERVING, 0];

/** Processes of the server: the workers, or the single one. */
const pids = (): number[] => {
  const children = execFileSync("ps", ["--ppid", String(server.pid), "-o", "pid="], {
    encoding: "utf8",
  });
  return children.trim().split(/\s+/).map(Number);
};

describe("a full disk", () => {
  /** Lets files of a process grow to this size only, as on a disk without room. */
  const limit = (bytes: string, processes: readonly number[]): void => {
    for (const pid of processes)
      execFileSync("prlimit", [`--pid=${pid}`, `--fsize=${bytes}:unlimited`]);
  };

  test.each(["1", "2"])("of %s process(es)", async (WORKERS) => {
    installation = await install("sqlite");
    server = await installation.start({ WORKERS });
    const processes = WORKERS === "1" ? [server.pid] : pids();
    expect([processes.length, await seen()]).toEqual([Number(WORKERS), READY]);
    limit("4096", processes);
    // Without a single request.
    await expect.poll(seen, PATIENCE).toEqual(UNREADY);
    expect(await register()).toBe(500);
    expect(await metric('latchkey_store_errors_total{cause="disk_full"}')).toBeGreaterThan(0);
    expect(server.output.stderr).toMatch(
      /"level":"error",[^\n]*"cause":"disk_full","driverCode":"SQLITE_\w+ \d+","failures":1,/,
    );
    expect(server.output.stderr).not.toMatch(/insert into|correct horse/i);
    limit("unlimited", processes);
    await expect.poll(seen, PATIENCE).toEqual(READY);
    expect(await register()).toBe(200);
    expect(server.output.stderr).toContain('"msg":"writes work again"');
  });

  test("at the start ends it before it says that it listens", async () => {
    installation = await install("sqlite");
    server = await installation.start();
    await server.stop();
    const folder = installation.environment["DATA_DIR"]!;
    const { status, stdout, stderr } = spawnSync(
      "bash",
      ["-c", 'ulimit -f 40; exec "$0" "$@"', process.execPath, await builtProgram(), "serve"],
      { env: { PATH: process.env["PATH"], DATA_DIR: folder, PORT: "0" }, encoding: "utf8" },
    );
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("Latchkey can't go on: the database cannot be reached");
  });
});

test("a read-only MariaDB", async () => {
  const database = await Mariadb.start();
  ends.push(() => database.dispose());
  const url = await grants(database.url);
  installation = installOn(url, async () => undefined);
  server = await installation.start();
  expect(await seen()).toEqual(READY);
  await execute(database.url, "set global read_only = on");
  await expect.poll(seen, PATIENCE).toEqual(UNREADY);
  expect(server.output.stderr).toMatch(/"cause":"read_only","driverCode":"\w+ 1290"/);
  expect(await metric('latchkey_store_errors_total{cause="read_only"}')).toBeGreaterThan(0);
  await execute(database.url, "set global read_only = off");
  await expect.poll(seen, PATIENCE).toEqual(READY);
  expect(await register()).toBe(200);
});
