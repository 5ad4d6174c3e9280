import { availableParallelism } from "node:os";
import { createSecureContext } from "node:tls";
import type { ClientRegistrationMode } from "../domain/oauth/registration/registration-access.ts";
import type { DeleteProof } from "../domain/legacy/kokids-accounts.ts";
import type { RedirectPolicy } from "../domain/legacy/redirect-policy.ts";
import type { SecretReveal } from "../domain/legacy/secret-pairs.ts";
import type { RsaBits } from "../domain/oauth/tokens/key-pairs.ts";
import { type BrandConfig, readBrand } from "./brand.ts";
import { ConfigError } from "./config-error.ts";
import { type DatabaseAddress, readDatabaseUrl } from "./database-url.ts";
import { DOCUMENTED_APIS, type DocumentedApiName } from "./documented-apis.ts";
import { type LegacyJwt, readLegacyJwt } from "./legacy-jwt.ts";
import { type PredecessorConfig, readPredecessor, readVerifyUrl } from "./predecessor.ts";
import { readPublicUrl } from "./public-url.ts";
import { type ApiPrefix, canBeTakenOver } from "./schema.ts";
import { weakness } from "./secret.ts";
import { type MailSender, SettingReader } from "./setting-reader.ts";

/** The settings that every documented API has. */
interface ApiConfig {
  readonly enabled: boolean;
  readonly realm: string;
  /** The origins whose pages may call it. */
  readonly origins: readonly string[];
  /** Who gives it to an application: an administrator, or the application's developer. */
  readonly keys: "administrator" | "self";
  /** The server that it is taken over from; absent: none. */
  readonly predecessor: PredecessorConfig | undefined;
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
  /** Without a server, e-mails are written to a folder of the data directory. */
  readonly mail: { readonly server: URL | undefined; readonly from: MailSender };
  readonly brand: BrandConfig;
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
        /** The operator set the port, so the server must not start without it. */
        readonly required: boolean;
      }
    | undefined;
  /** Where spans go, by OTLP over HTTP; absent: nowhere, and none are made. */
  readonly tracesEndpoint: string | undefined;
  /** The origins whose pages may call, besides those of clients. */
  readonly origins: readonly string[];
  readonly reflection: boolean;
  /** Whether there is an API reference, `/docs` and `/openapi.json`. */
  readonly docs: boolean;
  readonly logLevel: string;
  /** How many processes serve. */
  readonly workers: number;
  readonly hashLanes: number;
  readonly drainMs: number;
  /** How many HTTP/2 streams a client may reset at once before they began. */
  readonly http2Resets: number;
  /** Whether the sign-up page creates an account only when its address is confirmed. */
  readonly signUpConfirmation: boolean;
  /** The length of new RSA signing keys. */
  readonly rsaKeyBits: RsaBits;
  /** Whether users get an e-mail on a sign-in from a new device. */
  readonly newDeviceLetters: boolean;
  /** Whether clients may describe themselves by a document, and of which domains; empty: all. */
  readonly clientDocuments: { readonly enabled: boolean; readonly domains: readonly string[] };
  /** Networks of which the URLs of clients may be, although they are not public. */
  readonly outboundNetworks: readonly string[];
  /** Where passwords of users without one are checked. */
  readonly passwordVerifyUrl: URL | undefined;
  readonly accountFailures: number;
  readonly networkFailures: number;
  readonly registrations: number;
  /** How many days audit events are kept; 0: for ever. */
  readonly auditRetentionDays: number;
  /** How clients register themselves. */
  readonly clientRegistration: {
    readonly mode: ClientRegistrationMode;
    /** How many registrations from one network in an hour. */
    readonly perNetwork: number;
    /** How many days after its last access an unused client stays. */
    readonly unusedDays: number;
  };
  readonly apis: Readonly<Record<DocumentedApiName, ApiConfig>>;
  readonly kokids: { readonly deleteProof: DeleteProof };
  readonly secretpair: {
    readonly redirectPolicy: RedirectPolicy;
    readonly secretReveal: SecretReveal;
    /** The tokens of the server before; absent: none are accepted. */
    readonly legacyJwt: LegacyJwt | undefined;
  };
}

const MAX_LANES = 64;

/** Divides the cores among the workers. */
const lanesFor = (workers: number): number =>
  Math.min(MAX_LANES, Math.max(1, Math.floor(availableParallelism() / workers))) || 1;

/** Returns the realm of each documented API. */
export const realmsOf = ({ apis }: Config): Readonly<Record<string, string>> =>
  Object.fromEntries(DOCUMENTED_APIS.map(({ name }) => [name, apis[name].realm]));

