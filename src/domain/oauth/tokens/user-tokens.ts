import { findByAddress } from "../../accounts/find-user.ts";
import type { Users } from "../../accounts/users.ts";
import { IdentityError, userNotFound } from "../../errors.ts";
import { canonicalId } from "../../ids.ts";
import type { RequestContext } from "../../request-context.ts";
import type { Store } from "../../store.ts";
import type { Realms } from "../clients/realms.ts";

/** A subject identifier, RFC 9493. An empty member is an absent one. */
export interface SubjectIdentifier {
  readonly format: string;
  readonly id: string;
  readonly iss: string;
  readonly sub: string;
  readonly email: string;
}

type Member = Exclude<keyof SubjectIdentifier, "format">;

/** The members of each format, RFC 9493 section 3.2. */
const FORMATS: ReadonlyMap<string, readonly Member[]> = new Map([
  ["opaque", ["id"]],
  ["iss_sub", ["iss", "sub"]],
  ["email", ["email"]],
]);
const MEMBERS: readonly Member[] = ["id", "iss", "sub", "email"];

const invalid = (message: string): IdentityError =>
  new IdentityError("OAUTH_REQUEST_INVALID", message);

interface UserTokensDependencies {
  readonly store: Pick<Store, "clients" | "users">;
  readonly users: Pick<Users, "endAccess">;
  readonly realms: Realms;
  readonly issuer: string;
}

/** Global Token Revocation, draft-parecki-oauth-global-token-revocation-06. */
export class UserTokens {
  readonly #dependencies: UserTokensDependencies;

  constructor(dependencies: UserTokensDependencies) {
    this.#dependencies = dependencies;
  }

  /** Ends every session and token of a user whom the calling client is for. */
  async revoke(context: RequestContext, identifier: SubjectIdentifier): Promise<void> {
    const { caller } = context;
    if (caller.kind !== "client")
      throw new IdentityError("PERMISSION_DENIED", "Only a client that acts for itself can.");
    const { store, users, realms } = this.#dependencies;
    requireMembers(identifier);
    const client = await store.clients.find(caller.token.clientId);
    const realm = client && realms.of(client);
    const user = realm === undefined ? undefined : await this.#find(realm, identifier);
    // The same answer for the user of another realm, who is none of this client's concern.
    if (user === undefined || user.realm !== realm) throw userNotFound();
    await users.endAccess(context, user.id);
  }

  #find(realm: string, { format, id, iss, sub, email }: SubjectIdentifier) {
    const { store, issuer } = this.#dependencies;
    if (format === "email") return findByAddress(store.users, realm, email);
    if (format === "iss_sub" && iss !== issuer) return undefined;
    return store.users.find(canonicalId(format === "opaque" ? id : sub));
  }
}

/** Rejects an unknown format, and an identifier with other members than those of its format. */
function requireMembers(identifier: SubjectIdentifier): void {
  const members = FORMATS.get(identifier.format);
  if (members === undefined)
    throw invalid(`sub_id.format must be one of ${[...FORMATS.keys()].join(", ")}.`);
  const wrong = MEMBERS.find((name) => (identifier[name] !== "") !== members.includes(name));
  if (wrong !== undefined)
    throw invalid(
      `sub_id of the format ${identifier.format} must have ${members.join(" and ")}, and nothing ` +
        "else (RFC 9493 section 3).",
    );
}
