// Values that leave the server, such as form fields and page tokens, and must come back unchanged.
// They are signed and not encrypted, so they must hold no secrets.
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Clock } from "../clock.ts";
import { CLOCK_SKEW } from "../durations.ts";
import { IdentityError } from "../errors.ts";
import type { PageOf, PageRequest } from "../paging.ts";

/** Joins an HMAC tag and the content that it signs, as base64url. */
const encode = (tag: Buffer, content: Buffer): string =>
  Buffer.concat([tag, content]).toString("base64url");

/** Returns the content of a signed text; undefined if it isn't one of ours. */
function decode(
  text: string,
  { maxLength, tagBytes }: { readonly maxLength: number; readonly tagBytes: number },
  tagOf: (content: Buffer) => Buffer,
): Buffer | undefined {
  if (text.length > maxLength) return undefined;
  const bytes = Buffer.from(text, "base64url");
  const content = bytes.subarray(tagBytes);
  // A text that decodes to the same bytes but is spelled otherwise is rejected too.
  if (bytes.length <= tagBytes || bytes.toString("base64url") !== text) return undefined;
  return timingSafeEqual(bytes.subarray(0, tagBytes), tagOf(content)) ? content : undefined;
}

/** The limit is twice the longest value of ours; the values are in forms and URLs. */
const VALUE_FORM = { maxLength: 16 * 1024, tagBytes: 32 };

/** Signs values that expire, and opens them again. */
export class SignedValues {
  readonly #key: Buffer;
  readonly #clock: Clock;

  constructor(key: Buffer, clock: Clock) {
    this.#key = key;
    this.#clock = clock;
  }

  /** Signs a value. A value signed for one `purpose` can't be used for another. */
  sign(purpose: string, value: object, lifetimeMs: number): string {
    const expiresAt = this.#clock.now() + lifetimeMs;
    const content = Buffer.from(JSON.stringify([expiresAt, value, lifetimeMs]));
    return encode(this.#tag(purpose, content), content);
  }

  /**
   * Returns the value if it was signed for this purpose and has not expired. One that would live
   * for longer from now on than when it was signed is of a clock that was ahead.
   */
  open<Value extends object>(purpose: string, text: string): Value | undefined {
    const content = decode(text, VALUE_FORM, (bytes) => this.#tag(purpose, bytes));
    if (content === undefined) return undefined;
    // The version before signed no lifetime.
    const [expiresAt, value, lifetimeMs = Infinity] = JSON.parse(content.toString()) as [
      number,
      Value,
      number?,
    ];
    const left = expiresAt - this.#clock.now();
    return left > 0 && left <= lifetimeMs + CLOCK_SKEW ? value : undefined;
  }

  /** Returns whether the value was signed for this purpose; it may have expired. */
  hasSigned(purpose: string, text: string): boolean {
    return decode(text, VALUE_FORM, (bytes) => this.#tag(purpose, bytes)) !== undefined;
  }

  /** Returns a text bound to another one, such as a CSRF token bound to a session. */
  bind(purpose: string, text: string): string {
    return this.#tag(purpose, Buffer.from(text)).toString("base64url");
  }

  #tag(purpose: string, content: Buffer): Buffer {
    return createHmac("sha256", this.#key).update(`${purpose}\n`).update(content).digest();
  }
}

/** Items of a list, and the key at which reading stopped before there were enough. */
interface ReadPart<Item> {
  readonly items: readonly Item[];
  readonly stoppedAt?: string | undefined;
}

/** The contract accepts no longer token, and we make none. */
const PAGE_TOKEN_FORM = { maxLength: 2048, tagBytes: 16 };
const DEFAULT_PAGE_SIZE = 50;

/**
 * Makes and reads page tokens, which don't expire. A token is valid only for the list, with the
 * filters, that it was made for.
 */
export class PageTokens {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  /**
   * Reads one page. It asks `read` for one item more than wanted, to learn whether there are more.
   * `list` names the list and its filters.
   */
  page<Item>(
    list: readonly string[],
    request: PageRequest,
    read: (page: { after: string | undefined; limit: number }) => Promise<readonly Item[]>,
    keyOf: (item: Item) => string,
  ): Promise<PageOf<Item>> {
    return this.partPage(list, request, async (wanted) => ({ items: await read(wanted) }), keyOf);
  }

  /** Reads one page of a list whose reading may stop before the page is full. */
  async partPage<Item>(
    list: readonly string[],
    request: PageRequest,
    read: (page: { after: string | undefined; limit: number }) => Promise<ReadPart<Item>>,
    keyOf: (item: Item) => string,
  ): Promise<PageOf<Item>> {
    const size = request.pageSize === 0 ? DEFAULT_PAGE_SIZE : request.pageSize;
    const after = request.pageToken === "" ? undefined : this.#open(list, request.pageToken);
    const { items: found, stoppedAt } = await read({ after, limit: size + 1 });
    const items = found.slice(0, size);
    const last = items.at(-1);
    const next = found.length > size && last !== undefined ? keyOf(last) : stoppedAt;
    return { items, nextPageToken: next === undefined ? "" : this.#sign(list, next) };
  }

  #tag(list: readonly string[], after: Buffer): Buffer {
    return createHmac("sha256", this.#key)
      .update(JSON.stringify([list, after.toString()]))
      .digest()
      .subarray(0, PAGE_TOKEN_FORM.tagBytes);
  }

  #sign(list: readonly string[], after: string): string {
    const content = Buffer.from(after);
    return encode(this.#tag(list, content), content);
  }

  #open(list: readonly string[], token: string): string {
    const content = decode(token, PAGE_TOKEN_FORM, (after) => this.#tag(list, after));
    if (content === undefined)
      throw new IdentityError("PAGE_TOKEN_INVALID", "The page token is not one of this list.", {
        fields: [{ field: "page_token", description: "is not one of this list" }],
      });
    return content.toString();
  }
}
