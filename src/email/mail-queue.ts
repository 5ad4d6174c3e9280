// The way of letters out of the server: written and delivered behind the answers, a few at a time,
// and tried again for a while. It owns the waiting and must not know when a letter is written. What
// waits is lost with the process: whoever misses a letter asks again.
import { setTimeout as delay } from "node:timers/promises";
import { IdentityError } from "../domain/errors.ts";
import { ConcurrencyLimiter, ownWork } from "../domain/security/concurrency-limiter.ts";
import type { EmailMessage, Mailer } from "../domain/email/mailer.ts";
import type { Mail } from "./compose.ts";
import { compose } from "./compose.ts";

/** How many are delivered at once. */
const LANES = 4;
/** How many may be under way: a few minutes of a mail server that answers slowly. */
const PLACES = 1000;
/**
 * The pauses before a letter is tried again; a minute later its reader has asked for another one.
 */
const PAUSES_MS = [1_000, 10_000, 45_000];

/** Brings a letter to where it is read. */
export interface Transport {
  deliver(mail: Mail): Promise<void>;
}

/**
 * What the log is told of a letter: nothing that opens anything, and of its reader nothing but the
 * domain.
 */
export interface LetterFacts {
  readonly kind: string;
  readonly domain: string;
  /** Why it was given up. */
  readonly failure?: string;
  readonly tries: number;
}

export interface MailQueueOptions {
  readonly transport: Transport;
  /** Where the outside reaches the server: the only beginning of links. */
  readonly issuer: string;
  /** Hears of every letter that is delivered or given up. */
  readonly onSettled: (facts: LetterFacts) => void;
  /** Hears of what could not be written at all. */
  readonly onFault: (error: unknown) => void;
  readonly pausesMs?: readonly number[];
}

export class MailQueue implements Mailer {
  readonly #options: MailQueueOptions;
  readonly #lanes = new ConcurrencyLimiter({ slots: LANES, places: PLACES });
  readonly #underWay = new Set<Promise<void>>();
  readonly #ending = new AbortController();

  constructor(options: MailQueueOptions) {
    this.#options = options;
  }

  requirePlace(): void {
    if (this.#underWay.size >= PLACES)
      throw new IdentityError("OVERLOADED", "Too many letters wait for the mail server.", {
        retryAfter: 60_000,
      });
  }

  enqueue(write: () => Promise<EmailMessage | undefined>): void {
    if (this.#underWay.size >= PLACES)
      return this.#options.onFault(
        new Error("a letter is dropped: too many wait for the mail server"),
      );
    const sent = this.#send(write).finally(() => this.#underWay.delete(sent));
    this.#underWay.add(sent);
  }

  /**
   * Waits until every letter is out, at most so long; what then waits for another try has its last
   * one now.
   */
  async drain(milliseconds: number): Promise<void> {
    this.#ending.abort();
    const limit = new AbortController();
    const late = delay(milliseconds, undefined, { signal: limit.signal }).catch(() => undefined);
    await Promise.race([late, this.#whenEmpty()]);
    limit.abort();
    if (this.#underWay.size > 0)
      this.#options.onFault(
        new Error(`${this.#underWay.size} letters are not delivered at the end of the process`),
      );
  }

  /** A letter may cause another one. */
  async #whenEmpty(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  async #send(write: () => Promise<EmailMessage | undefined>): Promise<void> {
    try {
      const letter = await this.#lane(write);
      if (letter !== undefined) await this.#deliver(letter);
    } catch (error) {
      this.#options.onFault(error);
    }
  }

  async #deliver(letter: EmailMessage): Promise<void> {
    const { transport, issuer, onSettled, pausesMs = PAUSES_MS } = this.#options;
    const mail = await compose(letter, issuer);
    for (let tries = 1; ; tries++) {
      const failure = await this.#lane(() => transport.deliver(mail)).then(
        () => undefined,
        failureOf,
      );
      const facts = {
        kind: letter.kind,
        domain: letter.to.slice(letter.to.lastIndexOf("@") + 1),
        tries,
      };
      if (failure === undefined) return onSettled(facts);
      const pause = pausesMs[tries - 1];
      if (pause === undefined || failure.isFinal)
        return onSettled({ ...facts, failure: failure.text });
      await delay(pause, undefined, { signal: this.#ending.signal }).catch(() => undefined);
    }
  }

  #lane<T>(work: () => Promise<T>): Promise<T> {
    return this.#lanes.run(work, ownWork);
  }
}

/**
 * Why a letter was refused, without the words of the mail server, which name the reader. What it
 * will always refuse (RFC 5321 section 4.2.1, 5yz) is not tried again.
 */
function failureOf(error: unknown): { text: string; isFinal: boolean } {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  const answer = typeof responseCode === "number" ? responseCode : undefined;
  return {
    text: [typeof code === "string" ? code : "", answer ?? ""].join(" ").trim() || "unknown",
    isFinal: answer !== undefined && answer >= 500,
  };
}
