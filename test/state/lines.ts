// Every kind of state, as an owner of the four servers would write it.
import { createHash, randomBytes } from "node:crypto";

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** What clients have in their hands. */
export const HELD = {
  password: "correct horse battery",
  clientId: "66d9cba9c6e3b379e659e9a2",
  clientSecret: "c2VubGVy+IGtl/XBz=&%zz тайна",
  otherSecret: "a plain one",
  secretId: "MTYzODg4NTY3My40MjE4MjQ=",
  secretValue: sha256("the value of a pair"),
  partnerKey: "zmx-0f3a2c8d51e74b96 with spaces",
  accessKey: "s.3f7c9a0d2b",
  hashedKey: "another key",
  session: "Zm9vYmFy+/opaque==",
  refresh: "rt:old-refresh-token",
  /** Bound to a key, and to details at a resource. */
  limited: "rt:limited",
  redirectUri: "https://bot.example/cb",
  groupId: "342173",
  /** The longest one. */
  described: `https://app.example/${"c".repeat(103)}.json`,
  detail: { type: "payment", locations: ["https://mcp.example/mcp"], amount: 3 },
} as const;

const inAYear = new Date(Date.now() + 365 * 86_400_000).toISOString();

/** The lines, backwards: each refers to lines after it. */
export const lines = (): object[] => [
  {
    kind: "session_client",
    session_id: "01900000-0000-7000-8000-000000000001",
    user: "lin",
    client_id: "plain-client",
    created_at: "2026-01-31T18:00:00Z",
  },
  {
    kind: "resource",
    uri: "https://mcp.example/mcp",
    name: "Tools",
    scopes: [{ name: "mcp:tools", en: "use the tools", zh: "使用工具" }, { name: "mcp:read" }],
    token_format: "jwt",
    token_lifetime_s: 600,
    introspectors: ["plain-client"],
    machine_clients: ["plain-client"],
    detail_types: ['{"type":"payment","title":"pay","members":{"amount":"number"}}'],
  },
  {
    kind: "consent",
    user: "lin@example.com",
    client_id: HELD.clientId,
    scopes: [
      "profile",
      "https://mcp.example/mcp",
      "https://mcp.example/mcp mcp:tools",
      "https://mcp.example/mcp authorization_details payment",
    ],
  },
  { kind: "consent", user: "ada", client_id: HELD.described, scopes: ["profile"] },
  {
    kind: "client",
    client_id: HELD.described,
    type: "public",
    name: "Describes itself",
    redirect_uris: ["http://localhost/cb"],
    scopes: ["profile"],
  },
  {
    kind: "device",
    user: "ada@example.com",
    gaid: "g-1",
    bundle: "com.example.hair",
    os_int: 0,
    sdk_ver_c: "4.2",
  },
  {
    kind: "session_token",
    api: "kokids",
    token: HELD.session,
    user: "ada@example.com",
    expires_at: inAYear,
  },
  {
    kind: "refresh_token",
    token_sha256: sha256(HELD.refresh),
    user: "ada",
    client_id: "plain-client",
    scopes: ["profile", "mcp:tools"],
    terms: {
      audience: ["https://mcp.example/mcp"],
      authorization_details: [HELD.detail],
    },
    expires_at: inAYear,
  },
  {
    kind: "refresh_token",
    token: HELD.limited,
    user: "ada",
    client_id: "itself",
    scopes: ["mcp:tools"],
    terms: {
      auth_time: "2026-01-31T18:00:00.250Z",
      amr: ["pwd"],
      claims: { userinfo: { locale: null } },
      audience: ["https://mcp.example/mcp"],
      authorization_details: [HELD.detail],
      dpop_jkt: "k".repeat(43),
      subject: "of-a-sector",
    },
    expires_at: inAYear,
  },
  {
    kind: "access_key",
    token: HELD.accessKey,
    user: "ada@example.com",
    client_id: HELD.clientId,
    group_id: HELD.groupId,
  },
  {
    kind: "access_key",
    token_sha256: sha256(HELD.hashedKey),
    user: "ada@example.com",
    client_id: HELD.clientId,
    group_id: HELD.groupId,
  },
  { kind: "member", group_id: HELD.groupId, user: "lin@example.com", role: "administrator" },
  {
    kind: "group",
    id: HELD.groupId,
    name: "Котики",
    owner: "ada@example.com",
    vk_group_id: "9007199254740993",
  },
  { kind: "partner_key", name: "Partner", secret_key: HELD.partnerKey },
  {
    kind: "secret_pair",
    user: "ada@example.com",
    secret_id: HELD.secretId,
    secret_value: HELD.secretValue,
    redirect_uris: ["https://partner.example/cb"],
  },
  {
    kind: "client",
    client_id: HELD.clientId,
    client_secret: HELD.clientSecret,
    name: "Bot",
    redirect_uris: [HELD.redirectUri],
    apis: ["senler"],
    owner: "ada@example.com",
  },
  {
    kind: "client",
    client_id: "plain-client",
    client_secret_sha256: sha256(HELD.otherSecret),
    name: "Shop",
    redirect_uris: ["https://shop.example/cb"],
    scopes: ["profile"],
    pkce_optional: true,
    settings: {
      application_type: "web",
      post_logout_redirect_uris: ["https://shop.example/bye"],
      policy_uri: "https://shop.example/privacy",
      default_max_age: 600,
      backchannel_logout_session_required: true,
    },
  },
  {
    kind: "client",
    client_id: "itself",
    type: "public",
    name: "An editor",
    redirect_uris: ["http://localhost/cb"],
    scopes: ["profile"],
    registration_token_sha256: sha256("lkcr_token"),
    expires_at: "2040-01-31T18:00:00Z",
  },
  {
    kind: "client",
    client_id: "Phone-App",
    type: "public",
    name: "Phone",
    redirect_uris: ["com.example.app:/cb"],
    scopes: ["profile"],
    disabled: true,
    disable_reason: "stolen",
  },
  {
    kind: "user",
    id: "legacy-1",
    username: "ada",
    email: "ada@example.com",
    password: HELD.password,
    acc_id: "acc-ada",
    email_verified: true,
    created_at: "2020-01-31T18:00:00Z",
    name: "Ada Lovelace",
    locale: "en-GB",
    phone_number: "+493012345678",
    phone_number_verified: true,
    street_address: "1 Main St\nFloor 2",
    country: "Germany",
  },
  {
    kind: "user",
    username: "kratos",
    email: "kratos@example.com",
    // Of "test", from Kratos' own tests.
    password_hash:
      "$sha1$pf=e1NBTFR9e1BBU1NXT1JEfQ==$NW9wbWtnejAzcg==$2qU2SGWP8viTM1md3FiI3+rjWXQ=",
  },
  { kind: "user", username: "lin", email: "lin@example.com", locked: true, lock_reason: "spam" },
];

export const jsonl = (all: readonly object[]): string =>
  all.map((line) => `${JSON.stringify(line)}\n`).join("");

/** Many lines of every kind but users with passwords, for figures and kills. */
export function manyLines(count: number): object[] {
  const all: object[] = [];
  for (let index = 0; all.length < count; index++) {
    const email = `user-${index}@example.com`;
    const token = randomBytes(16).toString("hex");
    all.push({ kind: "session_token", token, user: email, expires_at: inAYear });
    all.push({ kind: "device", user: email, gaid: `g-${index}`, bundle: "b", os_int: 1 });
    all.push({ kind: "user", username: `user-${index}`, email, acc_id: `acc-${index}` });
  }
  return all.slice(0, count - (count % 3));
}
