import { CallTime } from "../../call-time.ts";
import type { Clock } from "../../clock.ts";
import type { Store } from "../../store.ts";
import { isOrigin, keysOf } from "./origins.ts";

/** How long another process may still answer by an older list. */
const MAX_AGE_MS = 5000;
/** How many origins are remembered; the oldest is forgotten first. */
const MAX_REMEMBERED = 1000;

/** Answers which origins the setting or any client names. A preflight names no client. */
export class AllowedOrigins {
  readonly #store: Pick<Store, "clients">;
  readonly #clock: Clock;
  readonly #always: ReadonlySet<string>;
  readonly #remembered = new Map<string, { readonly isAllowed: boolean; readonly until: number }>();
  /** Raised by every change, so that an answer that was read before it is not remembered. */
  #changes = 0;

  constructor(store: Pick<Store, "clients">, clock: Clock, always: readonly string[]) {
    this.#store = store;
    this.#clock = clock;
    this.#always = new Set(always);
  }

  /**
   * Returns whether pages of an origin may call; at once if that is known. It is asked before the
   * call, and at most for as long as a call; `deadline` is that of the caller.
   */
  allows(origin: string, deadline?: number): boolean | Promise<boolean> {
    if (this.#always.has(origin)) return true;
    if (!isOrigin(origin)) return false;
    const known = this.#remembered.get(origin);
    const left = known === undefined ? 0 : known.until - this.#clock.now();
    // More than it may be kept at all: the clock was put back.
    if (known !== undefined && left > 0 && left <= MAX_AGE_MS) return known.isAllowed;
    return this.#find(origin, deadline);
  }

  /** Forgets what it remembers, after a client has changed. */
  forget(): void {
    this.#changes++;
    this.#remembered.clear();
  }

  async #find(origin: string, deadline: number | undefined): Promise<boolean> {
    const changes = this.#changes;
    const older = this.#remembered.get(origin)?.isAllowed ?? false;
    const isAllowed = await new CallTime(deadline)
      .run(() => this.#store.clients.hasOrigin(keysOf(origin)))
      .catch(() => undefined);
    // Without the store the call fails too, and says why: a page should be able to read that.
    if (isAllowed === undefined) return older;
    if (changes === this.#changes) this.#remember(origin, isAllowed);
    return isAllowed;
  }

  #remember(origin: string, isAllowed: boolean): void {
    this.#remembered.delete(origin);
    const [oldest] = this.#remembered.keys();
    if (oldest !== undefined && this.#remembered.size >= MAX_REMEMBERED)
      this.#remembered.delete(oldest);
    this.#remembered.set(origin, { isAllowed, until: this.#clock.now() + MAX_AGE_MS });
  }
}
