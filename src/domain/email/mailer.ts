// Letters to users. It owns which there are and when one is written, and must not know their words
// or how they are delivered.
import type { Context } from "../principal.ts";
import type { Clock } from "../clock.ts";
import type { MailPurpose } from "../model.ts";

/** The languages of letters: those of the pages. */
export type Language = "en" | "ru" | "zh";

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
  | { readonly kind: MailPurpose | "sign-up"; /** What its link carries. */ readonly token: string }
);

/** The way of letters out of the server. */
export interface Letters {
  /** Refuses what needs a letter while too many wait, before anything else is done. */
  requirePlace(): void;
  /**
   * Has a letter written and delivered behind the answer, whose time so tells nobody whether there
   * was one.
   */
  post(write: () => Promise<Letter | undefined>): void;
}

/** For programs that write none. */
export const noLetters: Letters = { requirePlace: () => undefined, post: () => undefined };

/** A letter that only tells. */
export const news = (clock: Clock, context: Context, kind: NewsKind, to: string): Letter => ({
  kind,
  to,
  language: languageOf(context),
  writtenAt: clock.now(),
});

/** Tells somebody what has just been done. */
export function tell(
  letters: Letters,
  clock: Clock,
  context: Context,
  kind: NewsKind,
  to: string,
): void {
  const letter = news(clock, context, kind, to);
  letters.post(() => Promise.resolve(letter));
}

/** The language of letters that a call has written. */
export const languageOf = ({ language = "en" }: Context): Language => language;
