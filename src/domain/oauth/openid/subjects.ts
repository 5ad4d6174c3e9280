import { createHmac } from "node:crypto";
import type { Client } from "../../model.ts";

/** What of a client decides on the identifiers that it gets. */
export type SubjectClient = Pick<Client, "id" | "redirectUris" | "settings">;

/** The host by which clients share pairwise identifiers, OpenID Connect Core section 8.1. */
function sectorOf({ id, settings, redirectUris }: SubjectClient): string {
  const uri = settings.sectorIdentifierUri ?? redirectUris[0];
  const host = uri !== undefined && URL.canParse(uri) ? new URL(uri).host : "";
  // A private-use scheme has no host, so such a client shares its identifiers with no other one.
  return host === "" ? `client:${id}` : host;
}

/** Makes the identifiers of users and sessions that clients get. */
export class Subjects {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** Returns the `sub` of a user for a client: the user's id, or one for its sector alone. */
  subjectOf(client: SubjectClient, userId: string): string {
    return this.pairwiseOf(client, userId) ?? userId;
  }

  /** Returns the identifier of a user for a sector; undefined if the client gets the user's id. */
  pairwiseOf(client: SubjectClient, userId: string): string | undefined {
    return client.settings.subjectType === "pairwise"
      ? this.#tag("subject", sectorOf(client), userId)
      : undefined;
  }

  /**
   * Returns the `sid` of a session for a client (OpenID Connect Back-Channel Logout section 2.1).
   * Each client gets another one, so that clients can't recognize a browser together.
   */
  sidOf(sessionId: string, clientId: string): string {
    return this.#tag("sid", clientId, sessionId);
  }

  #tag(...parts: readonly string[]): string {
    return createHmac("sha256", this.#key).update(parts.join("\n")).digest("base64url");
  }
}
