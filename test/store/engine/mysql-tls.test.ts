// TLS to the database, on servers that have it and on one that has none: what was asked for is had,
// or there is no connection.
import { readFileSync, rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { database } from "../../../src/commands/doctor/database.ts";
import { storeOptions } from "../../../src/commands/cli/installation.ts";
import { readConfig } from "../../../src/config/settings.ts";
import { systemClock } from "../../../src/domain/clock.ts";
import { diagnose } from "../../../src/store/engine/diagnose.ts";
import { migrate } from "../../../src/store/engine/migrate.ts";
import { openStore } from "../../../src/store/engine/create-store.ts";
import { makeSignedCertificate } from "../../clients/certificate.ts";
import { newFolder, Mariadb, execute } from "../../mariadb-server.ts";
import { newSecret } from "../../process/latchkey.ts";

const LATCHKEY_SECRET = newSecret();
const configOf = (DATABASE_URL: string) => readConfig({ DATABASE_URL, LATCHKEY_SECRET });

/** The version of TLS of the connection; `refused` where there is none. */
async function encryptionAt(url: string): Promise<string> {
  const options = storeOptions(configOf(url));
  const store = await openStore(options);
  try {
    const answered = await store.users.find("id").then(
      () => true,
      () => false,
    );
    const facts = await diagnose(options, () => systemClock.now()).catch(() => undefined);
    expect(facts !== undefined).toBe(answered);
    return facts === undefined ? "refused" : facts.encryption;
  } finally {
    await store.close();
  }
}

describe("a server with a certificate for localhost", () => {
  let server: Mariadb;
  let folder = "";
  let ca = "";
  let otherCa = "";
  beforeAll(async () => {
    folder = await newFolder();
    const [signed, other] = [
      await makeSignedCertificate(folder, "DNS:localhost"),
      await newFolder(),
    ];
    otherCa = readFileSync((await makeSignedCertificate(other, "DNS:localhost")).ca, "utf8");
    rmSync(other, { recursive: true });
    ca = signed.ca;
    server = await Mariadb.start(undefined, [
      `--ssl-ca=${ca}`,
      `--ssl-cert=${signed.cert}`,
      `--ssl-key=${signed.key}`,
    ]);
    await execute(server.url, "create database store");
    await migrate({ kind: "mysql", url: `${server.url}/store` });
  });
  afterAll(async () => {
    await server.dispose();
    rmSync(folder, { recursive: true });
  });

  const at = (query: string, host = "localhost"): string =>
    `${server.url.replace("127.0.0.1", host)}/store${query}`;

  it.each([
    ["", "localhost", ""],
    ["?ssl=required", "localhost", "TLSv1.3"],
    ["?ssl=required", "127.0.0.1", "TLSv1.3"],
    ["?ssl=verify-ca&ca=CA", "localhost", "TLSv1.3"],
    ["?ssl=verify-ca&ca=CA", "127.0.0.1", "TLSv1.3"],
    ["?ssl=verify-full&ca=CA", "localhost", "TLSv1.3"],
    ["?ssl=verify-ca", "localhost", "refused"],
    ["?ssl=verify-full", "localhost", "refused"],
  ])("reached by %s at %s has the encryption %j", async (query, host, encryption) => {
    expect(await encryptionAt(at(query.replace("CA", ca), host))).toBe(encryption);
  });

  it("is refused when another authority is trusted", async () => {
    for (const mode of ["verify-ca", "verify-full"] as const) {
      const store = await openStore({
        kind: "mysql",
        url: at(""),
        tls: { mode, ca: Buffer.from(otherCa) },
      });
      await expect(store.users.find("id")).rejects.toMatchObject({ reason: "STORE_UNAVAILABLE" });
      await store.close();
    }
  });

  it("is reported by the doctor", async () => {
    const of = async (query: string, host?: string) =>
      (await database(configOf(at(query, host))))
        .filter(({ subject }) => subject === "database TLS")
        .map(({ level, text }) => `${level}: ${text}`);
    expect(await of("")).toEqual(["ok: none: the connection stays on this machine"]);
    expect(await of("?ssl=required")).toEqual([
      "warn: TLSv1.3, required: the server's certificate is not checked",
    ]);
    expect(await of(`?ssl=verify-full&ca=${ca}`)).toEqual(["ok: TLSv1.3, verify-full"]);
  });

  // The last test of this server, which has another certificate from here on.
  it("only verify-full refuses a certificate of another name", async () => {
    await makeSignedCertificate(folder, "DNS:db.example,IP:127.0.0.1");
    await execute(server.url, "flush ssl");
    expect(await encryptionAt(at(`?ssl=verify-ca&ca=${ca}`))).toBe("TLSv1.3");
    expect(await encryptionAt(at(`?ssl=verify-full&ca=${ca}`))).toBe("refused");
    const [unreached] = await database(configOf(at(`?ssl=verify-full&ca=${ca}`)));
    expect(unreached).toMatchObject({
      level: "fail",
      text: expect.stringContaining("does not match certificate's altnames"),
    });
  });
});

describe("a server without TLS", () => {
  let server: Mariadb;
  beforeAll(async () => {
    server = await Mariadb.start(undefined, ["--skip-ssl"]);
    await execute(server.url, "create database store");
    await migrate({ kind: "mysql", url: `${server.url}/store` });
  });
  afterAll(() => server.dispose());

  it("is never spoken to in clear text when TLS was asked for", async () => {
    const outcomes = [];
    for (const mode of ["required", "verify-ca", "verify-full"])
      outcomes.push(
        await encryptionAt(`${server.url.replace("127.0.0.1", "localhost")}/store?ssl=${mode}`),
      );
    expect(outcomes).toEqual(["refused", "refused", "refused"]);
  });

  it("takes no parameter past the settings", async () => {
    await expect(
      openStore({ kind: "mysql", url: `${server.url}/store?ssl=required` }),
    ).rejects.toThrow("parameters");
  });
});