/** Reads and checks every setting; throws one ConfigError with all problems. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const reader = new SettingReader(environment);
  const database = readDatabase(reader);
  const workers = reader.integer("WORKERS", [1, 64]);
  const mail = readMail(reader);
  const config: Config = {
    host: reader.text("HOST"),
    port: reader.integer("PORT", [0, 65_535]),
    publicUrl: readPublicUrl(reader),
    database,
    dataDir: reader.text("DATA_DIR"),
    mail,
    brand: readBrand(reader),
    secret: readSecret(reader),
    tls: readTls(reader),
    trustedProxies: reader.networks("TRUSTED_PROXIES"),
    metrics:
      reader.text("METRICS_PORT") === "off"
        ? undefined
        : {
            host: reader.text("METRICS_HOST"),
            port: reader.integer("METRICS_PORT", [0, 65_535]),
            required: reader.isSet("METRICS_PORT"),
          },
    tracesEndpoint: reader.isSet("OTEL_EXPORTER_OTLP_ENDPOINT")
      ? reader.url("OTEL_EXPORTER_OTLP_ENDPOINT", ["http:", "https:"])
      : undefined,
    origins: reader.origins("CORS_ORIGINS"),
    reflection: reader.isOn("REFLECTION"),
    docs: reader.isOn("DOCS"),
    logLevel: reader.choice("LOG_LEVEL", "debug", "info", "warn", "error", "silent"),
    workers,
    hashLanes: reader.integer("HASH_LANES", [1, MAX_LANES], String(lanesFor(workers))),
    drainMs: reader.integer("DRAIN_SECONDS", [0, 300]) * 1000,
    http2Resets: reader.integer("HTTP2_RESETS", [100, 1_000_000]),
    signUpConfirmation: reader.isSet("SIGN_UP_CONFIRMATION")
      ? reader.isOn("SIGN_UP_CONFIRMATION")
      : mail.server !== undefined,
    rsaKeyBits: reader.choice("RSA_KEY_BITS", "2048", "3072") === "3072" ? 3072 : 2048,
    newDeviceLetters: reader.isOn("NEW_DEVICE_LETTERS"),
    clientDocuments: {
      enabled: reader.isOn("CLIENT_ID_METADATA_DOCUMENTS"),
      domains: reader.domains("CLIENT_ID_METADATA_DOMAINS"),
    },
    outboundNetworks: reader.networks("OUTBOUND_NETWORKS"),
    passwordVerifyUrl: readVerifyUrl(reader),
    accountFailures: reader.integer("SIGN_IN_ACCOUNT_FAILURES", [1, 1_000_000]),
    networkFailures: reader.integer("SIGN_IN_NETWORK_FAILURES", [1, 1_000_000]),
    registrations: reader.integer("REGISTRATIONS_PER_NETWORK", [1, 1_000_000]),
    auditRetentionDays: reader.integer("AUDIT_RETENTION_DAYS", [0, 36_500]),
    clientRegistration: {
      mode: reader.choice("CLIENT_REGISTRATION", "off", "token", "open"),
      perNetwork: reader.integer("CLIENT_REGISTRATIONS_PER_NETWORK", [1, 1_000_000]),
      unusedDays: reader.integer("CLIENT_REGISTRATION_UNUSED_DAYS", [1, 3650]),
    },
    apis: readApis(reader),
    kokids: {
      deleteProof: reader.choice("KOKIDS_DELETE_PROOF", "recent_login", "token", "none"),
    },
    secretpair: {
      redirectPolicy: reader.choice("SECRETPAIR_REDIRECT_POLICY", "pin", "registered", "any"),
      secretReveal: reader.choice("SECRETPAIR_SECRET_REVEAL", "always", "recent_login"),
      legacyJwt: readLegacyJwt(reader),
    },
  };
  if (reader.problems.length > 0) throw new ConfigError(reader.problems);
  return Object.freeze(config);
}

function readApis(reader: SettingReader): Config["apis"] {
  const apis = DOCUMENTED_APIS.map(({ name, crossOrigin, administratorGives }) => {
    const prefix = name.toUpperCase() as ApiPrefix;
    const api: ApiConfig = {
      enabled: reader.isOn(prefix),
      realm: reader.realm(`${prefix}_REALM`),
      origins: crossOrigin ? reader.origins(`${prefix}_ORIGINS`) : [],
      keys: administratorGives ? reader.choice(`${prefix}_KEYS`, "administrator", "self") : "self",
      predecessor: canBeTakenOver(name) ? readPredecessor(reader, prefix) : undefined,
    };
    return [name, api];
  });
  return Object.fromEntries(apis) as Config["apis"];
}

function readDatabase(reader: SettingReader): Config["database"] {
  if (!reader.isSet("DATABASE_URL")) return { kind: "sqlite" };
  const read = readDatabaseUrl(reader.raw("DATABASE_URL"));
  const connections = reader.integer("DATABASE_CONNECTIONS", [1, 1000]);
  if ("address" in read) return { kind: "mysql", ...read.address, connections };
  for (const why of read.problems) reader.problem("DATABASE_URL", why);
  return { kind: "mysql", url: "", connections };
}

function readMail(reader: SettingReader): Config["mail"] {
  const server = reader.mailServer("SMTP_URL");
  const from = reader.sender("MAIL_FROM");
  if (server !== undefined && !reader.isSet("MAIL_FROM"))
    reader.problem("MAIL_FROM", "is needed with SMTP_URL");
  return { server, from };
}

function readSecret(reader: SettingReader): string | undefined {
  const secret = reader.raw("LATCHKEY_SECRET") || undefined;
  if (secret === undefined) {
    if (reader.isSet("DATABASE_URL"))
      reader.problem(
        "LATCHKEY_SECRET",
        "is needed with DATABASE_URL; make one with: openssl rand -base64 48",
      );
    return undefined;
  }
  const weak = weakness(secret);
  if (weak !== undefined) reader.problem("LATCHKEY_SECRET", weak);
  return secret;
}

function readTls(reader: SettingReader): Config["tls"] {
  const [cert, key] = [reader.file("TLS_CERT"), reader.file("TLS_KEY")];
  if (reader.isSet("TLS_CERT") !== reader.isSet("TLS_KEY"))
    reader.problem(
      reader.isSet("TLS_CERT") ? "TLS_KEY" : "TLS_CERT",
      "is needed too: TLS takes both",
    );
  if (cert === undefined || key === undefined) return undefined;
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    const why = error instanceof Error ? error.message : "unreadable";
    reader.problem("TLS_CERT", `and TLS_KEY are no certificate with its key: ${why}`);
  }
  return { cert, key };
}
