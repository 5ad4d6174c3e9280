// The rules of the architecture, as tables.

/**
 * What each part may import besides itself: folders and files of src/ and gen/, packages, or `*`
 * for every path that begins so. `type` in front allows types only. What is generated for the SDK
 * is a part of it.
 */
export const IMPORTS: Readonly<Record<string, readonly string[]>> = {
  main: ["commands", "config", "node:*"],
  commands: [
    "app",
    "create-domain",
    "config",
    "telemetry",
    "store",
    "http",
    "domain",
    "node:*",
    "commander",
    "csv-parse/sync",
    "cli-progress",
    "prom-client",
    "package.json",
  ],
  app: [
    "create-domain",
    "config",
    "telemetry",
    "store",
    "email",
    "rpc",
    "legacy",
    "outbound",
    "predecessor",
    "web",
    "openapi",
    "http",
    "domain",
    "gen",
    "node:*",
    "@bufbuild/*",
    "@connectrpc/*",
  ],
  "create-domain": ["config", "domain", "node:*"],
  config: ["type domain", "node:*"],
  telemetry: [
    "type config",
    "domain/clock",
    "domain/ids",
    "domain/instrumentation",
    "http",
    "node:*",
    "prom-client",
    "pino",
    "@opentelemetry/*",
    "package.json",
  ],
  store: ["domain", "node:*", "kysely", "mysql2"],
  email: ["domain", "node:*", "nodemailer", "hono"],
  outbound: ["domain", "node:*"],
  rpc: ["domain", "gen", "node:*", "@bufbuild/*", "@connectrpc/*"],
  legacy: ["domain", "gen", "rpc/call"],
  predecessor: ["config/documented-apis", "domain", "http", "node:*"],
  web: [
    "config/documented-apis",
    "domain",
    "gen",
    "hono",
    "node:crypto",
    "node:fs",
    "node:fs/promises",
    "node:module",
    "node:util",
    "node:zlib",
  ],
  openapi: ["gen", "http", "@bufbuild/*"],
  http: ["gen/wire", "gen/google", "node:*", "@bufbuild/*", "@connectrpc/*", "ipaddr.js"],
  // node:url and unhomoglyph are tables: the ASCII form of a domain by UTS 46, and the letters that
  // look alike by UTS 39. node:async_hooks is what one piece of work knows of passwords; it does
  // nothing outside of the process.
  domain: [
    "node:async_hooks",
    "node:crypto",
    "node:url",
    "node:util",
    "jose",
    "argon2",
    "bcrypt",
    "@node-rs/argon2",
    "@zxcvbn-ts/*",
    "ipaddr.js",
    "unhomoglyph",
  ],
  sdk: ["@bufbuild/*", "@connectrpc/*", "jose"],
};

/** What may be used in these files and folders only. */
export const USES: readonly {
  readonly names: readonly string[];
  readonly only: readonly string[];
}[] = [
  { names: ["process.env"], only: ["src/config/"] },
  {
    names: ["Date.now", "new Date()", "process.hrtime"],
    only: ["src/domain/clock.ts", "sdk/src/"],
  },
  // http/ stands without the domain, and only measures how long something takes.
  {
    names: ["performance.now"],
    only: ["src/domain/clock.ts", "src/http/server/monotonic.ts", "sdk/src/"],
  },
  {
    names: ["Math.random", "randomBytes", "randomInt", "randomUUID", "getRandomValues"],
    only: ["src/domain/clock.ts", "sdk/src/"],
  },
  // What a function knows without being given it is hard to see, so few places do that.
  {
    names: ["AsyncLocalStorage"],
    only: [
      "src/domain/call-time.ts",
      "src/domain/passwords/hashing-once.ts",
      "src/store/engine/writes/rehearsal.ts",
      "src/telemetry/traces.ts",
    ],
  },
  { names: ["ConnectError"], only: ["src/rpc/", "src/legacy/", "src/http/", "sdk/src/"] },
];

/** How many lines of at most 100 columns a file may have, and all files of a folder on average. */
export const LINES: Readonly<Record<string, { readonly most: number; readonly mean: number }>> = {
  src: { most: 350, mean: 120 },
  "sdk/src": { most: 350, mean: 120 },
  scripts: { most: 350, mean: 120 },
  bench: { most: 350, mean: 120 },
  torture: { most: 350, mean: 120 },
  test: { most: 350, mean: 150 },
};

/** Names that say nothing of what is inside. */
export const EMPTY_NAMES = /(^|[-./])(utils?|helpers?|managers?|common)([-./]|$)/;

/** How wide a line may be: what two files side by side leave on a screen. */
export const MAX_COLUMNS = 100;

/** How many files may be directly in a folder. */
export const MAX_FILES = 20;

/** Words that hide who acts. */
export const HIDING_WORDS = /\b(whoever|whomever|whatever|nobody|somebody|told)\b/i;
