// Page tokens: where a list goes on. It owns their form and must not know what is listed.
import { createHmac, timingSafeEqual } from "node:crypto";
import { IdentityError } from "../errors.ts";

const TAG_BYTES = 16;
const DEFAULT_PAGE_SIZE = 50;
/** No token of ours is longer, nor one that the contract lets in. */
const MAX_TOKEN = 2048;

/** A request for one page of a list. */
export interface PageRequest {
  readonly pageSize: number;
  readonly pageToken: string;
}

/** One page and the token of the next; empty at the end. */
export interface PageOf<Item> {
  readonly items: readonly Item[];
  readonly nextPageToken: string;
}

/**
 * Makes and reads page tokens. A token is good only for the list, with the filters, that it was
 * made for.
 */
export class PageTokens {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  /**
   * Reads one page: asks `read` for one item more than wanted, to know whether there are more.
   * `list` names the list and its filters.
   */
  async page<Item>(
    list: readonly string[],
    request: PageRequest,
    read: (page: { after: string | undefined; limit: number }) => Promise<readonly Item[]>,
    keyOf: (item: Item) => string,
  ): Promise<PageOf<Item>> {
    const size = request.pageSize === 0 ? DEFAULT_PAGE_SIZE : request.pageSize;
    const after = request.pageToken === "" ? undefined : this.#open(list, request.pageToken);
    const found = await read({ after, limit: size + 1 });
    const items = found.slice(0, size);
    const last = items.at(-1);
    return {
      items,
      nextPageToken: found.length > size && last !== undefined ? this.#seal(list, keyOf(last)) : "",
    };
  }

  #tag(list: readonly string[], after: string): Buffer {
    return createHmac("sha256", this.#key)
      .update(JSON.stringify([list, after]))
      .digest()
      .subarray(0, TAG_BYTES);
  }

  #seal(list: readonly string[], after: string): string {
    return Buffer.concat([this.#tag(list, after), Buffer.from(after)]).toString("base64url");
  }

  #open(list: readonly string[], token: string): string {
    const bytes = Buffer.from(token.length <= MAX_TOKEN ? token : "", "base64url");
    const after = bytes.subarray(TAG_BYTES).toString();
    if (
      bytes.length <= TAG_BYTES ||
      bytes.toString("base64url") !== token ||
      !timingSafeEqual(bytes.subarray(0, TAG_BYTES), this.#tag(list, after))
    ) {
      throw new IdentityError("PAGE_TOKEN_INVALID", "The page token is not one of this list.", {
        fields: [{ field: "page_token", description: "is not one of this list" }],
      });
    }
    return after;
  }
}
