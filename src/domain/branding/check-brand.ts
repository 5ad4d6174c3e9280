import { invalidField } from "../errors.ts";
import { hasControls, isLongerThan, isVisible } from "../text.ts";
import type { BrandValues } from "./brand.ts";
import { checkColor } from "./colors.ts";
import { checkLetters } from "./letter-texts.ts";
import { checkLinks } from "./links.ts";
import { checkLogo } from "./logo.ts";

/** The most characters of a name. */
export const MAX_BRAND_NAME = 64;

/** The values to change; those that are absent stay, empty ones go back to what lies below. */
export interface BrandChange extends Partial<Omit<BrandValues, "logo">> {
  /** The bytes of an image; none: no logo. */
  readonly logo?: Uint8Array;
}

function checkBrandName(text: string): string {
  const name = text.trim();
  if (name === "") return "";
  if (isLongerThan(name, MAX_BRAND_NAME))
    throw invalidField("name", `is longer than ${MAX_BRAND_NAME} characters`);
  if (!isVisible(name)) throw invalidField("name", "must contain visible characters");
  if (hasControls(name)) throw invalidField("name", "must not contain invisible characters");
  return name;
}

/** Returns the checked values of a change; rejects the first one that is wrong. */
export function checkBrand(change: BrandChange): Partial<BrandValues> {
  const { name, logo, color, colorDark, links, letters } = change;
  return {
    ...(name !== undefined && { name: checkBrandName(name) }),
    ...(logo !== undefined && { logo: logo.length === 0 ? undefined : checkLogo(logo) }),
    ...(color !== undefined && { color: checkColor("color", color, "light") }),
    ...(colorDark !== undefined && { colorDark: checkColor("color_dark", colorDark, "dark") }),
    ...(links !== undefined && { links: checkLinks(links) }),
    ...(letters !== undefined && { letters: checkLetters(letters) }),
  };
}

/** Rejects a colour for dark pages alone: buttons and letters have the other one. */
export function requireBothColors({ color, colorDark }: BrandValues): void {
  if (color === "" && colorDark !== "")
    throw invalidField("color_dark", "needs a color for light pages too");
}
