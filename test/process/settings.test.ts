import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ConfigError } from "../../src/config/config-error.ts";
import { SETTINGS } from "../../src/config/schema.ts";
import { readConfig } from "../../src/config/settings.ts";
import { weakness } from "../../src/config/secret.ts";
import { makeCertificate } from "../clients/certificate.ts";
import { newSecret, run } from "./latchkey.ts";

const folder = mkdtempSync(join(tmpdir(), "latchkey-config-"));
const certificate = await makeCertificate(folder);
afterAll(() => rmSync(folder, { recursive: true }));

/** The lines that name a problem. */
function problemsOf(environment: Readonly<Record<string, string>>): string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message
      .split("\n")
      .slice(1)
      .map((line) => line.replace("  - ", ""));
  }
}

test("nothing set is a configuration", () => {
  expect(readConfig({})).toMatchObject({
    host: "127.0.0.1",
    port: 8080,
    database: { kind: "sqlite" },
    dataDir: "./.data",
    reflection: true,
    logLevel: "info",
    drainMs: 10_000,
    trustedProxies: [],
  });
  expect(readConfig({ PORT: "", HOST: " ", REFLECTION: "" })).toEqual(readConfig({}));
});

test("what is set is read", () => {
  const config = readConfig({
    HOST: "::1",
    PORT: " 443 ",
    PUBLIC_URL: "https://id.example/",
    DATABASE_URL: "mysql://u:p@db/x",
    DATABASE_CONNECTIONS: "5",
    LATCHKEY_SECRET: newSecret(),
    TLS_CERT: certificate.cert,
    TLS_KEY: certificate.key,
    TRUSTED_PROXIES: "10.0.0.0/8, ::1",
    REFLECTION: "off",
    KOKIDS: "off",
    KOKIDS_ORIGINS: "https://a.example,http://b.example:8080",
  });
  expect(config).toMatchObject({
    host: "::1",
    port: 443,
    publicUrl: "https://id.example",
    database: { kind: "mysql", url: "mysql://u:p@db/x", connections: 5 },
    trustedProxies: ["10.0.0.0/8", "::1"],
    reflection: false,
  });
  expect(config.tls?.cert).toEqual(readFileSync(certificate.cert));
  expect(config.apis.kokids).toMatchObject({
    enabled: false,
    origins: ["https://a.example", "http://b.example:8080"],
  });
  expect(Object.isFrozen(config)).toBe(true);
});

test("a database URL has mysql or mariadb, and TLS or a socket as parameters", () => {
  const of = (DATABASE_URL: string) =>
    readConfig({ DATABASE_URL, LATCHKEY_SECRET: newSecret() }).database;
  const url = "mysql://u:p@db/x";
  expect(of("mariadb://u:p@db/x")).toEqual({ kind: "mysql", url, connections: 16 });
  expect(of(`${url}?ssl=required`)).toEqual({
    kind: "mysql",
    url,
    tls: { mode: "required" },
    connections: 16,
  });
  expect(of(`${url}?ssl=verify-full`)).toEqual({
    kind: "mysql",
    url,
    tls: { mode: "verify-full" },
    connections: 16,
  });
  const ca = readFileSync(certificate.cert);
  expect(of(`${url}?ca=${encodeURIComponent(certificate.cert)}&ssl=verify-ca`)).toEqual({
    kind: "mysql",
    url,
    tls: { mode: "verify-ca", ca },
    connections: 16,
  });
  for (const host of ["localhost", "127.0.0.1", "[::1]", ""]) {
    expect(of(`mysql://u:p@${host}/x?socketPath=/run/mysqld/mysqld.sock`)).toEqual({
      kind: "mysql",
      url: `mysql://u:p@${host || "localhost"}/x`,
      socketPath: "/run/mysqld/mysqld.sock",
      connections: 16,
    });
  }
});

test(
  "the error names our name of another program's parameter, all problems at once, and " +
    "no password",
  () => {
    const problems = problemsOf({
      DATABASE_URL: "mysql://u:hunter2@db?sslMode=hunter2&socket=/s",
      LATCHKEY_SECRET: newSecret(),
    });
    expect(problems).toEqual([
      "DATABASE_URL names no database",
      "DATABASE_URL has the unknown parameter sslMode: write ssl",
      "DATABASE_URL has the unknown parameter socket: write socketPath",
    ]);
  },
);

test("the error about a socket names everything that is wrong with it", () => {
  const problems = problemsOf({
    DATABASE_URL: "mysql://u:hunter2@db.example/x?socketPath=run/socket&ssl=required",
    LATCHKEY_SECRET: newSecret(),
  });
  expect(problems).toEqual([
    "DATABASE_URL needs an absolute path in socketPath",
    "DATABASE_URL has socketPath and the host of another machine: write localhost, or leave out " +
      "one of them",
    "DATABASE_URL has socketPath and ssl: a socket never leaves this machine, so leave out one " +
      "of them",
  ]);
});

