// compose.yaml and the systemd unit, against the settings, the Dockerfile and the database that the
// other tests run on.
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { BlockList } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { ConfigError } from "../../src/config/config-error.ts";
import { SETTINGS } from "../../src/config/schema.ts";
import { readConfig } from "../../src/config/settings.ts";
import { builtProgram } from "../bundle.ts";
import { newSecret } from "../process/latchkey.ts";
import { environment, readDockerfile, ROOT } from "./dockerfile.ts";

interface Service {
  readonly environment: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly command?: string;
  readonly stop_grace_period?: string;
  readonly volumes: readonly string[];
}

const text = readFileSync(join(ROOT, "compose.yaml"), "utf8");
const given: Readonly<Record<string, string>> = {
  DATABASE_PASSWORD: "0123456789abcdef",
  LATCHKEY_SECRET: newSecret(),
  PUBLIC_URL: "https://id.example.com",
};

/** What compose makes of `${NAME:-otherwise}` and `${NAME:?why}`. */
const filled = text.replaceAll(
  /\$\{(\w+):([-?])([^}]*)\}/g,
  (_, name: string, kind: string, rest: string) =>
    given[name] ?? (kind === "-" ? rest : expect.fail(`${name} is not given`)),
);
const { services, networks } = parse(filled) as {
  services: { latchkey: Service; database: Service };
  networks: { default: { ipam: { config: readonly [{ subnet: string; gateway: string }] } } };
};
const image = environment(readDockerfile().at(-1)!);

/** Seconds of a `20s`. */
const seconds = (duration = ""): number => Number(/^(\d+)s?$/.exec(duration)?.[1]);

