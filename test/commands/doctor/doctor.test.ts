// What the doctor says of a machine, settings, folders, certificates, ports and databases that are
// well or not.
import { once } from "node:events";
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttp } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { dataDirectory } from "../../../src/commands/doctor/data-dir.ts";
import { database } from "../../../src/commands/doctor/database.ts";
import type { Finding } from "../../../src/commands/doctor/finding.ts";
import { argon2Finding, files, lanes, memory, node } from "../../../src/commands/doctor/machine.ts";
import { metricsPort, port } from "../../../src/commands/doctor/port.ts";
import { proxies, publicUrl } from "../../../src/commands/doctor/settings.ts";
import { certificate } from "../../../src/commands/doctor/tls.ts";
import { readConfig } from "../../../src/config/settings.ts";
import { migrate } from "../../../src/store/engine/migrate.ts";
import { makeCertificate } from "../../clients/certificate.ts";
import type { StoreOptions } from "../../../src/store/engine/connect.ts";
import { openStore } from "../../../src/store/engine/create-store.ts";
import { createDatabase } from "../../mariadb.ts";
import { execute, newFolder } from "../../mariadb-server.ts";
import { newSecret } from "../../process/latchkey.ts";
import { run } from "../../store/engine/run-statement.ts";
import { aClient, aUser } from "../../store/samples.ts";

const folder = await newFolder();
afterAll(() => rmSync(folder, { recursive: true }));

/** `level subject: text` of each. */
const told = (...findings: Finding[]): string[] =>
  findings.map(({ level, subject, text }) => `${level} ${subject}: ${text}`);
const like = (...patterns: RegExp[]) => patterns.map((pattern) => expect.stringMatching(pattern));

test("the machine", async () => {
  expect(
    told(node("24.21.0"), node("24.14.0"), node("9.99.99"), node("25.0.0")).map(
      (line) => line.split(" ")[0],
    ),
  ).toEqual(["ok", "fail", "fail", "ok"]);
  expect(told(lanes(2, 2), lanes(3, 2)).map((line) => line.split(" ")[0])).toEqual(["ok", "warn"]);
  const limits = join(folder, "limits");
  writeFileSync(
    limits,
    "Max open files            1024                 524288               files\n",
  );
  expect(told(...files(limits), ...files(join(folder, "none")))).toEqual([
    "warn files: 1024 files and connections at once",
  ]);
  expect(told(memory(), await argon2Finding())).toEqual(
    like(
      /^(ok|warn) memory: \d+ MiB/,
      /^(ok|warn) argon2: \d+ ms a password, by (@node-rs\/)?argon2$/,
    ),
  );
});

test("the public address", () => {
  const levels = (environment: Record<string, string>): string => {
    const config = readConfig(environment);
    return [publicUrl(config), ...proxies(config)].map(({ level }) => level).join(" ");
  };
  expect(levels({})).toBe("ok");
  expect(levels({ HOST: "0.0.0.0" })).toBe("warn");
  expect(levels({ PUBLIC_URL: "http://id.example" })).toBe("fail");
  expect(levels({ PUBLIC_URL: "http://127.0.0.1:8080" })).toBe("ok");
  expect(levels({ PUBLIC_URL: "https://id.example" })).toBe("ok warn");
  expect(levels({ PUBLIC_URL: "https://id.example", TRUSTED_PROXIES: "10.0.0.1" })).toBe("ok");
});

test("the certificate", async () => {
  const { cert, key } = await makeCertificate(folder);
  const of = (url: string) =>
    told(...certificate(readConfig({ TLS_CERT: cert, TLS_KEY: key, PUBLIC_URL: url })));
  expect(of("https://localhost")).toEqual(like(/^(ok|warn) certificate: .*good until 2/));
  expect(of("https://id.example")[1]).toBe(
    "fail certificate: TLS_CERT is not for id.example, the host of PUBLIC_URL",
  );
  expect(certificate(readConfig({}))).toEqual([]);
});

