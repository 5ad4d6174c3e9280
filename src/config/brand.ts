import type { SettingReader } from "./setting-reader.ts";

/** The brand of all realms as the settings say it; the domain checks the values. */
export interface BrandConfig {
  /** Empty: Latchkey's own. */
  readonly name: string;
  readonly logo: Buffer | undefined;
  readonly color: string;
  readonly colorDark: string;
  readonly links: Readonly<Record<"terms" | "privacy" | "imprint" | "support", string>>;
  /** A JSON list. */
  readonly letters: readonly unknown[];
}

export const readBrand = (reader: SettingReader): BrandConfig => ({
  name: reader.raw("BRAND_NAME"),
  logo: reader.file("BRAND_LOGO"),
  color: reader.raw("BRAND_COLOR"),
  colorDark: reader.raw("BRAND_COLOR_DARK"),
  links: {
    terms: reader.raw("BRAND_TERMS_URL"),
    privacy: reader.raw("BRAND_PRIVACY_URL"),
    imprint: reader.raw("BRAND_IMPRINT_URL"),
    support: reader.raw("BRAND_SUPPORT_URL"),
  },
  letters: readLetters(reader),
});

function readLetters(reader: SettingReader): readonly unknown[] {
  const file = reader.file("BRAND_LETTERS");
  if (file === undefined) return [];
  try {
    const letters: unknown = JSON.parse(file.toString());
    if (Array.isArray(letters)) return letters as readonly unknown[];
  } catch {
    // Reported below, as any other file that is no list.
  }
  reader.problem("BRAND_LETTERS", "names a file that is no JSON list");
  return [];
}