const BAD: Readonly<Record<string, readonly string[]>> = {
  PORT: ["x", "-1", "65536", "80.5", "1e9", "NaN", "Infinity"],
  PUBLIC_URL: [
    "id.example",
    "ftp://id.example",
    "https://id.example/?q",
    "https://id.example/#f",
    "javascript:alert(1)",
  ],
  DATABASE_URL: [
    "postgres://u:p@db/x",
    "db",
    "mysql://u:p@db",
    "mysql://u:p@db/",
    "mysql://u:100%@db/x",
    "mysql://u:p@db/x#y",
    "mysql://u:p@db/x?ssl-mode=REQUIRED",
    "mysql://u:p@db/x?sslmode=require",
    "mysql://u:p@db/x?tls=true",
    "mysql://u:p@db/x?socket=/run/socket",
    "mysql://u:p@db/x?SSL=required",
    "mysql://u:p@db/x?ssl=true",
    "mysql://u:p@db/x?ssl={}",
    "mysql://u:p@db/x?ssl=",
    "mysql://u:p@db/x?ssl=REQUIRED",
    "mysql://u:p@db/x?ssl=required&ssl=verify-full",
    "mysql://u:p@db/x?ssl=verify-full&ca=/nowhere",
    "mysql://u:p@db/x?ssl=verify-full&ca=package.json",
    "mysql://u:p@127.0.0.1/x?ssl=verify-full",
    "mysql://u:p@[::1]/x?ssl=verify-full",
    "mysql://u:p@db/x?ca=package.json",
    "mysql://u:p@db/x?multipleStatements=true",
    "mysql://u:p@db/x?connectionLimit=9",
    "mysql://u:p@/x",
    "mysql://u:p@localhost/x?socketPath=socket",
    "mysql://u:p@localhost/x?socketPath=",
    "mysql://u:p@localhost/x?socketPath=/run/socket&ssl=required",
    "mysql://u:p@db/x?socketPath=/run/socket",
  ],
  DATABASE_CONNECTIONS: ["0", "1001", "x"],
  SMTP_URL: [
    "mail.example",
    "http://mail.example",
    "smtp://",
    "smtp://mail.example/box",
    "smtp://mail.example?pool=true",
    "smtp://user@mail.example",
    "smtp://mail.example:x",
  ],
  MAIL_FROM: [
    "Latchkey",
    "a@b, c@d",
    "Latchkey a@b",
    "Latchkey <a@b",
    "a@b>",
    "<a@b>\r\nBcc: c@d",
    "a b@c",
  ],
  LATCHKEY_SECRET: [
    "",
    "short",
    "a".repeat(64),
    "abcdefghijkl".repeat(4),
    "abcdefghijklmnopqrstuvwxyz0123456789",
    "0123456789abcdef0123456789ABCDEF",
    "a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6",
    "QWERTYUIOPasdfghjklZXCVBNM1234567890",
    "x7Kp2mQ9vL4w".repeat(3),
    "abcdefghijkl".repeat(4).replace("abc", "changeme"),
    "example-example-example-0123456789-abcdef",
  ],
  TRUSTED_PROXIES: [
    "x",
    "10.0.0.0/33",
    "::1/129",
    "10.0.0.0/",
    "10.0.0.0/8/8",
    "10.0.0.0/-1",
    "localhost",
  ],
  REFLECTION: ["yes", "ON", "1"],
  DOCS: ["yes"],
  METRICS_PORT: ["on", "-1", "65536"],
  OTEL_EXPORTER_OTLP_ENDPOINT: ["collector:4318", "grpc://collector:4317"],
  LOG_LEVEL: ["loud"],
  WORKERS: ["0", "65", "auto"],
  HASH_LANES: ["0", "65"],
  DRAIN_SECONDS: ["-1", "301"],
  OUTBOUND_NETWORKS: ["10.0.0.0/33", "10.0.0", "fd00::/129", "app.example"],
  HTTP2_RESETS: ["99", "1000001", "x"],
  SIGN_UP_CONFIRMATION: ["yes", "auto"],
  CLIENT_REGISTRATION: ["on", "yes"],
  CLIENT_REGISTRATIONS_PER_NETWORK: ["0", "x"],
  CLIENT_REGISTRATION_UNUSED_DAYS: ["0", "3651"],
  SIGN_IN_ACCOUNT_FAILURES: ["0"],
  KOKIDS: ["maybe"],
  KOKIDS_REALM: ["No", "1a", "a b", "a".repeat(33)],
  KOKIDS_ORIGINS: ["*", "example.com", "https://a.example/", "null"],
  KOKIDS_DELETE_PROOF: ["never"],
};

