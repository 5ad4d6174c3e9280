// What the doctor says of the servers that APIs are taken over from. They are connected to, and
// nothing is sent to them.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { join } from "node:path";
import { createServer as createTls } from "node:tls";
import { afterAll, describe, expect, test, vi } from "vitest";
import { database } from "../../../src/commands/doctor/database.ts";
import type { Finding } from "../../../src/commands/doctor/finding.ts";
import { passwordVerifier, predecessors } from "../../../src/commands/doctor/predecessors.ts";
import { readConfig } from "../../../src/config/settings.ts";
import { systemClock } from "../../../src/domain/clock.ts";
import { ownStage } from "../../../src/domain/predecessor/stage.ts";
import type { StoreOptions } from "../../../src/store/engine/connect.ts";
import { openStore } from "../../../src/store/engine/create-store.ts";
import { migrate } from "../../../src/store/engine/migrate.ts";
import { makeSignedCertificate } from "../../clients/certificate.ts";
import { createDatabase } from "../../mariadb.ts";
import { newFolder } from "../../mariadb-server.ts";
import { newSecret } from "../../process/latchkey.ts";

const DAY = 86_400_000;
const folder = await newFolder();
const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
});

const lines = (findings: readonly Finding[]): string[] =>
  findings.map(({ level, subject, text }) => `${level} ${subject}: ${text}`);

