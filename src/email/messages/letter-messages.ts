import type { EmailMessage } from "../../domain/email/mailer.ts";

/** The values that the text of an e-mail can contain. */
export interface LetterValues {
  readonly host: string;
  readonly when: string;
}

export interface LetterWords {
  readonly subject: string;
  readonly text: string;
  /** The label of the button with the link. */
  readonly action: string;
  /** The paragraphs below the button. */
  readonly after: readonly string[];
}

export type LetterMessages = Readonly<
  Record<EmailMessage["kind"], (values: LetterValues) => LetterWords>
>;
