import type { Client } from "@connectrpc/connect";
import type { AuditService } from "../gen/identity/v1/audit_pb.js";
import type { BrandingService } from "../gen/identity/v1/branding_pb.js";
import type { OAuthService } from "../gen/identity/v1/oauth_pb.js";
import type { PredecessorService } from "../gen/identity/v1/predecessor_pb.js";
import type { ResourceService } from "../gen/identity/v1/resource_pb.js";
import type { UserService } from "../gen/identity/v1/user_pb.js";
import type { ResourceFetch } from "./proofs/resource-fetch.ts";

/**
 * The services of the contract.
 *
 * @example
 * ```ts
 * import type { Api } from "@latchkey/sdk";
 *
 * const nameOf = async (api: Api) => (await api.users.getUser({ userId: "me" })).user?.username;
 * console.log(await nameOf(latchkey.as(accessToken))); // ada
 * ```
 */
export interface Api {
  /**
   * Users, their sessions, their groups.
   *
   * @example
   * ```ts
   * const { users } = await latchkey.users.listUsers({ username: "ada" });
   * console.log(users.map(({ email }) => email).join()); // ada@example.com
   * ```
   */
  readonly users: Client<typeof UserService>;
  /**
   * Clients, agreements, tokens.
   *
   * @example
   * ```ts
   * const { codeChallengeMethodsSupported } = await latchkey.oauth.getMetadata({});
   * console.log(codeChallengeMethodsSupported.join()); // S256
   * ```
   */
  readonly oauth: Client<typeof OAuthService>;
  /**
   * What happened, and how much of it. The client needs the scope `audit.read`.
   *
   * @example
   * ```ts
   * const types = [];
   * for await (const { auditEvent } of latchkey.audit.exportAuditEvents({ userId: ada.id }))
   *   types.push(auditEvent?.type);
   * console.log(types.includes("user.create")); // true
   * ```
   */
  readonly audit: Client<typeof AuditService>;
  /**
   * How pages and e-mails of each realm look. The client needs the scope `branding.read`, and
   * `branding.write` to change it.
   *
   * @example
   * ```ts
   * const { brands } = await latchkey.branding.listBrands({});
   * console.log(Array.isArray(brands)); // true
   * ```
   */
  readonly branding: Client<typeof BrandingService>;
  /**
   * How far the move from another server is, and what came from it. The client needs the scope
   * `predecessors.read`, and `predecessors.write` to discard.
   *
   * @example
   * ```ts
   * const { predecessors } = await latchkey.predecessors.listPredecessors({});
   * console.log(Array.isArray(predecessors)); // true
   * ```
   */
  readonly predecessors: Client<typeof PredecessorService>;
  /**
   * The resources that tokens can be for, as APIs and MCP servers. The client needs the scope
   * `resources.read`, and `resources.write` to change them.
   *
   * @example
   * ```ts
   * const { resources } = await latchkey.resources.listResources({});
   * console.log(Array.isArray(resources)); // true
   * ```
   */
  readonly resources: Client<typeof ResourceService>;
  /**
   * Calls another address with the token: UserInfo, the REST API, or a resource that the token is
   * for. With the option `dpop` every request has a proof of its own. Redirects are not followed.
   *
   * @example
   * ```ts
   * const response = await latchkey.as(accessToken).fetch("http://127.0.0.1:8080/v1/users/me");
   * const { user } = await response.json();
   * console.log(user.username); // ada
   * ```
   */
  readonly fetch: ResourceFetch;
}
