// Everything that a user is shown before agreeing. The page has nothing else to show and the
// decision holds a digest of the whole, so that what is agreed to is what was shown.
import { createHash } from "node:crypto";
import type { Client, Group, User } from "../../model.ts";
import type { CheckedAuthorization } from "./checked-authorization.ts";
import type { Lifetime } from "./outcome.ts";

/** What a consent is about; whoever adds to the page adds here. */
export interface ShownConsent {
  /** With an owner, it is called unverified. */
  readonly client: Pick<Client, "id" | "name" | "ownerId">;
  readonly realm: string;
  /** The whole redirect URI, of which the page shows the host. */
  readonly destination: string;
  readonly user: Pick<User, "id" | "username" | "email">;
  readonly scopes: readonly string[];
  readonly group: Pick<Group, "id" | "name"> | undefined;
  readonly lifetime: Lifetime;
}

/** What the user is shown of a request; the order of the members is that of the digest. */
export const shownConsent = (
  { client, realm, destination, scopes, lifetime }: CheckedAuthorization,
  user: User,
  group: Group | undefined,
): ShownConsent => ({
  client: { id: client.id, name: client.name, ownerId: client.ownerId },
  realm,
  destination,
  user: { id: user.id, username: user.username, email: user.email },
  scopes,
  group: group && { id: group.id, name: group.name },
  lifetime,
});

/** What tells one from another. */
export const shownDigest = (shown: ShownConsent): string =>
  createHash("sha256")
    .update(
      JSON.stringify(shown, (_, value: unknown) =>
        typeof value === "bigint" ? value.toString() : value,
      ),
    )
    .digest("base64url");
