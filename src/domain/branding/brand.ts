import { createHash } from "node:crypto";
import type { EmailMessage } from "../email/mailer.ts";
import type { Language } from "../email/language.ts";
import type { Logo } from "./logo.ts";

/** The name without a brand. */
export const OWN_NAME = "Latchkey";

/** The links below every page and in every letter, in this order. */
export const LEGAL_LINKS = ["terms", "privacy", "imprint", "support"] as const;
export type LegalLink = (typeof LEGAL_LINKS)[number];

export type LetterKind = EmailMessage["kind"];

/** A text of a letter in place of ours. */
export interface LetterText {
  readonly kind: LetterKind;
  readonly language: Language;
  /** Empty: ours. */
  readonly subject: string;
  /** The paragraphs above the button, one a line. Empty: ours. */
  readonly text: string;
}

/** What an administrator or the settings say of a brand. Empty: what lies below holds. */
export interface BrandValues {
  readonly name: string;
  readonly logo: Logo | undefined;
  /** The accent colour on light pages, `#rrggbb`. */
  readonly color: string;
  /** That on dark pages; empty: made of the other one. */
  readonly colorDark: string;
  /** An absent link is not shown. */
  readonly links: Readonly<Partial<Record<LegalLink, string>>>;
  readonly letters: readonly LetterText[];
}

/** The values of a realm as they are stored. */
export interface StoredBrand extends BrandValues {
  readonly realm: string;
  /** Another one after every change. */
  readonly version: string;
  readonly changedAt: number;
}

/** The brand that the pages and letters of a realm have. */
export interface Brand extends BrandValues {
  readonly realm: string;
  /** A digest of the logo; empty without one. */
  readonly logoDigest: string;
}

export const NO_BRAND: BrandValues = {
  name: "",
  logo: undefined,
  color: "",
  colorDark: "",
  links: {},
  letters: [],
};

/** Lays the values of a realm over those of the settings. */
export function brandOf(realm: string, own: BrandValues, settings: BrandValues): Brand {
  const logo = own.logo ?? settings.logo;
  // Both colours come from one place: two that were not chosen together may not fit.
  const colors = own.color === "" && own.colorDark === "" ? settings : own;
  return {
    realm,
    name: own.name || settings.name || OWN_NAME,
    logo,
    logoDigest: logo === undefined ? "" : digestOf(logo),
    color: colors.color,
    colorDark: colors.colorDark,
    links: { ...settings.links, ...own.links },
    letters: [
      ...own.letters,
      ...settings.letters.filter((text) => letterTextOf(own.letters, text) === undefined),
    ],
  };
}

const digestOf = ({ type, content }: Logo): string =>
  createHash("sha256").update(`${type}\n${content}`).digest("base64url").slice(0, 16);

/** Returns the text of a letter, if the brand has one. */
export const letterTextOf = (
  letters: readonly LetterText[],
  { kind, language }: Pick<LetterText, "kind" | "language">,
): LetterText | undefined =>
  letters.find((text) => text.kind === kind && text.language === language);
