// The settings by name: environment variables, what each is for, and its default.
import { DOCUMENTED_APIS, type DocumentedApiName } from "./documented-apis.ts";

/** What a setting is for, and what holds without it. */
type Setting = readonly [what: string, otherwise: string];

const GENERAL = {
  HOST: ["The address to listen on.", "127.0.0.1"],
  PORT: ["The port to listen on; 0 is any free one.", "8080"],
  PUBLIC_URL: ["How the outside reaches this server; the issuer.", "the listening address"],
  DATABASE_URL: [
    "`mysql://user:password@host:port/database`, or `mariadb://…`, with `?ssl=required`, " +
      "`?ssl=verify-ca&ca=FILE` or `?ssl=verify-full&ca=FILE` for TLS, or `?socketPath=FILE`; " +
      "the hosts of a cluster as `host1:port,host2:port`, the preferred one first; " +
      "without it, SQLite in DATA_DIR.",
    "",
  ],
  DATABASE_CONNECTIONS: ["How many connections to MySQL each process has at most.", "16"],
  DATA_DIR: ["Where the embedded database, its secret and admin.json are.", "./.data"],
  SMTP_URL: [
    "`smtp://user:password@host:587` or `smtps://…:465`, the mail server; without it, " +
      "letters land in DATA_DIR/mail.",
    "",
  ],
  MAIL_FROM: [
    "Whom letters are from: an address, or `Name <address>`. Needed with SMTP_URL.",
    "latchkey@localhost",
  ],
  BRAND_NAME: ["The name on pages and in letters, of every realm without its own.", "Latchkey"],
  BRAND_LOGO: ["The file of the logo: PNG, JPEG, WebP or SVG, at most 32 KiB.", ""],
  BRAND_COLOR: ["The accent colour on light pages, such as #2459d6.", ""],
  BRAND_COLOR_DARK: ["That on dark pages; without it, made of BRAND_COLOR.", ""],
  BRAND_TERMS_URL: ["The terms of service, https or mailto, as all four of these links.", ""],
  BRAND_PRIVACY_URL: ["The privacy policy.", ""],
  BRAND_IMPRINT_URL: ["The imprint.", ""],
  BRAND_SUPPORT_URL: ["Where users get help.", ""],
  BRAND_LETTERS: [
    "The file of texts of letters: a JSON list of `kind`, `language`, `subject` and `text`.",
    "",
  ],
  LATCHKEY_SECRET: [
    "At least 32 random bytes, from which every key is derived. Needed with DATABASE_URL.",
    "DATA_DIR/secret, made at the first start",
  ],
  RSA_KEY_BITS: [
    "How many bits a new RSA signing key has: 2048, or 3072 for keys as strong as ES256.",
    "2048",
  ],
  TLS_CERT: ["The file of the certificate chain, PEM; with TLS_KEY.", ""],
  TLS_KEY: ["The file of the certificate's key, PEM.", ""],
  TRUSTED_PROXIES: [
    "Addresses and networks, comma-separated, whose X-Forwarded-For is believed.",
    "",
  ],
  CORS_ORIGINS: [
    "Origins, comma-separated, whose pages may call, besides those of public clients and the " +
      "lists of clients.",
    "",
  ],
  CLIENT_ID_METADATA_DOCUMENTS: [
    "Whether a client_id may be the URL of a document that describes the client: on or off.",
    "on",
  ],
  CLIENT_ID_METADATA_DOMAINS: [
    "Domains, comma-separated, whose clients may describe themselves so; without it, all.",
    "",
  ],
  OUTBOUND_NETWORKS: [
    "Addresses and networks, comma-separated, that the https URLs of clients may name although " +
      "they are not public.",
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
    "Calls that an HTTP/2 connection may cancel at once before they began; a third of them " +
      "more each second.",
    "600",
  ],
  SIGN_UP_CONFIRMATION: [
    "Whether an account of the sign-up page comes to be only when its address is " +
      "confirmed: on or off.",
    "on with SMTP_URL, else off",
  ],
  NEW_DEVICE_LETTERS: [
    "Whether users with a verified address get an e-mail on a sign-in from a new device: on or " +
      "off.",
    "on",
  ],
  PASSWORD_VERIFY_URL: [
    "Where passwords of users without one are checked: https by POST, or grpcs://host:port; " +
      "http and grpc on this machine.",
    "",
  ],
  SIGN_IN_ACCOUNT_FAILURES: ["Wrong passwords for one account in 5 minutes.", "10"],
  SIGN_IN_NETWORK_FAILURES: ["Wrong passwords from one network in 5 minutes.", "300"],
  REGISTRATIONS_PER_NETWORK: [
    "Registrations from one network in 10 minutes, failed ones too; of zimoxy, by one client.",
    "100",
  ],
  CLIENT_REGISTRATION: [
    "Whether clients register themselves (RFC 7591): off, token (with a token that " +
      "`latchkey client registration-token` makes) or open.",
    "off",
  ],
  CLIENT_REGISTRATIONS_PER_NETWORK: [
    "With `open`: registrations of clients from one network in an hour, failed ones too.",
    "20",
  ],
  CLIENT_REGISTRATION_UNUSED_DAYS: [
    "After how many days a client is deleted that no administrator registered and no user lets in.",
    "30",
  ],
  AUDIT_RETENTION_DAYS: ["For how many days audit events are kept; 0 for ever.", "400"],
} as const satisfies Readonly<Record<string, Setting>>;

