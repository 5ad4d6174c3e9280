import type { Clock } from "../clock.ts";
import type { EmailTokenPurpose, User } from "../model.ts";
import type { RequestContext } from "../request-context.ts";
import type { Language } from "./language.ts";

/** The kinds of e-mails that carry no token. */
const NEWS_KINDS = [
  "already-registered",
  "password-changed",
  "address-proven",
  "email-changed",
  "account-deleted",
  "account-restored",
  "group-invitation",
  "new-device",
  "test",
] as const;
export type NewsKind = (typeof NEWS_KINDS)[number];

/** The kinds of e-mails whose link carries a token. */
const TOKEN_KINDS = ["sign-up", "verify-email", "change-email", "reset-password"] as const;
type TokenKind = EmailTokenPurpose | "sign-up";

/** All kinds of e-mails. */
export const LETTER_KINDS: readonly (NewsKind | TokenKind)[] = [...TOKEN_KINDS, ...NEWS_KINDS];

/** Returns whether the link of a kind carries a token. */
export const hasToken = (kind: NewsKind | TokenKind): kind is TokenKind =>
  (TOKEN_KINDS as readonly string[]).includes(kind);

/**
 * One e-mail, before it is rendered. It never holds a text that a user chose, such as a name:
 * otherwise strangers could make us send their words to any address.
 */
export type EmailMessage = {
  readonly to: string;
  /** The realm of its user, whose brand it has. */
  readonly realm: string;
  readonly language: Language;
  readonly writtenAt: number;
} & (
  | { readonly kind: NewsKind }
  | {
      readonly kind: TokenKind;
      /** The token in its link. */
      readonly token: string;
    }
);

/** The port to the mail queue. */
export interface Mailer {
  /** Rejects a request that needs an e-mail while too many wait, before any other work. */
  requirePlace(): void;
  /**
   * Renders and sends after the response, so that the response time doesn't reveal whether an
   * account exists. `write` resolves to undefined when there is nothing to send.
   */
  enqueue(write: () => Promise<EmailMessage | undefined>): void;
}

/** A mailer that sends nothing, for programs without e-mails. */
export const noMailer: Mailer = { requirePlace: () => undefined, enqueue: () => undefined };

/** Returns an e-mail that only reports an event. */
export const news = (
  clock: Clock,
  context: RequestContext,
  kind: NewsKind,
  { realm, email }: Pick<User, "realm" | "email">,
): EmailMessage => ({
  kind,
  to: email,
  realm,
  language: languageOf(context),
  writtenAt: clock.now(),
});

/** Sends an e-mail that reports an event. */
export function notify(
  { mailer, clock }: { readonly mailer: Mailer; readonly clock: Clock },
  context: RequestContext,
  kind: NewsKind,
  user: Pick<User, "realm" | "email">,
): void {
  const message = news(clock, context, kind, user);
  mailer.enqueue(() => Promise.resolve(message));
}

/** Returns the language of e-mails that a call causes. */
export const languageOf = ({ language = "en" }: RequestContext): Language => language;