test("the port", async () => {
  const of = async (number: number) => told(await port(readConfig({ PORT: String(number) })));
  const other = createServer((socket) => socket.end("220 ready\r\n")).listen(0, "127.0.0.1");
  const latchkey = createHttp((request, response) =>
    response.end(request.url === "/healthz" ? '{"status":"ok"}' : ""),
  ).listen(0, "127.0.0.1");
  await Promise.all([once(other, "listening"), once(latchkey, "listening")]);
  const [taken, ours] = [other, latchkey].map((server) => (server.address() as AddressInfo).port);
  expect(await of(ours!)).toEqual([`ok port: 127.0.0.1:${ours} is a Latchkey's, which is alive`]);
  expect(await of(taken!)).toEqual([`fail port: 127.0.0.1:${taken} is another program's`]);
  other.close();
  latchkey.close();
  await once(latchkey, "close");
  expect(await of(ours!)).toEqual([`ok port: 127.0.0.1:${ours} is free`]);
  expect(told(await port(readConfig({ HOST: "192.0.2.1" })))).toEqual(
    like(/^fail port: 192.0.2.1:8080 can't be listened on/),
  );
  expect(told(await port(readConfig({ HOST: "192.0.2.1", PORT: "0" })))).toEqual(
    like(/^fail port: any port of 192.0.2.1 can't be listened on/),
  );
});

test("the port of the metrics, which only must be had when it was asked for", async () => {
  const ours = createHttp((request, response) =>
    response.end(
      request.url === "/metrics" ? "# TYPE latchkey_ready gauge\nlatchkey_ready 1\n" : "",
    ),
  ).listen(0, "127.0.0.1");
  const other = createHttp((_, response) => response.end("up 1\n")).listen(0, "127.0.0.1");
  await Promise.all([once(other, "listening"), once(ours, "listening")]);
  const of = async (METRICS_PORT: string) => told(await metricsPort(readConfig({ METRICS_PORT })));
  const [alive, taken] = [ours, other].map((server) =>
    String((server.address() as AddressInfo).port),
  );
  expect([await of(alive!), await of(taken!)]).toEqual([
    [`ok metrics: 127.0.0.1:${alive} is a Latchkey's, which is alive`],
    [`fail metrics: 127.0.0.1:${taken} is another program's`],
  ]);
  expect([await of("off"), await of("0")]).toEqual([
    ["ok metrics: none, as METRICS_PORT says"],
    ["ok metrics: any port of 127.0.0.1 is free"],
  ]);
  expect(told(await metricsPort(readConfig({ METRICS_HOST: "192.0.2.1" })))).toEqual(
    like(/^warn metrics: 192.0.2.1:9464 can't be listened on/),
  );
  ours.close();
  other.close();
});

test("the data folder, which is not made", () => {
  const DATA_DIR = join(folder, "data");
  const of = () => told(...dataDirectory(readConfig({ DATA_DIR })));
  expect(of()).toEqual(like(/^ok data folder: .* will be made/, /GiB free$/));
  expect(readdirSync(folder)).not.toContain("data");
  expect(told(...dataDirectory(readConfig({ DATA_DIR: import.meta.filename })))).toContainEqual(
    `fail data folder: ${import.meta.filename} is no folder`,
  );
  mkdirSync(DATA_DIR);
  writeFileSync(join(DATA_DIR, "latchkey.db"), "", { mode: 0o600 });
  expect(of()).toContainEqual(
    "fail data folder: the secret is missing, and the database was made with it",
  );
  writeFileSync(join(DATA_DIR, "secret"), "short", { mode: 0o600 });
  expect(of().join()).toMatch(/fail data folder: the secret is not the one/);
  writeFileSync(join(DATA_DIR, "secret"), newSecret());
  expect(of()).toEqual(
    like(/^ok data folder: /, /^ok data folder: a secret of its own/, /GiB free$/),
  );
  chmodSync(join(DATA_DIR, "secret"), 0o644);
  expect(of()).toContainEqual(
    expect.stringMatching(/^fail data folder: .*secret can be read by other users/),
  );
});

describe("the database", () => {
  test("SQLite: not there, empty, current, of a newer version, broken; all unchanged", async () => {
    const DATA_DIR = join(folder, "sqlite");
    const config = readConfig({ DATA_DIR });
    const of = async () => told(...(await database(config)));
    expect(await of()).toEqual(like(/will be made by the first start/));
    await migrate({ kind: "sqlite", file: join(DATA_DIR, "latchkey.db") });
    expect(await of()).toEqual(like(/^ok database: SQLite 3\./, /^ok schema: is this version's/));
    expect(readdirSync(DATA_DIR)).toEqual(["latchkey.db"]);
    writeFileSync(join(DATA_DIR, "latchkey.db"), "");
    expect(await of()).toEqual(like(/^ok database/, /^warn schema: still to come: 0001-initial/));
    writeFileSync(
      join(DATA_DIR, "latchkey.db"),
      "this is no database, but a text that is long enough to be taken for one".repeat(20),
    );
    expect(await of()).toEqual(like(/^fail database: it can't be reached: file is not a database/));
  });

  test.each(["sqlite", "mysql"])("users who share a mailbox, on %s", async (kind) => {
    const DATA_DIR = join(folder, "doubles");
    const url = await createDatabase();
    const options: StoreOptions =
      kind === "mysql" ? { kind, url } : { kind: "sqlite", file: join(DATA_DIR, "latchkey.db") };
    await migrate(options);
    const store = await openStore(options);
    const [kept, owner, none] = [
      "ada@bücher.example",
      "ada@xn--bcher-kva.example",
      "eve@10.0.0.1",
    ].map((email) => aUser({ email, emailKey: email }));
    for (const user of [kept!, owner!, none!])
      expect(await store.users.insert(user)).toBeUndefined();
    await store.close();
    // As a version before has left them.
    await run(options, "update users set key_rules = 0");
    const again = await openStore(options);
    await again.renewKeys();
    await again.close();
    const config = readConfig(
      kind === "mysql" ? { DATABASE_URL: url, LATCHKEY_SECRET: newSecret() } : { DATA_DIR },
    );
    const findings = (await database(config)).filter(({ subject }) => subject === "users");
    expect(told(...findings).sort()).toEqual([
      `warn users: ada@bücher.example (${kept!.id}, realm main) has the mailbox of user ` +
        `${owner!.id}`,
      `warn users: eve@10.0.0.1 (${none!.id}, realm main) has no address that e-mails reach`,
    ]);
    expect(findings.map(({ advice }) => advice)).not.toContain(undefined);
    await execute(url, `drop database ${new URL(url).pathname.slice(1)}`);
  });

  test("MySQL: empty, current, converted, of a newer version, gone", async () => {
    const url = await createDatabase();
    const LATCHKEY_SECRET = newSecret();
    const of = async (address = url) =>
      told(...(await database(readConfig({ DATABASE_URL: address, LATCHKEY_SECRET }))));
    const good = [
      /^ok database: .*MariaDB/,
      /^ok database TLS: none/,
      /^ok database: strict, read-committed/,
      /^ok database: utf8mb4/,
      /^(ok|warn) clock: \d+ ms from the database's/,
    ];
    expect(await of()).toEqual(
      like(good[0]!, /^warn schema: still to come: 0001-initial/, ...good.slice(1)),
    );
    await migrate({ kind: "mysql", url });
    expect(await of()).toEqual(like(good[0]!, /^ok schema/, ...good.slice(1)));
    await execute(
      url,
      "alter table users convert to character set utf8mb4 collate utf8mb4_general_ci",
    );
    await execute(url, "insert into schema_migrations (name) values ('9999-future')");
    expect(await of()).toEqual(
      expect.arrayContaining(
        like(
          /^warn schema: a newer version has been here: 9999-future/,
          /^fail database: its tables compare by utf8mb4_general_ci/,
        ),
      ),
    );
    expect((await of("mysql://somebody:hunter2@127.0.0.1:1/x")).join()).toMatch(
      /^fail database: it can't be reached: (?!.*hunter2)/,
    );
  });

  test.each(["sqlite", "mysql"] as const)(
    "%s: applications that a setting has parted from their users",
    async (kind) => {
      const DATA_DIR = join(folder, `parted-${kind}`);
      const options =
        kind === "sqlite"
          ? ({ kind, file: join(DATA_DIR, "latchkey.db") } as const)
          : ({ kind, url: await createDatabase() } as const);
      const environment = {
        DATA_DIR,
        ...(options.kind === "mysql" && {
          DATABASE_URL: options.url,
          LATCHKEY_SECRET: newSecret(),
        }),
      };
      await migrate(options);
      const store = await openStore(options);
      for (const apis of [[], ["senler"], ["kokids", "senler"], ["kokids", "senler"]])
        await store.clients.insert(aClient({ apis }), undefined);
      await store.close();
      const of = async (more: Record<string, string>) =>
        told(...(await database(readConfig({ ...environment, ...more })))).filter((line) =>
          line.includes("realms"),
        );
      expect(await of({})).toEqual([]);
      expect(await of({ KOKIDS_REALM: "kids", SENLER_REALM: "kids" })).toEqual([]);
      expect(await of({ KOKIDS_REALM: "kids" })).toEqual([
        "fail realms: applications name APIs of more than one realm, " +
          "and so work for no user: kokids with senler",
      ]);
    },
  );
});
