// How the code of each library on the page of an application is run.

/** Where the code shows who the user is. */
export type SnippetWay =
  /** On the page that the browser ends at. */
  | "site"
  /** On a page with scripts, in Chromium. */
  | "page"
  /** In what it prints. It may print first where the user opens a page. */
  | "print";

/** One piece of code. */
export interface SnippetRun {
  /** The file that the code says it is. */
  readonly file: string;
  readonly way: SnippetWay;
  /** Instead of the command in the code: where the code is for a server that isn't here. */
  readonly host?: readonly string[];
  /** The path of the page where the browser begins; `/` if not said. */
  readonly start?: string;
  /** What has the user's name, or the id of an application that acts for itself. */
  readonly shows?: RegExp;
  /** The path of the redirect URI; `/callback` if not said, and none if it is empty. */
  readonly callback?: string;
  /** Fields of `identity.v1.Client` besides name, owner and redirect URI. */
  readonly registration: Readonly<Record<string, unknown>>;
  /** The code that runs beside it, for a resource at its address. */
  readonly beside?: SnippetName;
}

const scopes = ["openid", "profile", "email"];
const ofType = (applicationType: string) => ({ settings: { applicationType } });
const WEB = { way: "site", registration: { scopes, ...ofType("APPLICATION_TYPE_WEB") } } as const;
const NODE_SITE = { ...WEB, file: "app.mjs" } as const;
const PUBLIC = { type: "CLIENT_TYPE_PUBLIC", scopes } as const;
const AUTH_CALLBACK = "/api/auth/callback/latchkey";
/** An application that acts for itself prints its own id. */
const MACHINE = {
  way: "print",
  callback: "",
  shows: /client_id['"]?: ?['"]([^'"]+)/,
  registration: {
    grantTypes: ["client_credentials"],
    scopes: [],
    ...ofType("APPLICATION_TYPE_MACHINE"),
  },
} as const;

const RUNS = {
  "openid-client": NODE_SITE,
  "openid-client-native": {
    file: "app.mjs",
    way: "print",
    registration: { ...PUBLIC, ...ofType("APPLICATION_TYPE_NATIVE") },
  },
  "openid-client-device": {
    file: "device.mjs",
    way: "print",
    callback: "",
    registration: {
      ...PUBLIC,
      ...ofType("APPLICATION_TYPE_DEVICE"),
      grantTypes: ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
    },
  },
  "openid-client-machine": { ...MACHINE, file: "machine.mjs" },
  passport: NODE_SITE,
  "express-openid-connect": NODE_SITE,
  "next-auth": {
    ...WEB,
    file: "[...nextauth].mjs",
    host: ["node", "hosts/next.mjs"],
    callback: AUTH_CALLBACK,
    start: "/api/auth/signin?callbackUrl=%2Fapi%2Fauth%2Fsession",
  },
  "better-auth": { ...NODE_SITE, callback: AUTH_CALLBACK },
  "oidc-client-ts": {
    file: "app.js",
    way: "page",
    host: ["node", "hosts/page.mjs"],
    shows: /Signed in: (.+)/,
    registration: { ...PUBLIC, ...ofType("APPLICATION_TYPE_SINGLE_PAGE") },
  },
  authlib: { ...WEB, file: "app.py" },
  "authlib-machine": { ...MACHINE, file: "machine.py" },
  "go-oidc": { ...WEB, file: "main.go" },
  "go-oauth2-machine": { ...MACHINE, file: "main.go" },
  // The version of Debian 12 makes no PKCE: it doesn't know that setting of the code.
  omniauth: {
    ...WEB,
    file: "config.ru",
    registration: { ...WEB.registration, pkceOptional: true },
  },
  "mod-auth-openidc": {
    ...WEB,
    file: "latchkey.conf",
    host: ["sh", "hosts/apache.sh"],
    shows: /^user (.+)$/m,
  },
  "mcp-server": {
    file: "server.mjs",
    way: "print",
    host: ["node", "hosts/fetch.mjs"],
    callback: "",
    registration: {},
  },
  "mcp-client": {
    file: "client.mjs",
    way: "print",
    // The tool says the id of the user.
    shows: /text: '([^']+)'/,
    beside: "mcp-server",
    registration: { ...PUBLIC, ...ofType("APPLICATION_TYPE_MCP") },
  },
} as const satisfies Readonly<Record<string, Omit<SnippetRun, "beside"> & { beside?: string }>>;

export type SnippetName = keyof typeof RUNS;
export const SNIPPET_RUNS: Readonly<Record<SnippetName, SnippetRun>> = RUNS;
