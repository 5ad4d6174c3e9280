import type { Clock } from "../clock.ts";
import type { Language } from "../email/language.ts";
import { type EmailMessage, hasToken } from "../email/mailer.ts";
import { IdentityError } from "../errors.ts";
import type { RequestContext } from "../request-context.ts";
import { type Brand, letterTextOf, type LetterKind, type LetterText } from "./brand.ts";
import { type Brands, requireBranding } from "./brands.ts";
import { checkLetters } from "./letter-texts.ts";

/** A letter as its reader sees it. */
export interface RenderedLetter {
  readonly subject: string;
  readonly text: string;
  /** A whole page that loads nothing. */
  readonly html: string;
}

/** The port to the templates of letters. */
export type RenderLetter = (letter: EmailMessage, brand: Brand) => Promise<RenderedLetter>;

/** Which letter is shown, with texts that need not be stored. */
export interface ShownLetter {
  readonly realm: string;
  readonly kind: LetterKind;
  readonly language: Language;
  /** In place of the stored texts. */
  readonly draft?: Pick<LetterText, "subject" | "text"> | undefined;
}

/** Shows letters as they would be sent. Their links lead to this server and work for no user. */
export class LetterPreview {
  readonly #brands: Brands;
  readonly #clock: Clock;
  readonly #render: RenderLetter | undefined;

  constructor(brands: Brands, clock: Clock, render: RenderLetter | undefined) {
    this.#brands = brands;
    this.#clock = clock;
    this.#render = render;
  }

  async show(context: RequestContext, shown: ShownLetter): Promise<RenderedLetter> {
    requireBranding(context.caller, "branding.read");
    if (this.#render === undefined)
      throw new IdentityError("UNIMPLEMENTED", "This program renders no letters.");
    const { realm, kind, language, draft } = shown;
    // Refuses a kind and a language that there are not.
    checkLetters([{ kind, language, subject: "", text: "" }]);
    const { brand } = await this.#brands.get(context, realm);
    const [text] =
      draft === undefined
        ? [letterTextOf(brand.letters, shown)]
        : checkLetters([{ kind, language, ...draft }]);
    const envelope = {
      to: "ada@example.com",
      realm,
      language,
      writtenAt: this.#clock.now(),
    };
    return this.#render(
      hasToken(kind) ? { ...envelope, kind, token: "preview" } : { ...envelope, kind },
      { ...brand, letters: text === undefined ? [] : [text] },
    );
  }
}
