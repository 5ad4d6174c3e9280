// A predecessor whose certificate a private authority has signed.
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeExpiredCertificate, makeSignedCertificate } from "../../clients/certificate.ts";
import { newFolder } from "../../mariadb-server.ts";
import { stores } from "../../mariadb.ts";
import { startServer, type TestServer } from "../../server.ts";
import { LOGIN, RawPredecessor } from "./raw-predecessor.ts";
import { CREDENTIALS, type RawAnswer, requestOf, talk } from "./use-raw.ts";
import { setStage } from "../use-stages.ts";

const REFUSED = '{"error":"Internal server error"}';

describe("a predecessor over TLS", () => {
  const predecessors: RawPredecessor[] = [];
  let folder: string;
  let right: Awaited<ReturnType<typeof makeSignedCertificate>>;
  let foreign: Awaited<ReturnType<typeof makeSignedCertificate>>;
  beforeAll(async () => {
    folder = await newFolder();
    const folders = ["right", "foreign"].map((name) => join(folder, name));
    for (const each of folders) await mkdir(each);
    right = await makeSignedCertificate(folders[0]!, "IP:127.0.0.1");
    foreign = await makeSignedCertificate(folders[1]!, "DNS:old.example,IP:127.0.0.2");
  });
  afterAll(async () => {
    for (const each of predecessors) each.stop();
    await rm(folder, { recursive: true });
  });

  /** Signs in through a Latchkey of its own, before a predecessor with this certificate. */
  async function login(
    { cert, key }: { readonly cert: string; readonly key: string },
    ca?: string,
  ): Promise<{ answer: RawAnswer; raw: RawPredecessor; log: string }> {
    const files = { cert: await readFile(cert), key: await readFile(key) };
    const raw = await RawPredecessor.start(files);
    predecessors.push(raw);
    raw.reply = (socket) => void socket.write(LOGIN);
    const database = await stores[0].empty();
    const environment = {
      KOKIDS_PREDECESSOR: `https://127.0.0.1:${raw.port}`,
      ...(ca !== undefined && { KOKIDS_PREDECESSOR_CA: ca }),
    };
    let server: TestServer | undefined;
    try {
      server = await startServer(database.options, environment);
      await setStage(server.store, "kokids", "mirror");
      const answer = await talk(server.url, requestOf("POST /user/login", CREDENTIALS));
      return { answer, raw, log: server.log.join("\n") };
    } finally {
      await server?.stop();
      await database.remove();
    }
  }

  test("is asked when its authority is the one that is set", async () => {
    const { answer, raw, log } = await login(right, right.ca);
    expect([answer.status, raw.requests.length]).toEqual([200, 1]);
    expect(raw.requests[0]!.body.toString()).toBe(CREDENTIALS);
    expect(log).not.toContain("hunter2");
    expect(log).not.toBe("");
  });

  const refused: [string, () => ReturnType<typeof login>][] = [
    ["no authority is set", () => login(right)],
    ["another authority is set", () => login(right, foreign.ca)],
    ["its certificate is another host's", () => login(foreign, foreign.ca)],
    [
      "its certificate has expired",
      async () =>
        login(await makeExpiredCertificate(join(folder, "right"), "IP:127.0.0.1"), right.ca),
    ],
  ];
  test.each(refused)("gets nothing of a call when %s", async (_, attempt) => {
    // The environment waives certificates: not where passwords are sent.
    const before = process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
    process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
    const { answer, raw, log } = await attempt().finally(() => {
      if (before === undefined) delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
      else process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = before;
    });
    expect([answer.status, answer.body.toString()]).toEqual([500, REFUSED]);
    expect(raw.requests).toEqual([]);
    expect(log).not.toContain("hunter2");
    expect(log).not.toBe("");
  });
});
