// Letters to users. It owns which there are and when one is written, and must not know their words
// or how they are delivered.
import type { RequestContext } from "../principal.ts";
import type { Clock } from "../clock.ts";
import type { EmailTokenPurpose } from "../model.ts";
import type { Language } from "./language.ts";

/** What only tells what has happened. */
export type NewsKind =
  | "already-registered"
  | "password-changed"
  | "address-proven"
  | "email-changed";

/**
 * One letter. What its writer chose, such as a name, is never in it, or strangers could have us
 * send their words to anybody.
 */
export type Letter = {
  readonly to: string;
  readonly language: Language;
  readonly writtenAt: number;
} & (
  | { readonly kind: NewsKind }
  | {
      readonly kind: EmailTokenPurpose | "sign-up";
      /** What its link carries. */ readonly token: string;
    }
);

/** The way of letters out of the server. */
export interface Mailer {
  /** Refuses what needs a letter while too many wait, before anything else is done. */
  requirePlace(): void;
  /**
   * Has a letter written and delivered behind the answer, whose time so tells nobody whether there
   * was one.
   */
  enqueue(write: () => Promise<Letter | undefined>): void;
}

/** For programs that write none. */
export const noMailer: Mailer = { requirePlace: () => undefined, enqueue: () => undefined };

/** A letter that only tells. */
export const news = (
  clock: Clock,
  context: RequestContext,
  kind: NewsKind,
  to: string,
): Letter => ({
  kind,
  to,
  language: languageOf(context),
  writtenAt: clock.now(),
});

/** Tells somebody what has just been done. */
export function notify(
  mailer: Mailer,
  clock: Clock,
  context: RequestContext,
  kind: NewsKind,
  to: string,
): void {
  const letter = news(clock, context, kind, to);
  mailer.enqueue(() => Promise.resolve(letter));
}

/** The language of letters that a call has written. */
export const languageOf = ({ language = "en" }: RequestContext): Language => language;
