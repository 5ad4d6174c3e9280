// Signals that don't end a server: they load the certificate again, or do nothing.
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeCertificate } from "../clients/certificate.ts";
import { type Latchkey, start } from "./latchkey.ts";

let folder: string;
let server: Latchkey;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "latchkey-signals-"));
});
afterEach(async () => {
  await server.stop("SIGKILL");
  await rm(folder, { recursive: true });
});

const lines = (text: string): number => server.output.stderr.split(text).length - 1;
const statusOf = async (path: string): Promise<number> => (await fetch(server.url + path)).status;

test("SIGHUP, SIGUSR1 and SIGUSR2 end no single process, and SIGTERM then drains", async () => {
  server = await start({ DATA_DIR: folder });
  for (const signal of ["SIGHUP", "SIGUSR1", "SIGUSR2"] as const) process.kill(server.pid, signal);
  await expect.poll(() => lines('"reloaded"')).toBe(2);
  expect(server.output.stderr).not.toMatch(/debugger/i);
  expect([await statusOf("/healthz"), await statusOf("/readyz")]).toEqual([200, 200]);
  expect(await server.stop()).toEqual({ code: 0, signal: null });
});

describe("with TLS", () => {
  /** Returns the fingerprint of the certificate that a new connection is shown. */
  const shown = async (): Promise<string> => {
    const { port } = new URL(server.url);
    const socket = connect({ port: Number(port), host: "127.0.0.1", rejectUnauthorized: false });
    await once(socket, "secureConnect");
    const { fingerprint256 } = socket.getPeerCertificate();
    socket.destroy();
    return fingerprint256;
  };

  test.each([
    ["one process", "1", "reloaded"],
    ["two workers", "2", "restarted"],
  ])("SIGHUP loads the certificate again: %s", async (_, WORKERS, message) => {
    const { cert, key } = await makeCertificate(folder);
    const renewed = await mkdtemp(join(tmpdir(), "latchkey-certificate-"));
    const next = await makeCertificate(renewed);
    server = await start({ DATA_DIR: folder, TLS_CERT: cert, TLS_KEY: key, WORKERS });
    const before = await shown();
    await copyFile(next.cert, cert);
    await copyFile(next.key, key);
    await rm(renewed, { recursive: true });
    process.kill(server.pid, "SIGHUP");
    await expect.poll(() => lines(`"${message}"`)).toBe(1);
    const after = await shown();
    expect(after).not.toBe(before);
    // A certificate that can't be used changes nothing.
    await writeFile(cert, "no certificate");
    process.kill(server.pid, "SIGHUP");
    const failure = WORKERS === "1" ? '"not reloaded"' : '"restart given up';
    await expect.poll(() => lines(failure)).toBe(1);
    expect(await shown()).toBe(after);
    expect((await server.stop()).code).toBe(0);
  });
});
