import type { JWK } from "jose";
import type { Clock } from "../../clock.ts";
import { HOUR, isOver, MINUTE } from "../../durations.ts";
import { type DocumentFetcher, freshUntil, isJsonType } from "../../outbound.ts";
import { BoundedMap } from "../../security/bounded-map.ts";
import type { ClientSettings } from "../clients/client-settings.ts";
import type { TokenClient } from "../store.ts";

/** What is known of a client and its keys. */
type KeyOwner = Pick<TokenClient, "id" | "settings">;

/** The most bytes of a key set. */
const MAX_BYTES = 64 * 1024;
/** How often the key set of a client is fetched at most, also for unknown keys. */
const PAUSE_MS = MINUTE;
/** How long a key set is used. */
const FRESHNESS = { least: PAUSE_MS, usual: 5 * MINUTE, most: HOUR };
/** How many key sets are remembered. */
const REMEMBERED = 10_000;

/** What is known of the key set of a client. */
interface KnownKeys {
  readonly uri: string;
  readonly keys: readonly JWK[];
  /** When it was last asked for. */
  readonly triedAt: number;
  /** Until when the keys are used. */
  readonly freshUntil: number;
}

/** Finds what the documents of clients that describe themselves say now. */
interface DescribedSettings {
  /** Returns the settings, read again where they may lack the key that a JWT names. */
  settingsOf(owner: KeyOwner, kid: string | undefined): Promise<ClientSettings>;
}

const isFresh = ({ triedAt: createdAt, freshUntil: expiresAt }: KnownKeys, now: number): boolean =>
  !isOver({ createdAt, expiresAt }, now);

const has = (keys: readonly JWK[], kid: string | undefined): boolean =>
  kid === undefined || keys.some((key) => key.kid === kid);

/** Finds the public keys of clients. */
export class ClientKeys {
  readonly #clock: Clock;
  readonly #fetcher: DocumentFetcher | undefined;
  readonly #documents: DescribedSettings;
  readonly #fetched = new BoundedMap<Promise<KnownKeys>>(REMEMBERED);

  /** Without a fetcher, a client has only the keys of its settings. */
  constructor(clock: Clock, fetcher: DocumentFetcher | undefined, documents: DescribedSettings) {
    this.#clock = clock;
    this.#fetcher = fetcher;
    this.#documents = documents;
  }

  /**
   * Returns the keys of a client. Those at its `jwks_uri` are fetched again, at most once a minute,
   * when they are old or lack the key that a JWT names (OpenID Connect Core section 10.1.1).
   */
  async of(owner: KeyOwner, kid?: string): Promise<readonly JWK[]> {
    const { jwks, jwksUri: uri } = await this.#documents.settingsOf(owner, kid);
    if (uri === undefined || this.#fetcher === undefined)
      return (jwks?.keys ?? []) as readonly JWK[];
    const last = this.#fetched.get(owner.id);
    const known = await last;
    // Another request has begun to fetch in the meantime.
    if (this.#fetched.get(owner.id) !== last) return this.of(owner, kid);
    const now = this.#clock.now();
    const usable = known?.uri === uri && isFresh(known, now) ? known : undefined;
    const isPaused = known?.uri === uri && Math.abs(now - known.triedAt) < PAUSE_MS;
    if (isPaused || (usable !== undefined && has(usable.keys, kid))) return usable?.keys ?? [];
    const fetching = this.#fetch(this.#fetcher, uri, usable);
    this.#fetched.set(owner.id, fetching);
    return (await fetching).keys;
  }

  /** Fetches a key set. One that can't be had leaves the keys that are still usable. */
  async #fetch(
    fetcher: DocumentFetcher,
    uri: string,
    usable: KnownKeys | undefined,
  ): Promise<KnownKeys> {
    const triedAt = this.#clock.now();
    const answer = await fetcher.fetch(uri, MAX_BYTES).catch(() => undefined);
    const keys =
      answer?.status === 200 && isJsonType(answer.mediaType) ? keysOf(answer.body) : undefined;
    if (answer === undefined || keys === undefined)
      return { ...(usable ?? { uri, keys: [], freshUntil: triedAt }), triedAt };
    return { uri, keys, triedAt, freshUntil: freshUntil(answer, triedAt, FRESHNESS) };
  }
}

/** Reads a JWK set, RFC 7517 section 5; undefined if it is none. */
function keysOf(body: Uint8Array): readonly JWK[] | undefined {
  try {
    const set: unknown = JSON.parse(new TextDecoder().decode(body));
    const keys = (set as { readonly keys?: unknown } | null)?.keys;
    return Array.isArray(keys)
      ? keys.filter((key): key is JWK => typeof key === "object" && key !== null)
      : undefined;
  } catch {
    return undefined;
  }
}
