// The image, as far as it can be had without Docker: the program that the Dockerfile builds is put
// into a folder, and the image's commands are run there. package.test.ts runs it with no other
// packages than the image has.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SETTINGS } from "../../src/config/schema.ts";
import { INPUTS } from "../../scripts/build/stamp.mjs";
import { builtProgram } from "../bundle.ts";
import { command, copies, environment, readDockerfile, ROOT } from "./dockerfile.ts";

type Stage = ReturnType<typeof readDockerfile>[number];

const stages = readDockerfile();
const [build, packages, image] = ["build", "packages", undefined].map(
  (name) =>
    stages.find(([from]) => / AS (\w+)$/.exec(from!.rest)?.[1] === name) ??
    expect.fail(`there is no stage ${name}`),
) as [Stage, Stage, Stage];
const folder = mkdtempSync(join(tmpdir(), "latchkey-image-"));

beforeAll(async () => {
  await builtProgram();
  cpSync(join(ROOT, "dist"), join(folder, "dist"), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  mkdirSync(join(folder, "data"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A port that is free now; the health check has to know it before the server does. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

test("everything that is copied is there, and .dockerignore lets nothing else in", () => {
  const wanted = stages.flatMap(copies).map(({ from }) => from);
  const allowed = readFileSync(join(ROOT, ".dockerignore"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("!"));
  const isInside = (name: string): boolean => wanted.some((other) => name.startsWith(`${other}/`));
  const roots = [...new Set(wanted)].filter((name) => !isInside(name));
  expect(allowed.map((line) => line.slice(1)).toSorted()).toEqual(roots.toSorted());
  expect(wanted.filter((name) => !existsSync(join(ROOT, name)))).toEqual([]);
});

test("the image has the program and nothing of its sources", () => {
  const parts = image.filter(({ name }) => name === "COPY").map(({ rest }) => rest);
  expect(parts).toEqual([
    "--from=packages /latchkey/node_modules node_modules",
    "--from=build /latchkey/dist dist",
  ]);
});

test("the program is built with what decides its stamp, for the user that runs it", () => {
  const sources = copies(build).map(({ from }) => from);
  for (const input of INPUTS)
    expect(sources.some((name) => `${input}/`.startsWith(`${name}/`))).toBe(true);
  expect(build.at(-1)).toEqual({ name: "RUN", rest: "node scripts/build/build.ts" });
  const user = (stage: Stage) => stage.find(({ name }) => name === "USER")?.rest;
  expect(user(build)).toBe(user(image));
});

test("the packages are those of the lock file, without the ones for tests", () => {
  const run = packages.find(({ name }) => name === "RUN")!.rest;
  expect(run).toMatch(/^npm ci --omit=dev /);
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  const lock = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
    packages: Record<string, { dev?: boolean }>;
  };
  expect(
    Object.keys(dependencies).filter(
      (name) => lock.packages[`node_modules/${name}`]?.dev !== undefined,
    ),
  ).toEqual([]);
});

test("the image sets nothing but settings", () => {
  const { NODE_ENV, ...settings } = environment(image);
  expect(NODE_ENV).toBe("production");
  expect(Object.keys(SETTINGS)).toEqual(expect.arrayContaining(Object.keys(settings)));
});

test("is run by a user who may write to the data only", () => {
  expect(image.find(({ name }) => name === "USER")?.rest).toBe("node");
  expect(image.find(({ name }) => name === "VOLUME")?.rest).toBe(environment(image)["DATA_DIR"]);
});

describe("its command", () => {
  test("serves what was copied, the health check sees it, and SIGTERM ends it", async () => {
    const own = {
      ...environment(image),
      DATA_DIR: join(folder, "data"),
      HOST: "127.0.0.1",
      PORT: String(await freePort()),
      LOG_LEVEL: "silent",
    };
    const env = { PATH: process.env.PATH, ...own };
    const [program, ...words] = [...command(image, "ENTRYPOINT"), ...command(image, "CMD")];
    const [probe, ...probeWords] = command(image, "HEALTHCHECK");
    const isHealthy = (): boolean =>
      spawnSync(probe!, probeWords, { env, cwd: folder }).status === 0;
    expect(isHealthy()).toBe(false);
    const child = spawn(program!, words, {
      env,
      cwd: folder,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(child, "exit");
    await Promise.race([
      once(child.stdout, "data"),
      ended.then(([code]) => Promise.reject(new Error(`it has ended with ${code}`))),
    ]);
    try {
      expect(isHealthy()).toBe(true);
    } finally {
      child.kill("SIGTERM");
    }
    expect(await ended).toEqual([0, null]);
  });
});
