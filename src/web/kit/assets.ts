// The files that pages link to. It owns their addresses, which change with their content so that
// browsers may keep them for ever, and must not know which page links to them.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { SharedResponse } from "../request/shared-response.ts";
import type { Route } from "../request/page-context.ts";

export interface Asset {
  readonly path: string;
  readonly type: string;
  readonly content: string;
}

/** For ever: what has another content has another address. */
export const KEPT = "public, max-age=31536000, immutable";

/** A file of the folder assets/. */
export function load(name: string, type: string): Asset {
  const content = readFileSync(new URL(`assets/${name}`, import.meta.url), "utf8");
  const hash = createHash("sha256").update(content).digest("base64url").slice(0, 12);
  return { path: `/assets/${hash}-${name}`, type, content };
}

export const STYLE = load("style.css", "text/css; charset=utf-8");
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

/** Serves the files of all pages. */
export const assetRoutes: readonly Route[] = [STYLE, ICON].map(assetRoute);