/** The settings of one documented API that no other has. */
const OF_ONE_API = {
  kokids: {
    KOKIDS_DELETE_PROOF: [
      "What `/user/delete` needs: recent_login, token or none.",
      "recent_login",
    ],
  },
  secretpair: {
    SECRETPAIR_REDIRECT_POLICY: ["Which redirect URIs are used: pin, registered or any.", "pin"],
    SECRETPAIR_SECRET_REVEAL: ["When secret_value is shown: always or recent_login.", "always"],
    SECRETPAIR_LEGACY_JWT_SECRET: [
      "The key of the server before, whose HS256 tokens are accepted; at least 8 bytes.",
      "",
    ],
    SECRETPAIR_LEGACY_JWT_UNTIL: [
      "Until when they are: a date or an RFC 3339 time; without it, until they expire.",
      "",
    ],
    SECRETPAIR_LEGACY_JWT_LIFETIME: [
      "How many hours before its end such a token was made, if it has no `iat`.",
      "24",
    ],
    SECRETPAIR_JWT_ALG: [
      "How new tokens are signed: ES256, or HS256 with SECRETPAIR_LEGACY_JWT_SECRET.",
      "ES256",
    ],
  },
} as const satisfies Partial<Record<DocumentedApiName, Readonly<Record<string, Setting>>>>;

/** The APIs that can be taken over from another server: `src/predecessor/` knows their calls. */
const TAKEN_OVER: readonly string[] = ["kokids", "secretpair", "zimoxy", "senler"];

export const canBeTakenOver = (api: DocumentedApiName): boolean => TAKEN_OVER.includes(api);

/** `KOKIDS` for kokids. */
export type ApiPrefix = Uppercase<DocumentedApiName>;

/** The settings that the contract of a documented API declares. */
type ApiSettingName =
  | ApiPrefix
  | `${ApiPrefix}_${"REALM" | "ORIGINS" | "KEYS"}`
  | `${ApiPrefix}_PREDECESSOR${"" | "_TIMEOUT_MS" | "_CA"}`;

type OfOneApi = typeof OF_ONE_API;
export type SettingName =
  | keyof typeof GENERAL
  | ApiSettingName
  | { [Api in keyof OfOneApi]: keyof OfOneApi[Api] }[keyof OfOneApi];

/** The settings of each documented API, those of its contract first. */
function settingsOfApis(): Readonly<Record<string, Setting>> {
  const ofOne: Partial<Record<DocumentedApiName, Readonly<Record<string, Setting>>>> = OF_ONE_API;
  const all: Record<string, Setting> = {};
  for (const { name, realm, crossOrigin, administratorGives } of DOCUMENTED_APIS) {
    const prefix = name.toUpperCase();
    all[prefix] = [`Whether the ${name} API is served: on or off.`, "on"];
    all[`${prefix}_REALM`] = ["The realm of its users.", realm];
    if (crossOrigin)
      all[`${prefix}_ORIGINS`] = ["Origins, comma-separated, whose pages may call it.", ""];
    if (administratorGives)
      all[`${prefix}_KEYS`] = [
        "Who gives an application this API: administrator, or self, which is its developer.",
        "administrator",
      ];
    if (canBeTakenOver(name)) Object.assign(all, predecessorSettings(prefix));
    Object.assign(all, ofOne[name]);
  }
  return all;
}

const predecessorSettings = (prefix: string): Readonly<Record<string, Setting>> => ({
  [`${prefix}_PREDECESSOR`]: [
    "The URL of the server that the API is taken over from; without it, there is none.",
    "",
  ],
  [`${prefix}_PREDECESSOR_TIMEOUT_MS`]: ["How long that server may take.", "3000"],
  [`${prefix}_PREDECESSOR_CA`]: [
    "The file of the authority for its certificate, PEM; without it, those of the system.",
    "",
  ],
});

/** Every setting, in the order of the help and of docs/settings.md. */
export const SETTINGS = { ...GENERAL, ...settingsOfApis() } as Readonly<
  Record<SettingName, Setting>
>;

/** Returns the names of the settings that the environment sets. */
export const givenSettings = (environment: NodeJS.ProcessEnv = process.env): string[] =>
  Object.keys(SETTINGS).filter((name) => environment[name]?.trim());
