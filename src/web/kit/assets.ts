import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { SharedResponse } from "../request/shared-response.ts";
import type { Route } from "../request/page-context.ts";

export interface Asset {
  readonly path: string;
  readonly type: string;
  readonly content: string;
}

/** Browsers may cache these files for ever: the path of a file contains the hash of its content. */
export const KEPT = "public, max-age=31536000, immutable";

/** The parts of the style sheet. A later part may override an earlier one. */
const STYLE_PARTS = ["base", "layout", "form", "content", "console", "charts"];

/** Reads a file of the folder assets/, or joins several as one. */
export function load(name: string, type: string, parts: readonly string[] = [name]): Asset {
  const content = parts
    .map((part) => readFileSync(new URL(`assets/${part}`, import.meta.url), "utf8"))
    .join("");
  const hash = createHash("sha256").update(content).digest("base64url").slice(0, 12);
  return { path: `/assets/${hash}-${name}`, type, content };
}

export const STYLE = load(
  "style.css",
  "text/css; charset=utf-8",
  STYLE_PARTS.map((part) => `style/${part}.css`),
);
/** What a browser with JavaScript adds; every page works without it. */
export const SCRIPT = load("page.js", "text/javascript; charset=utf-8");
export const ICON = load("icon.svg", "image/svg+xml; charset=utf-8");

/** Serves a file. */
export function assetRoute({ path, type, content }: Asset): Route {
  const bytes = Buffer.from(content);
  return {
    method: "GET",
    path,
    page: () => new SharedResponse(bytes, { "content-type": type, "cache-control": KEPT }),
  };
}

/** Serves the files that every page links to. */
export const assetRoutes: readonly Route[] = [STYLE, SCRIPT, ICON].map(assetRoute);
