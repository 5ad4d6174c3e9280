import { createHash } from "node:crypto";
import type { Client, Group, User } from "../../model.ts";
import { isReservedScope } from "../clients/scopes.ts";
import type { AuthorizationDetail, JsonMembers } from "../details/detail.ts";
import type { Resource, ResourceScope } from "../resources/resource.ts";
import { isClientUrl, isForThisDevice } from "../documents/client-url.ts";
import type { CheckedAuthorization } from "./checked-authorization.ts";
import type { Lifetime } from "./lifetime.ts";

/** What the title of a page says of a client. */
export type ShownClient = Pick<Client, "id" | "name" | "ownerId" | "verifiedAt"> & {
  /** Present if it registered itself. */
  readonly registration?: object | undefined;
};

/** The pages of a client: OpenID Connect Dynamic Client Registration section 2. */
export type ClientLinks = Readonly<Partial<Record<"home" | "privacy" | "terms", string>>>;

const linksOf = ({ settings: { clientUri, policyUri, tosUri } }: Client): ClientLinks => ({
  ...(clientUri !== undefined && { home: clientUri }),
  ...(policyUri !== undefined && { privacy: policyUri }),
  ...(tosUri !== undefined && { terms: tosUri }),
});

/**
 * Everything that the consent page shows. The user's decision holds a digest of the whole, so that
 * the user agrees to nothing that the page didn't show.
 */
export interface ShownConsent {
  /** The page says whether an administrator has verified or registered it. */
  readonly client: ShownClient;
  /** The client's own pages, which it has named itself. */
  readonly links: ClientLinks;
  /** Present if the client describes itself: where, and whether it runs on the user's device. */
  readonly document: { readonly host: string; readonly isForThisDevice: boolean } | undefined;
  readonly realm: string;
  /** The whole redirect URI, of which the page shows the host; empty for a device. */
  readonly destination: string;
  readonly user: Pick<User, "id" | "username" | "email">;
  readonly scopes: readonly string[];
  /** The resources that the tokens will be for, with those of their scopes that are asked for. */
  readonly resources: readonly ShownResource[];
  readonly group: Pick<Group, "id" | "name"> | undefined;
  readonly lifetime: Lifetime;
}

/** A resource on the consent page. */
export type ShownResource = Pick<Resource, "uri" | "name" | "scopes"> & {
  /** What is asked for one by one (RFC 9396); absent for nothing. */
  readonly details?: readonly ShownDetail[];
};

/** A detail with the title of its type. */
export interface ShownDetail extends Pick<ResourceScope, "name" | "texts"> {
  readonly members: JsonMembers;
}

type Asked = Pick<
  CheckedAuthorization,
  "client" | "realm" | "destination" | "scopes" | "resources" | "details" | "lifetime"
>;

/** Returns what the page shows of a request. The digest depends on the order of the members. */
export const shownConsent = (
  { client, realm, destination, scopes, resources = [], details = [], lifetime }: Asked,
  user: User,
  group: Group | undefined,
): ShownConsent => ({
  client: {
    id: client.id,
    name: client.name,
    ownerId: client.ownerId,
    verifiedAt: client.verifiedAt,
    registration: client.registration && {},
  },
  links: linksOf(client),
  document: isClientUrl(client.id)
    ? { host: new URL(client.id).host, isForThisDevice: isForThisDevice(client) }
    : undefined,
  realm,
  destination,
  user: { id: user.id, username: user.username, email: user.email },
  scopes: resources.length === 0 ? scopes : scopes.filter(isReservedScope),
  resources: resources.map((resource) => ({
    uri: resource.uri,
    name: resource.name,
    scopes: resource.scopes.filter((scope) => scopes.includes(scope.name)),
    ...(details.length > 0 && { details: shownDetails(resource, details) }),
  })),
  group: group && { id: group.id, name: group.name },
  lifetime,
});

/** Returns the details that are for a resource. */
const shownDetails = (
  { uri, detailTypes }: Resource,
  details: readonly AuthorizationDetail[],
): readonly ShownDetail[] =>
  details
    .filter(({ locations }) => locations.includes(uri))
    .map(({ type, locations: _, ...members }) => {
      const texts = detailTypes.find(({ name }) => name === type)?.texts ?? NO_TEXTS;
      return { name: type, texts, members };
    });

const NO_TEXTS = { en: "", ru: "", zh: "" };

/** Returns the SHA-256 of what the page shows. */
export const shownDigest = (shown: ShownConsent): string =>
  createHash("sha256")
    .update(
      JSON.stringify(shown, (_, value: unknown) =>
        typeof value === "bigint" ? value.toString() : value,
      ),
    )
    .digest("base64url");
