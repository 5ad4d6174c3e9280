// Renders and delivers e-mails after the response, a few at once, and retries for a while. A
// process that ends loses what still waits: the user then asks for another e-mail.
import { setTimeout as delay } from "node:timers/promises";
import { IdentityError } from "../domain/errors.ts";
import { ConcurrencyLimiter, ownWork } from "../domain/security/concurrency-limiter.ts";
import type { EmailMessage, Mailer } from "../domain/email/mailer.ts";
import type { Mail } from "./compose.ts";
import { compose } from "./compose.ts";

/** The number of deliveries at a time. */
const DELIVERY_SLOTS = 4;
/** The most e-mails that may wait or be under way: a few minutes of a slow mail server. */
const PLACES = 1000;
/** The pauses between the tries. After a minute the user has usually asked for another e-mail. */
const PAUSES_MS = [1_000, 10_000, 45_000];

/** Delivers an e-mail to a mail server or a folder. */
export interface Transport {
  deliver(mail: Mail): Promise<void>;
}

/** What the log may contain of an e-mail: no link, and only the domain of the address. */
export interface LetterFacts {
  readonly kind: string;
  readonly domain: string;
  /** Why the delivery failed for good. */
  readonly failure?: string;
  readonly tries: number;
}

export interface MailQueueOptions {
  readonly transport: Transport;
  /** The public URL of the server. Every link begins with it. */
  readonly issuer: string;
  /** Receives every e-mail that was delivered or failed for good. */
  readonly onSettled: (facts: LetterFacts) => void;
  /** Receives the errors of rendering. */
  readonly onFault: (error: unknown) => void;
  readonly pausesMs?: readonly number[];
}

export class MailQueue implements Mailer {
  readonly #options: MailQueueOptions;
  readonly #limiter = new ConcurrencyLimiter({ slots: DELIVERY_SLOTS, places: PLACES });
  readonly #underWay = new Set<Promise<void>>();
  readonly #ending = new AbortController();

  constructor(options: MailQueueOptions) {
    this.#options = options;
  }

  requirePlace(): void {
    if (this.#underWay.size >= PLACES)
      throw new IdentityError("OVERLOADED", "Too many e-mails wait for the mail server.", {
        retryAfter: 60_000,
      });
  }

  enqueue(write: () => Promise<EmailMessage | undefined>): void {
    if (this.#underWay.size >= PLACES)
      return this.#options.onFault(
        new Error("an e-mail was dropped: too many wait for the mail server"),
      );
    const sent = this.#send(write).finally(() => this.#underWay.delete(sent));
    this.#underWay.add(sent);
  }

  /**
   * Waits at most `milliseconds` until the queue is empty. E-mails that wait for another try get
   * their last try now.
   */
  async drain(milliseconds: number): Promise<void> {
    this.#ending.abort();
    const limit = new AbortController();
    const late = delay(milliseconds, undefined, { signal: limit.signal }).catch(() => undefined);
    await Promise.race([late, this.#whenEmpty()]);
    limit.abort();
    if (this.#underWay.size > 0)
      this.#options.onFault(
        new Error(`${this.#underWay.size} e-mails were not delivered before the process ended`),
      );
  }

  /** Loops, because an e-mail may enqueue another one. */
  async #whenEmpty(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  async #send(write: () => Promise<EmailMessage | undefined>): Promise<void> {
    try {
      const letter = await this.#limited(write);
      if (letter !== undefined) await this.#deliver(letter);
    } catch (error) {
      this.#options.onFault(error);
    }
  }

  async #deliver(letter: EmailMessage): Promise<void> {
    const { transport, issuer, onSettled, pausesMs = PAUSES_MS } = this.#options;
    const mail = await compose(letter, issuer);
    for (let tries = 1; ; tries++) {
      const failure = await this.#limited(() => transport.deliver(mail)).then(
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

  #limited<T>(work: () => Promise<T>): Promise<T> {
    return this.#limiter.run(work, ownWork);
  }
}

/**
 * Returns why a delivery failed, without the text of the mail server, which contains the address. A
 * permanent refusal (5yz, RFC 5321 section 4.2.1) is not tried again.
 */
function failureOf(error: unknown): { text: string; isFinal: boolean } {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  const answer = typeof responseCode === "number" ? responseCode : undefined;
  return {
    text: [typeof code === "string" ? code : "", answer ?? ""].join(" ").trim() || "unknown",
    isFinal: answer !== undefined && answer >= 500,
  };
}
