import { AsyncLocalStorage } from "node:async_hooks";
import { ticks } from "../clock.ts";

/** The result of checking a password. */
export interface Verdict {
  readonly matches: boolean;
  /** A new hash, when the checked one is weaker than ours or has another format. */
  readonly stronger: string | undefined;
}

/** What is known of a password and a hash. */
interface Known {
  readonly password: string;
  readonly hash: string;
  readonly verdict: Verdict;
  /** Whether the hash was made by this work. */
  readonly isMade: boolean;
  readonly milliseconds: number;
}

/** What one piece of work has hashed. */
class Hashed {
  /** How long it would have hashed besides, in milliseconds. */
  sparedMs = 0;
  readonly #known: Known[] = [];

  async verdict(hash: string, password: string, check: () => Promise<Verdict>): Promise<Verdict> {
    const known = this.#find((each) => each.hash === hash && each.password === password);
    if (known !== undefined) return known.verdict;
    const startedAt = ticks();
    const verdict = await check();
    const milliseconds = ticks() - startedAt;
    this.#known.push({ password, hash, verdict, isMade: false, milliseconds });
    if (verdict.stronger !== undefined) this.#made(password, verdict.stronger, milliseconds);
    return verdict;
  }

  async hash(password: string, make: () => Promise<string>): Promise<string> {
    const known = this.#find((each) => each.isMade && each.password === password);
    if (known !== undefined) return known.hash;
    const startedAt = ticks();
    const hash = await make();
    this.#made(password, hash, ticks() - startedAt);
    return hash;
  }

  #made(password: string, hash: string, milliseconds: number): void {
    const verdict = { matches: true, stronger: undefined };
    this.#known.push({ password, hash, verdict, isMade: true, milliseconds });
  }

  #find(isWanted: (known: Known) => boolean): Known | undefined {
    const found = this.#known.find(isWanted);
    this.sparedMs += found?.milliseconds ?? 0;
    return found;
  }
}

const current = new AsyncLocalStorage<Hashed>();

/**
 * Runs work that never checks a password against the same hash twice, nor hashes it twice. What it
 * knows is forgotten at its end. A client that waits for such work could see from the time what was
 * hashed before, so it is for work that no client waits for, or whose outcome the client knows.
 */
export function hashingOnce<T>(
  work: (hashed: { readonly sparedMs: number }) => Promise<T>,
): Promise<T> {
  const hashed = new Hashed();
  return current.run(hashed, () => work(hashed));
}

/** Checks a password, unless the running work knows the verdict. */
export function verdictOnce(
  hash: string | undefined,
  password: string,
  check: () => Promise<Verdict>,
): Promise<Verdict> {
  const hashed = current.getStore();
  return hashed === undefined || hash === undefined
    ? check()
    : hashed.verdict(hash, password, check);
}

/** Hashes a password, unless the running work has done so. */
export const hashOnce = (password: string, make: () => Promise<string>): Promise<string> =>
  current.getStore()?.hash(password, make) ?? make();
