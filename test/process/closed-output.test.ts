// The reader of a command's output leaves early, or the output can't be written: the command ends
// as other programs do, without a stack. A server serves on.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { builtProgram } from "../bundle.ts";
import { COMPILE_CACHE, run } from "./latchkey.ts";

const program = await builtProgram();
const folder = await mkdtemp(join(tmpdir(), "latchkey-output-"));
afterAll(() => rm(folder, { recursive: true }));

const env = {
  PATH: process.env["PATH"],
  NODE_COMPILE_CACHE: COMPILE_CACHE,
  DATA_DIR: folder,
  PORT: "0",
  METRICS_PORT: "0",
};

/** Runs a line of bash; returns what it prints, and the status of the first command. */
async function bash(line: string): Promise<{ stdout: string; stderr: string }> {
  const latchkey = `latchkey() { "${process.execPath}" "${program}" "$@"; }`;
  return promisify(execFile)("bash", ["--norc", "-c", `${latchkey}\n${line}`], { env });
}

test("a command whose reader leaves ends quietly, with the status of SIGPIPE", async () => {
  await run(["migrate"], { DATA_DIR: folder });
  for (const command of [
    "doctor",
    "doctor --json",
    "client list",
    "client create --name A --grant-type client_credentials",
    "keys rotate",
    "audit export",
    "admin create",
    "migrate",
  ]) {
    // The reader is gone before the command prints.
    const { stdout, stderr } = await bash(
      `latchkey ${command} | exec <&-; echo "\${PIPESTATUS[0]}"`,
    );
    expect([command, stdout, stderr]).toEqual([command, "141\n", ""]);
  }
});

test("help to a reader that leaves after a line is quiet too", async () => {
  const { stdout, stderr } = await bash("latchkey --help | head -1; latchkey doctor | head -1");
  expect([stdout.split("\n").length, stderr]).toEqual([3, ""]);
});

test("an output on a full disk fails the command, with one line", async () => {
  const { stdout, stderr } = await bash("latchkey client list >/dev/full; echo $?");
  expect([stdout, stderr]).toEqual([
    "1\n",
    expect.stringMatching(/^The output can't be written: ENOSPC.*\n$/),
  ]);
});

test("a server serves on without a reader, and with its log on a full disk", async () => {
  const full = openSync("/dev/full", "w");
  const child = spawn(process.execPath, [program, "serve"], {
    env: { ...env, PORT: "18467" },
    stdio: ["ignore", "pipe", full],
  });
  child.stdout!.destroy();
  const ended = once(child, "exit");
  const alive = async (): Promise<number> =>
    fetch("http://127.0.0.1:18467/readyz").then(
      ({ status }) => status,
      () => 0,
    );
  await expect.poll(alive).toBe(200);
  for (let count = 0; count < 5; count++) {
    await fetch("http://127.0.0.1:18467/v1/nothing");
    await delay(20);
  }
  expect(await alive()).toBe(200);
  child.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
});
