import type { BrandConfig } from "../config/brand.ts";
import { ConfigError } from "../config/config-error.ts";
import { realmsOf } from "../config/settings.ts";
import { type BrandValues, type LetterText, NO_BRAND } from "../domain/branding/brand.ts";
import { Brands } from "../domain/branding/brands.ts";
import { checkBrand, requireBothColors } from "../domain/branding/check-brand.ts";
import { LetterPreview } from "../domain/branding/letter-preview.ts";
import { IdentityError } from "../domain/errors.ts";
import type { DomainDependencies } from "./dependencies.ts";

/** The settings of the fields that the check names. */
const SETTING_OF: Readonly<Record<string, string>> = {
  name: "BRAND_NAME",
  logo: "BRAND_LOGO",
  color: "BRAND_COLOR",
  color_dark: "BRAND_COLOR_DARK",
  "links.terms": "BRAND_TERMS_URL",
  "links.privacy": "BRAND_PRIVACY_URL",
  "links.imprint": "BRAND_IMPRINT_URL",
  "links.support": "BRAND_SUPPORT_URL",
};

/** Returns the brand of the settings; throws a ConfigError that names the wrong setting. */
export function brandOfSettings(config: BrandConfig): BrandValues {
  const { name, logo, color, colorDark, links } = config;
  try {
    const checked = checkBrand({
      name,
      color,
      colorDark,
      links,
      letters: config.letters.map(letterOf),
      logo: logo ?? Buffer.alloc(0),
    });
    const values: BrandValues = { ...NO_BRAND, ...checked };
    requireBothColors(values);
    return values;
  } catch (error) {
    const [wrong] = error instanceof IdentityError ? (error.details.fields ?? []) : [];
    if (wrong === undefined) throw error;
    const setting = SETTING_OF[wrong.field];
    throw new ConfigError([
      setting === undefined
        ? `BRAND_LETTERS: ${wrong.field} ${wrong.description}`
        : `${setting} ${wrong.description}`,
    ]);
  }
}

/** Reads an entry of the file; what is missing or no text is empty, which the check refuses. */
function letterOf(entry: unknown): LetterText {
  const given = (typeof entry === "object" && entry !== null ? entry : {}) as Record<
    string,
    unknown
  >;
  const text = (name: string): string => {
    const value = given[name];
    return typeof value === "string" ? value : "";
  };
  return {
    kind: text("kind") as LetterText["kind"],
    language: text("language") as LetterText["language"],
    subject: text("subject"),
    text: text("text"),
  };
}

/** Builds the brands of realms. */
export async function createBranding({ config, store, clock, renderLetter }: DomainDependencies) {
  const brands = new Brands({
    store,
    clock,
    settings: brandOfSettings(config.brand),
    realms: Object.values(realmsOf(config)),
  });
  await brands.refresh();
  return { brands, letterPreview: new LetterPreview(brands, clock, renderLetter) };
}
