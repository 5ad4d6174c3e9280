// What the doctor once passed, and what then failed: another secret, no mail server, names that are
// nearly settings, two spellings of one mailbox.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { database } from "../../../src/commands/doctor/database.ts";
import type { Finding } from "../../../src/commands/doctor/finding.ts";
import { mail } from "../../../src/commands/doctor/mail.ts";
import { settingsFindings } from "../../../src/commands/doctor/settings.ts";
import { readConfig } from "../../../src/config/settings.ts";
import { SigningKeys } from "../../../src/domain/oauth/tokens/signing-keys.ts";
import { systemClock } from "../../../src/domain/clock.ts";
import { deriveKey } from "../../../src/domain/security/secrets.ts";
import type { StoreOptions } from "../../../src/store/engine/connect.ts";
import { openStore } from "../../../src/store/engine/create-store.ts";
import { migrate } from "../../../src/store/engine/migrate.ts";
import { PASSWORD, startMailServer } from "../../email/mail-server.ts";
import { createDatabase } from "../../mariadb.ts";
import { newFolder } from "../../mariadb-server.ts";
import { newSecret } from "../../process/latchkey.ts";
import { aUser } from "../../store/samples.ts";

const folder = await newFolder();
afterAll(() => rmSync(folder, { recursive: true }));

const told = (findings: readonly Finding[], subject: string): string[] =>
  findings.filter((each) => each.subject === subject).map(({ level, text }) => `${level} ${text}`);

describe.each(["sqlite", "mysql"] as const)("on %s", (kind) => {
  const DATA_DIR = join(folder, kind);

  /** Makes a database; returns its settings. */
  async function prepare(): Promise<{ options: StoreOptions; environment: object }> {
    const file = join(DATA_DIR, "latchkey.db");
    const options: StoreOptions =
      kind === "sqlite" ? { kind, file } : { kind, url: await createDatabase() };
    await migrate(options);
    return {
      options,
      environment: { DATA_DIR, ...(options.kind === "mysql" && { DATABASE_URL: options.url }) },
    };
  }

  test("the secret must be the one that the database was made with", async () => {
    const { options, environment } = await prepare();
    const [secret, other] = [newSecret(), newSecret()];
    const of = async (LATCHKEY_SECRET: string) =>
      told(await database(readConfig({ ...environment, LATCHKEY_SECRET })), "secret");
    expect(await of(other)).toEqual([]);
    const store = await openStore(options);
    const keys = new SigningKeys({
      store,
      clock: systemClock,
      encryptionKey: deriveKey(secret, "signing-key"),
      rsaBits: 2048,
    });
    await keys.ensure();
    expect(await of(secret)).toEqual(["ok opens the database's signing key"]);
    const wrong = " is not the secret that this database was made with; no start will succeed";
    expect(await of(other)).toEqual([`fail LATCHKEY_SECRET${wrong}`]);
    // Also after a rotation, whose new key doesn't sign yet.
    await keys.rotate({
      caller: { kind: "operator" },
      address: "",
      userAgent: "",
      expired: () => false,
    });
    expect(await of(secret)).toEqual(["ok opens the database's signing key"]);
    await store.close();
    if (kind === "mysql") return;
    writeFileSync(join(DATA_DIR, "secret"), other);
    expect(told(await database(readConfig({ DATA_DIR })), "secret")).toEqual([
      `fail DATA_DIR/secret${wrong}`,
    ]);
    rmSync(join(DATA_DIR, "secret"));
    expect(told(await database(readConfig({ DATA_DIR })), "secret")).toEqual([]);
  });

  test("two spellings of one mailbox are two users to report", async () => {
    const { options, environment } = await prepare();
    const store = await openStore(options);
    const add = async (email: string, realm = "main") => {
      const user = aUser({ email, emailKey: email, realm });
      expect(await store.users.insert(user)).toBeUndefined();
      return user.id;
    };
    const [dotted, plain] = [await add("a.da+shop@gmail.com"), await add("ada@googlemail.com")];
    const [one, two] = [await add("lin@bücher.example"), await add("lin@xn--bcher-kva.example")];
    const [sharp, double] = [await add("strauß@example.com"), await add("STRAUSS@example.com")];
    for (const [email, realm] of [
      ["ada@gmail.com", "other"],
      ["a.da@example.com", "main"],
      ["ada@example.com", "main"],
      ["ada+x@example.com", "main"],
    ] as const)
      await add(email, realm);
    await store.close();
    const LATCHKEY_SECRET = newSecret();
    const users = told(await database(readConfig({ ...environment, LATCHKEY_SECRET })), "users");
    const pair = (email: string, id: string, other: string, otherId: string): string =>
      `warn ${email} (${id}) and ${other} (${otherId}), realm main, ` +
      "are two spellings of one mailbox";
    expect(users.toSorted()).toEqual(
      [
        pair("ada@googlemail.com", plain, "a.da+shop@gmail.com", dotted),
        pair("lin@xn--bcher-kva.example", two, "lin@bücher.example", one),
        pair("STRAUSS@example.com", double, "strauß@example.com", sharp),
      ].toSorted(),
    );
  });
});

describe("the mail server", () => {
  const of = async (SMTP_URL: string) =>
    told(await mail(readConfig({ SMTP_URL, MAIL_FROM: "a@example.com" })), "mail");

  test("is connected to, signed in to, and sent nothing", async () => {
    const server = await startMailServer({ authOptional: false });
    const password = encodeURIComponent(PASSWORD);
    const at = `127.0.0.1:${server.port}`;
    expect(await of(`smtp://post:${password}@${at}`)).toEqual([
      `ok ${at} takes the connection and our credentials`,
    ]);
    expect(await of(`smtp://post:hunter2@${at}`)).toEqual([
      expect.stringMatching(/^fail .* can't be used.*: authentication \(EAUTH 535\)$/),
    ]);
    expect(server.mails).toEqual([]);
    await server.stop();
    const gone = await of(`smtp://post:hunter2@${at}`);
    expect(gone).toEqual([expect.stringMatching(/^fail .*: connection \(E\w+\)$/)]);
    expect(gone.join()).not.toContain("hunter2");
  });

  test("that offers no TLS gets no credentials", async () => {
    const server = await startMailServer({ hideSTARTTLS: true, disabledCommands: ["STARTTLS"] });
    expect(await of(`smtps://127.0.0.1:${server.port}`)).toEqual([
      expect.stringMatching(/^fail .*: (tls|connection) \(\w+\)$/),
    ]);
    await server.stop();
  });

  test("is missing where an https address says that users come from outside", async () => {
    const without = async (environment: Record<string, string>) =>
      told(await mail(readConfig(environment)), "mail");
    expect(await without({})).toEqual([expect.stringMatching(/^ok no SMTP_URL/)]);
    expect(await without({ PUBLIC_URL: "https://id.example.com" })).toEqual([
      expect.stringMatching(/^warn PUBLIC_URL is https, but there is no SMTP_URL/),
    ]);
  });
});

test("names that are nearly settings are warned of, also beside wrong settings", () => {
  mkdirSync(folder, { recursive: true });
  process.env["DATABASE_URI"] = "mysql://u:hunter2@127.0.0.1/x";
  try {
    const warning = "warn DATABASE_URI is no setting, and is ignored";
    expect(told(settingsFindings().findings, "settings")).toContain(warning);
    process.env["PORT"] = "none";
    expect(told(settingsFindings().findings, "settings")).toEqual([
      expect.stringMatching(/^fail PORT/),
      warning,
    ]);
  } finally {
    delete process.env["DATABASE_URI"];
    delete process.env["PORT"];
  }
});
