import { createHash, createHmac } from "node:crypto";
import { type Clock, ticks } from "../clock.ts";
import { DAY, HOUR } from "../durations.ts";
import { IdentityError } from "../errors.ts";
import type { RequestContext } from "../request-context.ts";
import { BoundedMap } from "../security/bounded-map.ts";
import { type Limit, tooMany } from "../security/rate-limit.ts";
import { SealedTexts } from "../security/sealed-texts.ts";
import type { Aggregates, Store } from "../store.ts";
import type { KeptAnswer } from "./store.ts";

/** How long an answer is kept. */
const KEPT_MS = DAY;

/**
 * How many answers a process keeps for one caller, of calls that the caller can make as often as it
 * likes. It bounds what one caller stores; a counter in the database would be a row that all calls
 * of a large client wait for.
 */
const LIMIT: Limit = { tries: 100_000, windowMs: HOUR };
/** How many callers are counted. */
const CALLERS = 10_000;

/** How many answers of a caller were kept. */
interface Count {
  readonly until: number;
  readonly tries: number;
}

/** Who repeats a call, and what else makes it the same call. */
interface Sender {
  /** As `actorOf` names it. */
  readonly caller: string;
  /** What the request doesn't say itself. */
  readonly facts?: readonly string[] | undefined;
  /**
   * Whether each call uses up what the caller was given, as a code. There are no more answers than
   * tokens then, so there is no other limit: a client may have any number of users.
   */
  readonly isBounded?: boolean;
}

/** Keeps the result of a call that has a key. */
export interface Keep<Result> {
  /** Makes what the transaction of the effect has to insert. */
  answer(result: Result): KeptAnswer;
  /** Inserts it. Rejects when another call with the key was first; the effect must be undone. */
  inside(tx: Pick<Aggregates, "answers">, result: Result): Promise<void>;
  /** Returns the result of another call with the key and the same request. */
  earlier(): Promise<Result | undefined>;
}

/** Makes the error of a key that belongs to another request. */
export const keyReused = (): IdentityError =>
  new IdentityError(
    "IDEMPOTENCY_KEY_REUSED",
    "This Idempotency-Key or request_id belongs to another request. Use a new one.",
  );

export interface AnswersDependencies {
  readonly store: Pick<Store, "answers">;
  readonly clock: Clock;
  /** Hashes requests, which may hold passwords, and makes the key of each answer. */
  readonly key: Buffer;
}

/** Answers that are given again to callers who repeat a call. */
export class Answers {
  readonly #dependencies: AnswersDependencies;
  readonly #counted = new BoundedMap<Count>(CALLERS);

  constructor(dependencies: AnswersDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Runs a call whose result is JSON. With a key, `work` must keep its result in the transaction of
   * its effect; a repeated call then has the result of the first, without another effect. Callers
   * with one key who come at once wait for the first by the locks of the database.
   */
  async once<Result extends object>(
    { repetition }: Pick<RequestContext, "repetition">,
    sender: Sender,
    work: (keep: Keep<Result> | undefined) => Promise<Result>,
  ): Promise<Result> {
    if (repetition === undefined) return work(undefined);
    const { caller, facts = [], isBounded = false } = sender;
    const id = hash(`${caller}\n${repetition.key}`);
    const request = createHmac("sha256", this.#dependencies.key)
      .update(JSON.stringify(facts))
      .update(repetition.request)
      .digest("base64url");
    const find = () => this.#find<Result>({ id, request });
    const kept = await find();
    if (kept !== undefined) return kept;
    if (!isBounded) this.#requireRoom(caller);
    const answer = (result: Result) => this.#seal({ id, request }, result);
    try {
      const result = await work({
        answer,
        inside: async (tx, made) => {
          if (!(await tx.answers.insert(answer(made)))) throw keyReused();
        },
        earlier: find,
      });
      // A call that fails keeps nothing.
      if (!isBounded) this.#count(caller);
      return result;
    } catch (error) {
      // Another call with the key was first, or the commit of this one was not confirmed.
      const other = await find().catch(() => undefined);
      if (other === undefined) throw error;
      return other;
    }
  }

  async #find<Result>({
    id,
    request,
  }: Pick<KeptAnswer, "id" | "request">): Promise<Result | undefined> {
    const { store, clock } = this.#dependencies;
    const kept = await store.answers.find(id);
    if (kept === undefined) return undefined;
    const now = clock.now();
    if (kept.expiresAt <= now) {
      await store.answers.removeExpired(id, now);
      return undefined;
    }
    const text =
      kept.request === request ? this.#sealsOf(id).open(placeOf(id), kept.sealed) : undefined;
    // A request that was hashed with another secret of the server is another request too.
    if (text === undefined) throw keyReused();
    return JSON.parse(text) as Result;
  }

  #seal({ id, request }: Pick<KeptAnswer, "id" | "request">, result: object): KeptAnswer {
    const sealed = this.#sealsOf(id).seal(placeOf(id), JSON.stringify(result));
    return { id, request, sealed, expiresAt: this.#dependencies.clock.now() + KEPT_MS };
  }

  /** Each answer has a key of its own: there may be more of them than random nonces allow. */
  #sealsOf(id: string): SealedTexts {
    const { key, clock } = this.#dependencies;
    return new SealedTexts(createHmac("sha256", key).update(placeOf(id)).digest(), clock);
  }

  #requireRoom(caller: string): void {
    const { until, tries } = this.#countOf(caller);
    if (tries >= LIMIT.tries) throw tooMany(until - ticks());
  }

  #count(caller: string): void {
    const { until, tries } = this.#countOf(caller);
    this.#counted.set(caller, { until, tries: tries + 1 });
  }

  /** Returns what was kept in the hour that runs; `until` is in ticks, which are never put back. */
  #countOf(caller: string): Count {
    const now = ticks();
    const found = this.#counted.get(caller);
    return found !== undefined && found.until > now
      ? found
      : { until: now + LIMIT.windowMs, tries: 0 };
  }
}

const placeOf = (id: string): string => `answers:${id}`;

const hash = (text: string): string => createHash("sha256").update(text).digest("base64url");
