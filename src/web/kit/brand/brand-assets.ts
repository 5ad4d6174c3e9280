import type { Brands } from "../../../domain/branding/brands.ts";
import { isColor } from "../../../domain/branding/colors.ts";
import { KEPT } from "../assets.ts";
import { errorPage } from "../error-page.ts";
import { type PageContext, queryValue, type Route } from "../../request/page-context.ts";
import { SharedResponse } from "../../request/shared-response.ts";
import { brandStyle, BRAND_STYLE_PATH, LOGO_PATH } from "./brand-paths.ts";

/** A window that shows the image itself runs nothing in it (CSP Level 3 section 6.3.2). */
const IMAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

const colorIn = ({ asked }: PageContext, name: string): string =>
  `#${asked.find(([key]) => key === name)?.[1] ?? ""}`;

/** Serves the colours and the logos of brands. */
export const brandRoutes = (brands: Brands): readonly Route[] => [
  {
    method: "GET",
    path: BRAND_STYLE_PATH,
    page: (context) => {
      const [light, dark] = [colorIn(context, "light"), colorIn(context, "dark")];
      if (!isColor(light) || !isColor(dark)) return errorPage(context, "not-found");
      return new SharedResponse(Buffer.from(brandStyle(light, dark)), {
        "content-type": "text/css; charset=utf-8",
        "cache-control": KEPT,
      });
    },
  },
  {
    method: "GET",
    path: LOGO_PATH,
    page: async (context) => {
      const [realm, version] = [queryValue(context, "realm"), queryValue(context, "version")];
      // Another process may have shown a page with a logo that this one has not read yet.
      if (brands.of(realm).logoDigest !== version) await brands.refresh();
      const { logo, logoDigest } = brands.of(realm);
      if (logo === undefined) return errorPage(context, "not-found");
      return new SharedResponse(Buffer.from(logo.content, "base64"), {
        "content-type": logo.type,
        "content-security-policy": IMAGE_POLICY,
        "cache-control": logoDigest === version ? KEPT : "no-store",
      });
    },
  },
];
