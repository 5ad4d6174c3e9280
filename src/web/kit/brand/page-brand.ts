import { type Brand, OWN_NAME } from "../../../domain/branding/brand.ts";
import { darkColorOf } from "../../../domain/branding/colors.ts";
import { ICON } from "../assets.ts";
import { BRAND_STYLE_PATH, LOGO_PATH } from "./brand-paths.ts";
import type { PageBrand } from "./shown-brand.ts";

/** Returns what pages show of a brand. */
export const pageBrandOf = ({
  realm,
  name,
  logo,
  logoDigest,
  color,
  colorDark,
  links,
}: Brand): PageBrand => ({
  name,
  isOwnName: name === OWN_NAME,
  icon:
    logo === undefined
      ? { src: ICON.path, type: "image/svg+xml" }
      : {
          src: `${LOGO_PATH}?${new URLSearchParams({ realm, version: logoDigest })}`,
          type: logo.type,
        },
  hasLogo: logo !== undefined,
  style:
    color === ""
      ? ""
      : `${BRAND_STYLE_PATH}?${new URLSearchParams({
          light: color.slice(1),
          dark: (colorDark || darkColorOf(color)).slice(1),
        })}`,
  color,
  links,
});
