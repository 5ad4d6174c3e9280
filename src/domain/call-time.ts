// What is left of a call's time. The store asks for it before every statement, so it travels beside
// the parameters: a statement that no call made has none.
import { AsyncLocalStorage } from "node:async_hooks";
import { ticks } from "./clock.ts";
import { IdentityError, storeUnavailable } from "./errors.ts";

/**
 * How long the database may take for one call, in milliseconds: all statements, retries and waits.
 * What else a call waits for doesn't count. With the way of the answer it is five seconds.
 */
export const STORE_BUDGET = 4_900;

/** How soon a call that isn't in the store looks again at its budget, in milliseconds. */
const LOOK_AGAIN = 100;

const current = new AsyncLocalStorage<CallTime | undefined>();

/** The time of one call: what the database may take, and until when its caller waits. */
export class CallTime {
  /** In `ticks`. */
  readonly #deadline: number;
  readonly #budget: number;
  #used = 0;
  /** How many uses of the store are under way, and since when there was one. */
  #uses = 0;
  #since = 0;
  /** How many changes the database has been sent and has not confirmed. */
  #unconfirmed = 0;
  /** Whether the call has changed something already. */
  #hasChanged = false;
  #isLate = false;

  /** `deadline` is in `ticks`; without one the caller waits as long as it takes. */
  constructor(deadline = Infinity, budget = STORE_BUDGET) {
    this.#deadline = deadline;
    this.#budget = budget;
  }

  /** Whether the call has ended because no time was left. What outlives another has no limit. */
  get isLate(): boolean {
    return this.#isLate;
  }

  /** How much of the database's time was used, in milliseconds. */
  get usedMs(): number {
    return this.#used + (this.#uses > 0 ? ticks() - this.#since : 0);
  }

  /** Records that a use of the store begins. */
  enter(): void {
    if (this.#uses++ === 0) this.#since = ticks();
  }

  /** Records that a use of the store has ended. */
  leave(): void {
    if (--this.#uses === 0) this.#used += ticks() - this.#since;
  }

  /** Records a change that has happened or not, for as long as the database hasn't confirmed it. */
  async confirmed<T>(work: () => Promise<T>): Promise<T> {
    this.#unconfirmed++;
    try {
      return await work();
    } finally {
      this.#unconfirmed--;
    }
  }

  /** Records that a change was made: a later failure must not look as if there were none. */
  noteChange(): void {
    this.#hasChanged = true;
  }

  /**
   * Runs a call, or one part of it after the other. Rejects as soon as no time is left: what the
   * work has begun ends by itself, and begins no other statement.
   */
  run<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const watch = (): void => {
        const wait = this.#wait();
        if (wait > 0) return void (timer = setTimeout(watch, wait));
        this.#isLate = true;
        reject(this.error());
      };
      const fail = (error: unknown): void => {
        clearTimeout(timer);
        reject(this.#completed(error));
      };
      watch();
      if (this.#isLate) return;
      try {
        current.run(this, work).then((result) => {
          clearTimeout(timer);
          resolve(result);
        }, fail);
      } catch (error) {
        // A step that isn't asynchronous.
        fail(error);
      }
    });
  }

  /** Returns after how many milliseconds the call may be late; 0 when it is. */
  #wait(): number {
    const now = ticks();
    const deadline = this.#deadline - now;
    const isUsing = this.#uses > 0;
    const budget = this.#budget - this.usedMs;
    if (deadline <= 0 || budget <= 0) return 0;
    return Math.ceil(Math.min(deadline, isUsing ? budget : Math.max(budget, LOOK_AGAIN)));
  }

  /** Returns the error of a call without time; it names what ran out. */
  error(): IdentityError {
    const isOpen = this.#unconfirmed > 0;
    const isUnknown = isOpen || this.#hasChanged;
    if (this.#deadline <= ticks())
      return new IdentityError(
        "DEADLINE_EXCEEDED",
        isOpen
          ? "The deadline passed before the database confirmed the change; it may have been made."
          : `The deadline passed before the call was done${this.#part()}.`,
        isUnknown ? { metadata: { effect: "unknown" } } : {},
      );
    return storeUnavailable(
      isOpen
        ? "the database took too long to confirm the change; it may have been made"
        : `the database took too long${this.#part()}`,
      {
        isUnknown,
        cause: Object.assign(new Error("no time is left"), { code: "NO_ANSWER" }),
      },
    );
  }

  /** Says of a failure of the store that the call has changed something before. */
  #completed(error: unknown): unknown {
    const isSilent =
      error instanceof IdentityError &&
      error.reason === "STORE_UNAVAILABLE" &&
      error.details.metadata === undefined;
    return this.#hasChanged && isSilent
      ? storeUnavailable(error.message + this.#part(), { isUnknown: true, cause: error.cause })
      : error;
  }

  #part(): string {
    return this.#hasChanged ? "; a part of the change may have been made" : "";
  }
}

/** Returns the time of the call that is being made; undefined outside of one. */
export const callTime = (): CallTime | undefined => current.getStore();

/** Rejects a statement or another try of a call that has no time left. */
export function requireTime(): void {
  const time = current.getStore();
  if (time?.isLate === true) throw time.error();
}

/** Records a change of the call that is being made, until the database has confirmed it. */
export function untilConfirmed<T>(work: () => Promise<T>): Promise<T> {
  const time = current.getStore();
  return time === undefined ? work() : time.confirmed(work);
}

/** Waits for what other calls wait for too; the wait counts as a use of the store. */
export async function joining<T>(shared: Promise<T>): Promise<T> {
  const time = current.getStore();
  time?.enter();
  try {
    return await shared;
  } finally {
    time?.leave();
  }
}

/**
 * Takes back what a call has begun and can't finish. It is done also when the time of the call ends
 * meanwhile, and a call without time doesn't wait for it.
 */
export async function takingBack(work: () => Promise<void>): Promise<void> {
  const taken = joining(onOwnTime(work));
  if (current.getStore()?.isLate !== true) return taken;
  taken.catch(() => undefined);
}

/**
 * Runs work that several calls wait for, or that a call leaves behind, with a time of its own: the
 * deadline of one caller must not end what others need.
 */
export const onOwnTime = <T>(work: () => Promise<T>): Promise<T> => new CallTime().run(work);

/**
 * Runs one statement that several calls wait for, outside of each. It is cheaper than a time of its
 * own: a statement has a limit without one.
 */
export const outsideOfCalls: <T>(work: () => T) => T = AsyncLocalStorage.snapshot();
