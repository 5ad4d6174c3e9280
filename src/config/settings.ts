// The settings: environment variables and what they mean. It owns their names, their defaults and
// their checks, and must not know what is done with them. Nothing else reads the environment.
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { availableParallelism } from "node:os";
import { createSecureContext } from "node:tls";
import type { DatabaseAddress } from "./database-url.ts";
import { readDatabaseUrl } from "./database-url.ts";
import { weakness } from "./secret.ts";
import type { DeleteProof } from "../domain/legacy/kokids-accounts.ts";
import type { RedirectPolicy, SecretReveal } from "../domain/legacy/secret-pairs.ts";

/** One documented API. */
export interface ApiConfig {
  readonly enabled: boolean;
  readonly realm: string;
  readonly origins: readonly string[];
}

export interface Config {
  readonly host: string;
  readonly port: number;
  /** Absent: the address that it listens on. */
  readonly publicUrl: string | undefined;
  readonly database:
    | { readonly kind: "sqlite" }
    | ({ readonly kind: "mysql"; readonly connections: number } & DatabaseAddress);
  readonly dataDir: string;
  /** Where letters go, and from whom; without a server, into a folder of the data directory. */
  readonly mail: {
    readonly server: URL | undefined;
    readonly from: { readonly name: string; readonly address: string };
  };
  /** Absent, with the embedded database: kept in the data directory. */
  readonly secret: string | undefined;
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | undefined;
  /** Addresses and networks. */
  readonly trustedProxies: readonly string[];
  /** Where the metrics are read; absent: nowhere. */
  readonly metrics:
    | {
        readonly host: string;
        readonly port: number;
        /** Whether the port was asked for, so that a server without it is not wanted. */ readonly required: boolean;
      }
    | undefined;
  /** Where spans go, by OTLP over HTTP; absent: nowhere, and none are made. */
  readonly tracesEndpoint: string | undefined;
  readonly reflection: boolean;
  /** Whether there is an API reference, `/docs` and `/openapi.json`. */
  readonly docs: boolean;
  readonly logLevel: string;
  /** How many processes serve. */
  readonly workers: number;
  readonly hashLanes: number;
  readonly drainMs: number;
  /** How many HTTP/2 streams a client may take back at once before they came to anything. */
  readonly http2Resets: number;
  /** Whether an account of the sign-up page comes to be only when its address is confirmed. */
  readonly signUpConfirmation: boolean;
  readonly accountFailures: number;
  readonly networkFailures: number;
  readonly registrations: number;
  readonly kokids: ApiConfig & { readonly deleteProof: DeleteProof };
  readonly secretpair: ApiConfig & {
    readonly redirectPolicy: RedirectPolicy;
    readonly secretReveal: SecretReveal;
  };
  readonly zimoxy: ApiConfig & {
    /** Who gives applications this API: administrators, or its developer. */ readonly keys:
      | "administrator"
      | "self";
  };
  readonly senler: ApiConfig;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Every setting: what it is for, and what holds without it. The README's table is compared with
 * this.
 */
export const SETTINGS = {
  HOST: ["The address to listen on.", "127.0.0.1"],
  PORT: ["The port to listen on; 0 is any free one.", "8080"],
  PUBLIC_URL: ["How the outside reaches this server; the issuer.", "the listening address"],
  DATABASE_URL: [
    "`mysql://user:password@host:port/database`, or `mariadb://…`, with `?ssl=required`, `?ssl=verify-ca&ca=FILE` or `?ssl=verify-full&ca=FILE` for TLS, or `?socketPath=FILE`; without it, SQLite in DATA_DIR.",
    "",
  ],
  DATABASE_CONNECTIONS: ["How many connections to MySQL each process has at most.", "16"],
  DATA_DIR: ["Where the embedded database, its secret and admin.json are.", "./.data"],
  SMTP_URL: [
    "`smtp://user:password@host:587` or `smtps://…:465`, the mail server; without it, letters land in DATA_DIR/mail.",
    "",
  ],
  MAIL_FROM: [
    "Whom letters are from: an address, or `Name <address>`. Needed with SMTP_URL.",
    "latchkey@localhost",
  ],
  LATCHKEY_SECRET: [
    "At least 32 random bytes, from which every key is derived. Needed with DATABASE_URL.",
    "DATA_DIR/secret, made at the first start",
  ],
  TLS_CERT: ["The file of the certificate chain, PEM; with TLS_KEY.", ""],
  TLS_KEY: ["The file of the certificate's key, PEM.", ""],
  TRUSTED_PROXIES: [
    "Addresses and networks, comma-separated, whose X-Forwarded-For is believed.",
    "",
  ],
  REFLECTION: ["Whether tools may ask for the schema: on or off.", "on"],
  DOCS: ["Whether `/docs` and `/openapi.json` are served: on or off.", "on"],
  METRICS_HOST: ["The address on which the metrics are read.", "127.0.0.1"],
  METRICS_PORT: ["The port of the metrics, at /metrics; 0 is any free one, off is none.", "9464"],
  OTEL_EXPORTER_OTLP_ENDPOINT: [
    "Where traces go, by OTLP over HTTP: `http://collector:4318`; without it, none are made.",
    "",
  ],
  LOG_LEVEL: ["debug, info, warn, error or silent.", "info"],
  WORKERS: ["How many processes serve the port.", "1"],
  HASH_LANES: [
    "How many passwords each process hashes at once.",
    "the number of cores, shared among the workers",
  ],
  DRAIN_SECONDS: ["How long requests in flight may take after SIGTERM.", "10"],
  HTTP2_RESETS: [
    "Calls that an HTTP/2 connection may cancel at once before they began; a fifth of them more each second.",
    "1000",
  ],
  SIGN_UP_CONFIRMATION: [
    "Whether an account of the sign-up page comes to be only when its address is confirmed: on or off.",
    "on with SMTP_URL, else off",
  ],
  SIGN_IN_ACCOUNT_FAILURES: ["Wrong passwords for one account in 5 minutes.", "10"],
  SIGN_IN_NETWORK_FAILURES: ["Wrong passwords from one network in 5 minutes.", "300"],
  REGISTRATIONS_PER_NETWORK: [
    "Registrations from one network in 10 minutes, failed ones too; of zimoxy, by one client.",
    "100",
  ],
  KOKIDS: ["Whether the kokids API is served: on or off.", "on"],
  KOKIDS_REALM: ["The realm of its users.", "default"],
  KOKIDS_ORIGINS: ["Origins, comma-separated, whose pages may call it.", ""],
  KOKIDS_DELETE_PROOF: ["What `/user/delete` needs: recent_login, token or none.", "recent_login"],
  SECRETPAIR: ["Whether the secretpair API is served: on or off.", "on"],
  SECRETPAIR_REALM: ["The realm of its users.", "default"],
  SECRETPAIR_ORIGINS: ["Origins, comma-separated, whose pages may call it.", ""],
  SECRETPAIR_REDIRECT_POLICY: ["Which redirect URIs are used: pin, registered or any.", "pin"],
  SECRETPAIR_SECRET_REVEAL: ["When secret_value is shown: always or recent_login.", "always"],
  ZIMOXY: ["Whether the zimoxy API is served: on or off.", "on"],
  ZIMOXY_REALM: ["The realm of its users.", "default"],
  ZIMOXY_ORIGINS: ["Origins, comma-separated, whose pages may call it.", ""],
  ZIMOXY_KEYS: [
    "Who gives an application this API: administrator, or self, which is its developer.",
    "administrator",
  ],
  SENLER: ["Whether the senler API is served: on or off.", "on"],
  SENLER_REALM: ["The realm of its users.", "default"],
  SENLER_ORIGINS: ["Origins, comma-separated, whose pages may call it.", ""],
} as const satisfies Readonly<Record<string, readonly [string, string]>>;

type Name = keyof typeof SETTINGS;

/** Every problem of the settings at once. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: string | readonly string[]) {
    super(
      typeof problems === "string"
        ? problems
        : `The settings can't be used:\n${problems.map((line) => `  - ${line}`).join("\n")}`,
    );
    this.problems = [problems].flat();
  }
}

/** What the name of a set of users may be. */
export const REALM = /^[a-z][a-z0-9-]{0,31}$/;
const MAX_LANES = 64;
/** A name and an address in angle brackets, or an address alone. */
const SENDER =
  /^(?:(?<name>[^<>"\p{Cc}]+)<(?<named>[^\s<>@,;"]+@[^\s<>@,;"]+)>|(?<bare>[^\s<>@,;"]+@[^\s<>@,;"]+))$/u;

/** The settings that the environment has. */
export const givenSettings = (environment: Environment = process.env): string[] =>
  Object.keys(SETTINGS).filter((name) => environment[name]?.trim());

/** The cores, shared among the workers. */
const lanesFor = (workers: number): number =>
  Math.min(MAX_LANES, Math.max(1, Math.floor(availableParallelism() / workers))) || 1;

/** Reads and checks every setting; all problems come in one message. */
export function readConfig(environment: Environment = process.env): Config {
  const problems: string[] = [];
  const raw = (name: Name): string => environment[name]?.trim() ?? "";
  const text = (name: Name): string => raw(name) || SETTINGS[name][1];
  const problem = (name: Name, why: string): void => void problems.push(`${name} ${why}`);

  const integer = (
    name: Name,
    min: number,
    max: number,
    fallback = SETTINGS[name][1] as string,
  ): number => {
    const value = Number(raw(name) || fallback);
    if (!Number.isInteger(value) || value < min || value > max)
      problem(name, `must be a whole number from ${min} to ${max}`);
    return value;
  };
  const choice = <Choice extends string>(name: Name, ...choices: readonly Choice[]): Choice => {
    const value = text(name);
    if (!choices.includes(value as Choice)) problem(name, `must be one of ${choices.join(", ")}`);
    return value as Choice;
  };
  const list = (name: Name): string[] =>
    raw(name)
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== "");
  const url = (name: Name, value: string, protocols: readonly string[]): string => {
    if (!URL.canParse(value) || !protocols.includes(new URL(value).protocol))
      problem(
        name,
        `must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(" or ")}`,
      );
    return value;
  };
  const file = (name: Name): Buffer | undefined => {
    if (raw(name) === "") return undefined;
    try {
      return readFileSync(raw(name));
    } catch {
      problem(name, "names a file that can't be read");
      return undefined;
    }
  };
  const origins = (name: Name): string[] => {
    for (const origin of list(name))
      if (!URL.canParse(origin) || new URL(origin).origin !== origin)
        problem(name, `holds ${origin}, which is no origin such as https://example.com`);
    return list(name);
  };
  const realm = (name: Name): string => {
    if (!REALM.test(text(name)))
      problem(name, "must be lower-case letters, digits and hyphens, at most 32");
    return text(name);
  };

  const api = (name: "KOKIDS" | "SECRETPAIR" | "ZIMOXY" | "SENLER"): ApiConfig => ({
    enabled: choice(name, "on", "off") === "on",
    realm: realm(`${name}_REALM`),
    origins: origins(`${name}_ORIGINS`),
  });

  const mysql = raw("DATABASE_URL") === "" ? undefined : readDatabaseUrl(raw("DATABASE_URL"));
  if (mysql !== undefined && "problems" in mysql)
    for (const why of mysql.problems) problem("DATABASE_URL", why);
  const publicUrl =
    raw("PUBLIC_URL") === ""
      ? undefined
      : url("PUBLIC_URL", raw("PUBLIC_URL"), ["https:", "http:"]).replace(/\/+$/, "");
  if (publicUrl !== undefined && /[?#]/.test(publicUrl))
    problem("PUBLIC_URL", "must have no query and no fragment");

  const server = URL.canParse(raw("SMTP_URL")) ? new URL(raw("SMTP_URL")) : undefined;
  const isServer =
    server !== undefined &&
    /^smtps?:$/.test(server.protocol) &&
    server.hostname !== "" &&
    server.pathname.length < 2 &&
    server.search + server.hash === "";
  if (
    raw("SMTP_URL") !== "" &&
    !(isServer && (server.username === "") === (server.password === ""))
  )
    problem(
      "SMTP_URL",
      "must be smtp://host or smtps://host, with a user and a password or with neither",
    );
  const sender = SENDER.exec(text("MAIL_FROM"))?.groups;
  if (sender === undefined)
    problem(
      "MAIL_FROM",
      "must be an e-mail address, or a name and an address such as: Latchkey <no-reply@example.com>",
    );
  else if (server !== undefined && raw("MAIL_FROM") === "")
    problem("MAIL_FROM", "is needed with SMTP_URL");

  const secret = raw("LATCHKEY_SECRET") || undefined;
  if (mysql !== undefined && secret === undefined)
    problem(
      "LATCHKEY_SECRET",
      "is needed with DATABASE_URL; make one with: openssl rand -base64 48",
    );
  const weak = secret === undefined ? undefined : weakness(secret);
  if (weak !== undefined) problem("LATCHKEY_SECRET", weak);

  const [cert, key] = [file("TLS_CERT"), file("TLS_KEY")];
  if ((raw("TLS_CERT") === "") !== (raw("TLS_KEY") === ""))
    problem(raw("TLS_CERT") === "" ? "TLS_CERT" : "TLS_KEY", "is needed too: TLS takes both");
  if (cert !== undefined && key !== undefined) {
    try {
      createSecureContext({ cert, key });
    } catch (error) {
      problem(
        "TLS_CERT",
        `and TLS_KEY are no certificate with its key: ${error instanceof Error ? error.message : "unreadable"}`,
      );
    }
  }

  for (const proxy of list("TRUSTED_PROXIES")) {
    const [address = "", bits, ...more] = proxy.split("/");
    const version = isIP(address);
    const fits =
      bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
    if (version === 0 || !fits || more.length > 0)
      problem(
        "TRUSTED_PROXIES",
        `holds ${proxy}, which is no address and no network such as 10.0.0.0/8`,
      );
  }

  const workers = integer("WORKERS", 1, 64);
  const config: Config = {
    host: text("HOST"),
    port: integer("PORT", 0, 65_535),
    publicUrl,
    database:
      mysql === undefined
        ? { kind: "sqlite" }
        : {
            kind: "mysql",
            ...("address" in mysql ? mysql.address : { url: "" }),
            connections: integer("DATABASE_CONNECTIONS", 1, 1000),
          },
    dataDir: text("DATA_DIR"),
    mail: {
      server,
      from: {
        name: sender?.["name"]?.trim() ?? "",
        address: sender?.["named"] ?? sender?.["bare"] ?? "",
      },
    },
    secret,
    tls: cert === undefined || key === undefined ? undefined : { cert, key },
    trustedProxies: list("TRUSTED_PROXIES"),
    metrics:
      text("METRICS_PORT") === "off"
        ? undefined
        : {
            host: text("METRICS_HOST"),
            port: integer("METRICS_PORT", 0, 65_535),
            required: raw("METRICS_PORT") !== "",
          },
    tracesEndpoint:
      raw("OTEL_EXPORTER_OTLP_ENDPOINT") === ""
        ? undefined
        : url("OTEL_EXPORTER_OTLP_ENDPOINT", raw("OTEL_EXPORTER_OTLP_ENDPOINT"), [
            "http:",
            "https:",
          ]),
    reflection: choice("REFLECTION", "on", "off") === "on",
    docs: choice("DOCS", "on", "off") === "on",
    logLevel: choice("LOG_LEVEL", "debug", "info", "warn", "error", "silent"),
    workers,
    hashLanes: integer("HASH_LANES", 1, MAX_LANES, String(lanesFor(workers))),
    drainMs: integer("DRAIN_SECONDS", 0, 300) * 1000,
    http2Resets: integer("HTTP2_RESETS", 100, 1_000_000),
    signUpConfirmation:
      raw("SIGN_UP_CONFIRMATION") === ""
        ? server !== undefined
        : choice("SIGN_UP_CONFIRMATION", "on", "off") === "on",
    accountFailures: integer("SIGN_IN_ACCOUNT_FAILURES", 1, 1_000_000),
    networkFailures: integer("SIGN_IN_NETWORK_FAILURES", 1, 1_000_000),
    registrations: integer("REGISTRATIONS_PER_NETWORK", 1, 1_000_000),
    kokids: {
      ...api("KOKIDS"),
      deleteProof: choice("KOKIDS_DELETE_PROOF", "recent_login", "token", "none"),
    },
    secretpair: {
      ...api("SECRETPAIR"),
      redirectPolicy: choice("SECRETPAIR_REDIRECT_POLICY", "pin", "registered", "any"),
      secretReveal: choice("SECRETPAIR_SECRET_REVEAL", "always", "recent_login"),
    },
    zimoxy: { ...api("ZIMOXY"), keys: choice("ZIMOXY_KEYS", "administrator", "self") },
    senler: api("SENLER"),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(config);
}
