// deploy/haproxy-http.cfg, by the real HAProxy in front of two processes.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { GRPC, grpcLane, plainLane } from "../../torture/load/lanes.ts";
import { startHttpHaproxy } from "../../torture/load/haproxy.ts";
import { freePort } from "../mariadb-server.ts";
import { clientToken } from "../oauth/flow.ts";
import { createRestTransport } from "../clients/rest.ts";
import { install } from "../process/latchkey.ts";
import { apiOf } from "../use-server.ts";
import { ROOT } from "./dockerfile.ts";

const FILE = join(ROOT, "deploy/haproxy-http.cfg");
const PASSWORD = "correct horse battery";

test("HAProxy takes the configuration", () => {
  const { status, stderr } = spawnSync("haproxy", ["-c", "-f", FILE], {
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([0, ""]);
});

test("calls over HTTP/1.1 and gRPC succeed while and after a process ends", async () => {
  const installation = await install("mysql");
  const ports: [number, number] = [await freePort(), await freePort()];
  const start = (index: 0 | 1) =>
    installation.start({
      LOG_LEVEL: "info",
      PORT: String(ports[index]),
      TRUSTED_PROXIES: "127.0.0.1",
    });
  const servers = [await start(0), await start(1)] as const;
  const { url, stop } = await startHttpHaproxy(ports);
  try {
    const client = await installation.administrator();
    const administrator = apiOf(createRestTransport(url), await clientToken(url, client));
    await administrator.users.createUser({ email: "user@example.com", password: PASSWORD });
    const { accessToken } = await apiOf(createRestTransport(url)).users.signIn({
      identifier: { case: "email", value: "user@example.com" },
      password: PASSWORD,
    });
    const lanes = [
      plainLane(url, accessToken),
      ...GRPC.map((kind) => grpcLane(kind, url, accessToken)),
    ];
    let calls = 0;
    let isOver = false;
    const calling = Promise.all(
      lanes.map(async (lane) => {
        while (!isOver) {
          await lane.call();
          calls++;
        }
      }),
    );
    await expect.poll(() => calls).toBeGreaterThan(30);
    expect(await servers[0].stop()).toEqual({ code: 0, signal: null });
    const before = calls;
    await expect.poll(() => calls).toBeGreaterThan(before + 30);
    isOver = true;
    await calling;
    for (const lane of lanes) lane.close();
    // What a client says of its own address doesn't count.
    await fetch(`${url}/v1/nothing`, { headers: { "x-forwarded-for": "192.0.2.1" } });
    await expect.poll(() => servers[1].output.stderr).toContain('"route":"unknown"');
    expect(servers[1].output.stderr).not.toContain("192.0.2.1");
  } finally {
    await stop();
    for (const server of servers) await server.stop("SIGKILL");
    await installation.remove();
  }
});
