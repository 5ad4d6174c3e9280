// Renders and delivers e-mails after the response, a few at once, and retries for a while. A
// process that ends loses what still waits: the user then asks for another e-mail.
import { setTimeout as delay } from "node:timers/promises";
import type { Brand } from "../domain/branding/brand.ts";
import { onOwnTime } from "../domain/call-time.ts";
import { ticks } from "../domain/clock.ts";
import { IdentityError } from "../domain/errors.ts";
import { ConcurrencyLimiter, ownWork } from "../domain/security/concurrency-limiter.ts";
import type { EmailMessage, Mailer } from "../domain/email/mailer.ts";
import type { Mail } from "./compose.ts";

/** The number of deliveries at a time. */
const DELIVERY_SLOTS = 4;
/** The most e-mails that may wait or be under way: a few minutes of a slow mail server. */
const PLACES = 1000;
/** The pauses between the tries. After a minute the user has usually asked for another e-mail. */
const PAUSES_MS = [1_000, 10_000, 45_000];

/** Delivers an e-mail to a mail server or a folder. */
export interface Transport {
  deliver(mail: Mail): Promise<unknown>;
}

/** A transport that says what has become of the e-mail. */
export interface AnsweringTransport {
  /** Returns the answer of the mail server, or the file. */
  deliver(mail: Mail): Promise<string>;
}

export type EmailFailureReason =
  | "connection"
  | "timeout"
  | "tls"
  | "authentication"
  | "deferred"
  | "refused"
  | "other";

/** What the log may contain of an e-mail: no link, and only the domain of the address. */
export interface LetterFacts {
  readonly kind: string;
  readonly domain: string;
  /** Why the delivery failed for good: the code of the connection and of the mail server. */
  readonly failure?: string;
  readonly reason?: EmailFailureReason;
  readonly tries: number;
}

export interface MailQueueOptions {
  readonly transport: Transport;
  /** The public URL of the server. Every link begins with it. */
  readonly issuer: string;
  /** Returns the brand of a realm. */
  readonly brandOf: (realm: string) => Brand;
  /** Is called for every e-mail that begins to wait for its delivery. */
  readonly onQueued?: () => void;
  /** Receives every e-mail that was delivered or failed for good. */
  readonly onSettled: (facts: LetterFacts) => void;
  /** Receives the errors of rendering. */
  readonly onFault: (error: unknown) => void;
  readonly pausesMs?: readonly number[];
}

export class MailQueue implements Mailer {
  readonly #options: MailQueueOptions;
  readonly #limiter = new ConcurrencyLimiter({ slots: DELIVERY_SLOTS, places: PLACES });
  /** When each e-mail under way was accepted; the oldest first. */
  readonly #underWay = new Map<Promise<void>, number>();
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
    this.#underWay.set(sent, ticks());
  }

  /** How many e-mails wait or are under way, and how long the oldest has. */
  get load(): { readonly waiting: number; readonly oldestMs: number } {
    const [oldest] = this.#underWay.values();
    return {
      waiting: this.#underWay.size,
      oldestMs: oldest === undefined ? 0 : ticks() - oldest,
    };
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
    while (this.#underWay.size > 0) await Promise.all(this.#underWay.keys());
  }

  async #send(write: () => Promise<EmailMessage | undefined>): Promise<void> {
    try {
      // The call that enqueued it may be over.
      const letter = await this.#limited(() => onOwnTime(write));
      if (letter === undefined) return;
      this.#options.onQueued?.();
      await this.#deliver(letter);
    } catch (error) {
      this.#options.onFault(error);
    }
  }

  async #deliver(letter: EmailMessage): Promise<void> {
    const { transport, issuer, brandOf, onSettled, pausesMs = PAUSES_MS } = this.#options;
    const { compose } = await import("./compose.ts");
    const mail = await compose(letter, issuer, brandOf(letter.realm));
    for (let tries = 1; ; tries++) {
      const failure = await this.#limited(() => transport.deliver(mail)).then(
        () => undefined,
        mailFailureOf,
      );
      const facts = {
        kind: letter.kind,
        domain: letter.to.slice(letter.to.lastIndexOf("@") + 1),
        tries,
      };
      if (failure === undefined) return onSettled(facts);
      const pause = pausesMs[tries - 1];
      if (pause === undefined || failure.isFinal)
        return onSettled({ ...facts, failure: failure.text, reason: failure.reason });
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
export function mailFailureOf(error: unknown): {
  text: string;
  reason: EmailFailureReason;
  isFinal: boolean;
} {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  const answer = typeof responseCode === "number" ? responseCode : undefined;
  return {
    reason: reasonOf(code, answer),
    text: [typeof code === "string" ? code : "", answer ?? ""].join(" ").trim() || "unknown",
    isFinal: answer !== undefined && answer >= 500,
  };
}

/** nodemailer's codes of a failed connection. */
const REASONS: Readonly<Record<string, EmailFailureReason>> = {
  EAUTH: "authentication",
  ENOAUTH: "authentication",
  EOAUTH2: "authentication",
  ETLS: "tls",
  EREQUIRETLS: "tls",
  ETIMEDOUT: "timeout",
  ECONNECTION: "connection",
  ESOCKET: "connection",
  EDNS: "connection",
  EPROTOCOL: "connection",
  ECONNREFUSED: "connection",
  ECONNRESET: "connection",
  ENOTFOUND: "connection",
};

function reasonOf(code: unknown, answer: number | undefined): EmailFailureReason {
  if (REASONS[String(code)] === "authentication") return "authentication";
  if (answer !== undefined && answer >= 400) return answer >= 500 ? "refused" : "deferred";
  return REASONS[String(code)] ?? "other";
}
