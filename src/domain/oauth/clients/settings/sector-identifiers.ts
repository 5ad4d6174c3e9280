import { invalidField } from "../../../errors.ts";
import type { Client } from "../../../model.ts";
import { type DocumentFetcher, isJsonType, OutboundError } from "../../../outbound.ts";

/** The longest list of redirect URIs that is read. */
const MAX_BYTES = 64 * 1024;

/** Checks that the sector of a client lists its redirect URIs. */
export class SectorIdentifiers {
  readonly #fetcher: DocumentFetcher | undefined;

  constructor(fetcher: DocumentFetcher | undefined) {
    this.#fetcher = fetcher;
  }

  /**
   * Rejects a client with redirect URIs that its sector doesn't list. Otherwise a client could
   * learn the identifiers that users have in the sector of others (OpenID Connect Dynamic Client
   * Registration section 5).
   */
  async requireListed({
    settings: { sectorIdentifierUri },
    redirectUris,
  }: Pick<Client, "settings" | "redirectUris">): Promise<void> {
    if (sectorIdentifierUri === undefined) return;
    const listed = await this.#listOf(sectorIdentifierUri);
    if (listed === undefined)
      throw invalidField(
        "settings.sector_identifier_uri",
        "is not answered with a JSON array of redirect URIs",
      );
    if (!redirectUris.every((uri) => listed.includes(uri)))
      throw invalidField(
        "settings.sector_identifier_uri",
        "is answered with a list that lacks a redirect URI of the client",
      );
  }

  async #listOf(uri: string): Promise<readonly unknown[] | undefined> {
    try {
      const { status, mediaType, body } = (await this.#fetcher?.fetch(uri, MAX_BYTES)) ?? {
        status: 0,
        mediaType: "",
        body: new Uint8Array(),
      };
      if (status !== 200 || !isJsonType(mediaType)) return undefined;
      const list: unknown = JSON.parse(new TextDecoder().decode(body));
      return Array.isArray(list) ? list : undefined;
    } catch (error) {
      if (error instanceof OutboundError || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }
}
