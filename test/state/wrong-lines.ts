// Lines that an import refuses.
import { HELD } from "./lines.ts";

const REFRESH = { kind: "refresh_token", user: "ada", client_id: "plain-client" };
const AUDIENCE = ["https://mcp.example/mcp"];

/** Terms that can't be read, and the member that is wrong. */
const BAD_TERMS: readonly [terms: unknown, member: string][] = [
  ["x", ""],
  [{ claims: { userinfo: { a: { values: ["x".repeat(40_000)] } } } }, ""],
  [{ more: "x" }, ".more"],
  [{ kind: "x" }, ".kind"],
  [{ audience: null }, ".audience"],
  [{ audience: [] }, ".audience"],
  [{ audience: ["nowhere"] }, ".audience"],
  [{ dpop_jkt: "" }, ".dpop_jkt"],
  [{ dpop_jkt: "short" }, ".dpop_jkt"],
  [{ subject: "" }, ".subject"],
  [{ claims: { userinfo: "x" } }, ".claims"],
  [{ auth_time: "soon" }, ".auth_time"],
  [{ authorization_details: [HELD.detail] }, ".authorization_details"],
  [{ audience: AUDIENCE, authorization_details: [] }, ".authorization_details"],
  [{ audience: AUDIENCE, authorization_details: [{ type: "a" }] }, ".authorization_details"],
  [
    { audience: AUDIENCE, authorization_details: [{ ...HELD.detail, amount: null }] },
    ".authorization_details",
  ],
];

/** Lines that are wrong or collide with those of `lines`, and the field that is. */
export const WRONG_LINES: readonly [line: object, field: string][] = [
  [{ kind: "nothing" }, "kind"],
  [{ user: "x" }, "kind"],
  [{ kind: "client", client_id: HELD.clientId, client_secret: "other" }, "client_secret"],
  [
    { kind: "client", client_id: HELD.clientId, client_secret: HELD.clientSecret, name: "X" },
    "name",
  ],
  [{ kind: "client", client_id: "new", client_secret: "s", scopes: ["admin"] }, "scopes"],
  [{ kind: "client", client_id: "new", client_secret: "s", apis: ["zimoxy"] }, "apis"],
  [{ kind: "client", client_id: "n\u00e9w", client_secret: "s" }, "client_id"],
  [{ kind: "client", client_id: "new", client_secret: 1 }, "client_secret"],
  [{ kind: "client", client_id: "new", client_secret_sha256: "beef" }, "client_secret_sha256"],
  [{ kind: "client", client_id: "new", client_secret: "s", redirect_uris: "x" }, "redirect_uris"],
  [{ kind: "client", client_id: "new", client_secret: "s", verified: true }, "verified"],
  [{ kind: "client", client_id: "new", client_secret: "s", disabled: "yes" }, "disabled"],
  [{ kind: "secret_pair", user: "ada", secret_id: "b3RoZXI=", secret_value: "v" }, "user"],
  [{ kind: "resource", uri: "https://MCP.example/mcp/", name: "Other" }, "uri"],
  [{ kind: "resource", uri: "https://new.example/", name: "New", scopes: ["x"] }, "scopes"],
  [
    { kind: "resource", uri: "https://new.example/", name: "N", token_lifetime_s: 1 },
    "token_lifetime",
  ],
  [
    { kind: "resource", uri: "https://new.example/", name: "N", introspectors: ["none"] },
    "introspectors",
  ],
  [{ kind: "session_client", session_id: "s", user: "ada", client_id: "no" }, "client_id"],
  [{ kind: "secret_pair", user: "lin", secret_id: HELD.secretId, secret_value: "v" }, "secret_id"],
  [{ kind: "partner_key", name: "Other", secret_key: HELD.partnerKey }, "secret_key"],
  [{ kind: "group", id: HELD.groupId, name: "Hunde" }, "name"],
  [{ kind: "group", id: "0", name: "x" }, "id"],
  [{ kind: "member", group_id: "7", user: "ada" }, "group_id"],
  [{ kind: "member", group_id: HELD.groupId, user: "nobody@example.com" }, "user"],
  [{ kind: "access_key", token: HELD.accessKey, user: "lin", client_id: HELD.clientId }, "token"],
  [{ kind: "session_token", token: "t", user: "ada", expires_at: "2001-01-01" }, "expires_at"],
  [{ kind: "device", user: "ada", gaid: "g-1", bundle: "other", os_int: 0 }, "gaid"],
  [{ kind: "consent", user: "ada", client_id: "plain-client", scopes: ["admin"] }, "scopes"],
  [
    { kind: "client", client_id: "a", type: "public", settings: { policy_uri: 1 } },
    "settings.policy_uri",
  ],
  [{ kind: "client", client_id: "a", type: "public", settings: { more: "x" } }, "settings"],
  [
    { kind: "client", client_id: "a", type: "public", settings: { tos_uri: "http://a" } },
    "settings.tos_uri",
  ],
  ...BAD_TERMS.map(([terms, member]): [object, string] => [
    { ...REFRESH, token: "new", terms },
    `terms${member}`,
  ]),
  [{ ...REFRESH, token: "new", scopes: ["mcp:tools"] }, "scopes"],
  [{ ...REFRESH, client_id: "itself", token: HELD.limited, terms: {} }, "terms"],
  [{ kind: "user", email: "ada@example.com", administrator: true }, "administrator"],
  [{ kind: "user", email: "ADA@example.com", username: "eve" }, "username"],
];