describe("compose.yaml", () => {
  const { latchkey, database } = services;

  test("has settings that the server takes", () => {
    expect(Object.keys(SETTINGS)).toEqual(
      expect.arrayContaining(Object.keys(latchkey.environment)),
    );
    const config = readConfig({ ...image, ...latchkey.environment });
    expect(config).toMatchObject({
      database: { kind: "mysql" },
      publicUrl: given["PUBLIC_URL"],
      host: "0.0.0.0",
    });
    expect(latchkey.ports).toEqual([`127.0.0.1:${config.port}:${config.port}`]);
    expect(latchkey.volumes.map((volume) => volume.split(":")[1])).toEqual([config.dataDir]);
    expect(seconds(latchkey.stop_grace_period) * 1000).toBeGreaterThan(config.drainMs);
  });

  test("has no secret of its own: without one, nothing starts", () => {
    const needed = [...text.matchAll(/\$\{(\w+):\?[^}]+\}/g)].map(([, name]) => name);
    expect(new Set(needed)).toEqual(new Set(Object.keys(given)));
    expect(() => readConfig({ ...image, ...latchkey.environment, LATCHKEY_SECRET: "" })).toThrow(
      ConfigError,
    );
  });

  test("has both services speak of one database", () => {
    const url = new URL(latchkey.environment["DATABASE_URL"]!);
    expect([url.username, url.password, url.pathname.slice(1), url.hostname]).toEqual([
      database.environment["MARIADB_USER"],
      database.environment["MARIADB_PASSWORD"],
      database.environment["MARIADB_DATABASE"],
      Object.keys(services)[1],
    ]);
  });

  test("believes the network's gateway who a client is, and no other container", () => {
    const [{ subnet, gateway }] = networks.default.ipam.config;
    expect(readConfig({ ...image, ...latchkey.environment }).trustedProxies).toEqual([gateway]);
    const [network, bits] = subnet.split("/") as [string, string];
    const inside = new BlockList();
    inside.addSubnet(network, Number(bits));
    expect([inside.check(gateway), gateway === network]).toEqual([true, false]);
  });

  test("starts MariaDB with options that it knows", () => {
    const { status, stderr } = spawnSync(
      "mariadbd",
      ["--no-defaults", ...database.command!.split(" "), "--verbose", "--help"],
      { env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` }, encoding: "utf8" },
    );
    expect(status, stderr).toBe(0);
  });
});

describe("the systemd unit", () => {
  const unit = readFileSync(join(ROOT, "deploy/latchkey.service"), "utf8");
  const entry = (name: string): string =>
    new RegExp(`^${name}=(.*)$`, "m").exec(unit)?.[1] ?? expect.fail(`${name} is not set`);

  test("runs a command that there is, in the folder of the repository", async () => {
    await builtProgram();
    const [program, main, ...words] = entry("ExecStart")
      .replaceAll(`${entry("WorkingDirectory")}/`, "")
      .split(" ");
    expect(existsSync(join(ROOT, main!))).toBe(true);
    expect(
      spawnSync(join(ROOT, program!), [join(ROOT, main!), ...words, "--help"], {
        encoding: "utf8",
      }),
    ).toMatchObject({ status: 0, stderr: "" });
  });

  test("retries for ever, comes back after a reboot, reloads, and may listen on 443", () => {
    expect([entry("Restart"), Number(entry("RestartSec"))]).toEqual(["on-failure", 5]);
    expect(/^\[Unit\][^[]*^StartLimitIntervalSec=0$/m.test(unit)).toBe(true);
    expect(entry("After").split(" ")).toEqual(
      expect.arrayContaining(["mariadb.service", "mysql.service", "network-online.target"]),
    );
    expect(entry("WantedBy")).toBe("multi-user.target");
    expect(entry("ExecReload")).toBe("/bin/kill -HUP $MAINPID");
    expect([entry("AmbientCapabilities"), entry("CapabilityBoundingSet")]).toEqual([
      "CAP_NET_BIND_SERVICE",
      "CAP_NET_BIND_SERVICE",
    ]);
  });

  test("is a unit to systemd, also with TLS, and little exposed", () => {
    const folder = mkdtempSync(join(tmpdir(), "latchkey-unit-"));
    const file = join(folder, "latchkey.service");
    writeFileSync(file, unit.replaceAll("/opt/latchkey", ROOT));
    mkdirSync(join(folder, "latchkey.service.d"));
    copyFileSync(
      join(ROOT, "deploy/latchkey-tls.conf"),
      join(folder, "latchkey.service.d/tls.conf"),
    );
    const analyze = (...words: string[]) =>
      spawnSync("systemd-analyze", [...words, file], { encoding: "utf8" });
    const { error, status, stderr } = analyze("verify");
    if (error !== undefined) expect.fail("this needs systemd-analyze: apt-get install systemd");
    expect([status, stderr]).toEqual([0, ""]);
    // Levels go from 0 to 100 (--threshold); 20 is "OK".
    const security = analyze("security", "--offline=true", "--threshold=20");
    expect(security.status, security.stdout).toBe(0);
    rmSync(folder, { recursive: true });
  });

  test("has TLS settings that the server takes", () => {
    const tls = readFileSync(join(ROOT, "deploy/latchkey-tls.conf"), "utf8");
    const names = [.../^Environment=(.*)$/m.exec(tls)![1]!.matchAll(/(\w+)=/g)].map(
      ([, name]) => name,
    );
    expect(names).toEqual(["HOST", "PORT", "TLS_CERT", "TLS_KEY"]);
    expect(Object.keys(SETTINGS)).toEqual(expect.arrayContaining(names));
  });

  test("has settings that the server takes, and lets it drain", () => {
    const settings = Object.fromEntries(
      entry("Environment")
        .split(" ")
        .map((pair) => pair.split("=") as [string, string]),
    );
    expect(Object.keys(SETTINGS)).toEqual(expect.arrayContaining(Object.keys(settings)));
    const config = readConfig(settings);
    expect(config.dataDir).toBe(`/var/lib/${entry("StateDirectory")}`);
    expect(seconds(entry("TimeoutStopSec")) * 1000).toBeGreaterThan(config.drainMs);
  });
});