/** Listens; returns its port and what it has received. */
async function listen(tls?: { readonly cert: string; readonly key: string }) {
  const received: Buffer[] = [];
  const server =
    tls === undefined
      ? createServer(
          (socket) =>
            void socket.on("data", (part) => received.push(part)).on("error", () => undefined),
        )
      : createTls(
          { cert: readFileSync(tls.cert), key: readFileSync(tls.key) },
          (socket) => void socket.on("data", (part) => received.push(part)),
        ).on("tlsClientError", () => undefined);
  servers.push(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return { port: (server.address() as AddressInfo).port, received };
}

test("a server is connected to, and gets nothing", async () => {
  const { port, received } = await listen();
  const url = `http://127.0.0.1:${port}/prefix`;
  expect(lines(await predecessors(readConfig({ KOKIDS_PREDECESSOR: url })))).toEqual([
    `ok predecessor: kokids: http://127.0.0.1:${port} takes the connection`,
  ]);
  expect(received).toEqual([]);
  expect(await predecessors(readConfig({}))).toEqual([]);
  expect(await predecessors(readConfig({ KOKIDS_PREDECESSOR: url, KOKIDS: "off" }))).toEqual([]);
});

test("one that is down, or elsewhere without TLS, is reported with what to do", async () => {
  const findings = await predecessors(
    readConfig({
      KOKIDS_PREDECESSOR: "http://127.0.0.1:9",
      ZIMOXY_PREDECESSOR: "http://old-auth.invalid",
    }),
  );
  expect(lines(findings)).toEqual([
    expect.stringMatching(
      /^fail predecessor: kokids: http:\/\/127.0.0.1:9 can't be used: .*REFUSED/,
    ),
    expect.stringMatching(/^fail predecessor: zimoxy: http:\/\/old-auth.invalid can't be used: ./),
    "warn predecessor: zimoxy: passwords go to old-auth.invalid in clear text",
  ]);
  expect(findings[0]!.advice).toContain("KOKIDS_PREDECESSOR");
});

test("the certificate is checked with the authority, whose end is reported", async () => {
  const { ca, ...files } = await makeSignedCertificate(folder, "DNS:localhost,IP:127.0.0.1");
  const { port } = await listen(files);
  const url = `https://localhost:${port}`;
  const of = async (environment: Record<string, string>) =>
    lines(await predecessors(readConfig({ SENLER_PREDECESSOR: url, ...environment })));
  // The authority of the test is good for a day.
  expect(await of({ SENLER_PREDECESSOR_CA: ca })).toEqual([
    `ok predecessor: senler: ${url} takes the connection`,
    expect.stringMatching(/^warn predecessor: .* SENLER_PREDECESSOR_CA is good until 2\S+ only$/),
  ]);
  expect(await of({})).toEqual([
    expect.stringMatching(/^fail predecessor: senler: https:.* can't be used: .*certificate/),
  ]);
  const bundle = join(folder, "bundle.pem");
  writeFileSync(bundle, readFileSync(ca, "utf8").repeat(2));
  const clock = vi.spyOn(systemClock, "now").mockReturnValue(Date.now() + 9 * DAY);
  expect((await of({ SENLER_PREDECESSOR_CA: bundle })).at(-1)).toMatch(
    /^warn predecessor: an authority of SENLER_PREDECESSOR_CA was good until/,
  );
  clock.mockReturnValue(Date.now() - 90 * DAY);
  expect((await of({ SENLER_PREDECESSOR_CA: bundle })).at(-1)).toMatch(
    /^ok predecessor: the authorities of SENLER_PREDECESSOR_CA are good until/,
  );
  clock.mockRestore();
});

test("the system that checks passwords is connected to, and gets nothing", async () => {
  const { port, received } = await listen();
  const of = async (PASSWORD_VERIFY_URL: string) =>
    lines(await passwordVerifier(readConfig({ PASSWORD_VERIFY_URL })));
  expect(await of(`http://127.0.0.1:${port}/verify`)).toEqual([
    `ok verifier: 127.0.0.1:${port} takes the connection`,
  ]);
  expect(await of(`grpc://127.0.0.1:${port}`)).toEqual([
    `ok verifier: 127.0.0.1:${port} takes the connection`,
  ]);
  expect(await of("grpcs://127.0.0.1:9")).toEqual([
    expect.stringMatching(/^fail verifier: 127.0.0.1:9 can't be used, .*REFUSED/),
  ]);
  expect(received).toEqual([]);
  expect(await passwordVerifier(readConfig({}))).toEqual([]);
});

describe.each(["sqlite", "mysql"] as const)("on %s", (kind) => {
  test("a stage without its setting, and an open circuit, are reported", async () => {
    const DATA_DIR = join(folder, kind);
    const file = join(DATA_DIR, "latchkey.db");
    const options: StoreOptions =
      kind === "sqlite" ? { kind, file } : { kind, url: await createDatabase() };
    await migrate(options);
    const environment = {
      DATA_DIR,
      KOKIDS_PREDECESSOR: "http://127.0.0.1:9",
      ...(options.kind === "mysql" && { DATABASE_URL: options.url, LATCHKEY_SECRET: newSecret() }),
    };
    const of = async () =>
      lines(await database(readConfig(environment))).filter((line) => /predecessor:/.test(line));
    expect(await of()).toEqual([]);
    const store = await openStore(options);
    const now = systemClock.now();
    const set = { percent: 100, changedAt: now } as const;
    const { stages } = store;
    await stages.save({ ...ownStage("kokids"), ...set, stage: "mirror" });
    await stages.save({ ...ownStage("senler"), ...set, stage: "mirror" });
    await stages.save({ ...ownStage("zimoxy"), ...set, before: "mirror" });
    await stages.save({ ...ownStage("secretpair"), ...set, before: "fallback", percent: 50 });
    const circuit = { state: "open", process: "one", renewedAt: now };
    await store.observations.renewCircuits([{ ...circuit, api: "kokids" }], 0);
    const gone = { ...circuit, api: "senler", process: "gone", renewedAt: now - 60_000 };
    await store.observations.renewCircuits([gone], 0);
    await store.close();
    const alone = "_PREDECESSOR is not set: Latchkey answers alone";
    expect(await of()).toEqual([
      `fail predecessor: secretpair is in fallback, but SECRETPAIR${alone}`,
      `fail predecessor: senler is in mirror, but SENLER${alone}`,
      "warn predecessor: kokids: a server has stopped asking it, because it failed again and " +
        "again (circuit open)",
    ]);
  });
});