const needed = {
  DATABASE_URL: "mysql://u:p@db/x",
  LATCHKEY_SECRET: newSecret(),
  MAIL_FROM: "a@b.example",
};

test.each(
  Object.entries(BAD).flatMap(([name, values]) => values.map((value) => ({ name, value }))),
)("$name can't be $value", ({ name, value }) => {
  const problems = problemsOf({ ...needed, [name]: value });
  expect(problems.map((line) => line.split(" ")[0])).toEqual([name]);
});

test("letters come from a name and an address, which a mail server needs", () => {
  const SMTP_URL = "smtps://user:p%40ss@[::1]:465";
  expect(problemsOf({ SMTP_URL })).toEqual([expect.stringMatching(/^MAIL_FROM is needed/)]);
  expect(
    readConfig({ SMTP_URL, MAIL_FROM: "Ключ, Inc. <no-reply@example.com>" }).mail,
  ).toMatchObject({
    server: { host: "[::1]:465" },
    from: { name: "Ключ, Inc.", address: "no-reply@example.com" },
  });
  expect(readConfig({ MAIL_FROM: "a@b" }).mail).toEqual({
    server: undefined,
    from: { name: "", address: "a@b" },
  });
  expect(problemsOf({ SMTP_URL: "smtp://user:hunter2@", MAIL_FROM: "a@b" }).join()).not.toContain(
    "hunter2",
  );
});

test("accounts wait for a confirmed address where letters go out, unless said otherwise", () => {
  const mail = { SMTP_URL: "smtp://mail.example", MAIL_FROM: "a@b.example" };
  const given = [
    {},
    mail,
    { SIGN_UP_CONFIRMATION: "on" },
    { ...mail, SIGN_UP_CONFIRMATION: "off" },
  ];
  expect(given.map((environment) => readConfig(environment).signUpConfirmation)).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

test("TLS takes a certificate and its own key, in files that can be read", async () => {
  const { cert, key } = certificate;
  const other = await makeCertificate(mkdtempSync(join(folder, "other-")));
  const garbage = join(folder, "garbage");
  writeFileSync(garbage, "PEM");
  expect(problemsOf({ TLS_CERT: cert, TLS_KEY: key })).toEqual([]);
  expect(problemsOf({ TLS_CERT: cert })).toEqual([expect.stringContaining("TLS_KEY")]);
  expect(problemsOf({ TLS_KEY: key })).toEqual([expect.stringContaining("TLS_CERT")]);
  for (const TLS_CERT of [join(folder, "missing"), folder, garbage, key])
    expect(problemsOf({ TLS_CERT, TLS_KEY: key })).toEqual([expect.stringMatching(/^TLS_CERT /)]);
  for (const TLS_KEY of [garbage, cert, other.key])
    expect(problemsOf({ TLS_CERT: cert, TLS_KEY })).toEqual([
      expect.stringMatching(/^TLS_CERT and TLS_KEY/),
    ]);
});

describe("a secret", () => {
  test("from openssl or any other generator is one", () => {
    for (let count = 0; count < 1000; count++) {
      expect(weakness(newSecret())).toBeUndefined();
      expect(weakness(randomBytes(16).toString("hex"))).toBeUndefined();
    }
    expect(weakness(randomUUID())).toBeUndefined();
  });

  test("that was reported is not reported again", () => {
    const secret = "a-secret-that-is-none-but-long-enough-to-be";
    expect(problemsOf({ ...needed, LATCHKEY_SECRET: secret }).join()).not.toContain(secret);
    expect(problemsOf({ ...needed, DATABASE_URL: "mysql://user:hunter2@" }).join()).not.toContain(
      "hunter2",
    );
  });
});

test("the process lists all problems in one message, and exits with 1", async () => {
  const { code, stdout, stderr } = await run([], {
    PORT: "x",
    REFLECTION: "maybe",
    DATABASE_URL: "mysql://u:hunter2@db/x",
    TLS_CERT: "/nowhere",
    HASH_LANES: "0",
  });
  expect([code, stdout]).toEqual([1, ""]);
  for (const name of ["PORT", "REFLECTION", "LATCHKEY_SECRET", "TLS_CERT", "TLS_KEY", "HASH_LANES"])
    expect(stderr).toContain(`- ${name} `);
  expect(stderr).not.toMatch(/hunter2|at .*\.ts/);
});

test("--help tells every setting and every command", async () => {
  const { code, stdout } = await run(["--help"], { PORT: "x" });
  expect(code).toBe(0);
  for (const word of [
    ...Object.keys(SETTINGS),
    "migrate",
    "admin create",
    "admin grant",
    "admin revoke",
  ])
    expect(stdout).toContain(word);
  const unknown = await run(["nonsense"], {});
  expect([unknown.code, unknown.stdout]).toEqual([2, ""]);
  expect(unknown.stderr).toContain("unknown command 'nonsense'");
});
