import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { brandName } from "../kit/brand/brand-parts.ts";
import { html, type Html } from "../kit/html.ts";
import { assetRoute, KEPT, load } from "../kit/assets.ts";
import { largeFile } from "../request/large-file.ts";
import { viewerSecurityPolicy } from "../request/security-headers.ts";
import type { OpenApiVersion } from "../request/dependencies.ts";
import type { PageContext, Route } from "../request/page-context.ts";

const VIEWER = "swagger-ui-dist";
const { resolve } = createRequire(import.meta.url);
const locate = (name: string): string => resolve(`${VIEWER}/${name}`);

/** The path of the OpenAPI document, and of the same one for tools that can't read version 3.1. */
const DESCRIPTION_PATH = "/openapi.json";
const OLD_DESCRIPTION_PATH = "/openapi-3.0.json";
const REDIRECT_PATH = "/docs/oauth2-redirect";

/** Serves the page, the viewer and the OpenAPI documents, which the first request prepares. */
export function docsRoutes(
  describe: (version: OpenApiVersion) => Promise<string>,
): readonly Route[] {
  const style = load("docs.css", "text/css; charset=utf-8");
  const script = load("docs.js", "text/javascript; charset=utf-8");
  const { version } = JSON.parse(readFileSync(locate("package.json"), "utf8")) as {
    version: string;
  };
  const viewer = (name: string, type: string): Route => {
    const read = (): Promise<string> => readFile(locate(name), "utf8");
    // A version of the package has one content.
    return {
      method: "GET",
      path: `/assets/${VIEWER}-${version}/${name}`,
      page: largeFile({ type, cacheControl: KEPT, read, isCompressedOnly: true }),
    };
  };
  const description = (path: string, version: OpenApiVersion): Route => ({
    method: "GET",
    path,
    page: largeFile({
      type: "application/json; charset=utf-8",
      cacheControl: "no-cache",
      read: () => describe(version),
    }),
  });
  const viewerStyle = viewer("swagger-ui.css", style.type);
  const viewerScript = viewer("swagger-ui-bundle.js", script.type);
  // The redirect URI of a sign-in from within the viewer.
  const redirectPage = ({ brand }: PageContext): Promise<Response> =>
    page(
      html`<title>Signed in · ${brand.name}</title>
        <link rel="icon" href="${brand.icon.src}" type="${brand.icon.type}" />
        <script src="${REDIRECT_PATH}.js"></script>`,
    );
  const docsPage = ({ brand }: PageContext): Promise<Response> =>
    page(
      html`<meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>API · ${brand.name}</title>
        <link rel="icon" href="${brand.icon.src}" type="${brand.icon.type}" />
        <link rel="stylesheet" href="${viewerStyle.path}" />
        <link rel="stylesheet" href="${style.path}" />
        <script src="${viewerScript.path}" defer></script>
        <script src="${script.path}" defer></script>
        </head>
        <body>
          <header>
            <a class="brand" href="/"
              ><img src="${brand.icon.src}" alt="" />${brandName({ brand })}</a
            ><a href="${DESCRIPTION_PATH}">openapi.json</a
            ><a href="${OLD_DESCRIPTION_PATH}">openapi-3.0.json</a>
          </header>
          <main
            id="docs"
            data-description="${DESCRIPTION_PATH}"
            data-redirect="${REDIRECT_PATH}.html"
          >
            <noscript
              ><p>
                This page needs JavaScript. What it shows is in
                <a href="${DESCRIPTION_PATH}">openapi.json</a>, which OpenAPI tools read.
              </p></noscript
            >
          </main>
         `,
    );
  return [
    { method: "GET", path: "/docs", page: docsPage },
    description(DESCRIPTION_PATH, "3.1"),
    description(OLD_DESCRIPTION_PATH, "3.0"),
    { method: "GET", path: `${REDIRECT_PATH}.html`, page: redirectPage },
    {
      method: "GET",
      path: `${REDIRECT_PATH}.js`,
      page: largeFile({
        type: script.type,
        cacheControl: "no-cache",
        read: () => readFile(locate("oauth2-redirect.js"), "utf8"),
      }),
    },
    viewerStyle,
    viewerScript,
    ...[style, script].map(assetRoute),
  ];
}

/** Renders a document in English, the language of the contract. */
async function page(rest: Html): Promise<Response> {
  const head = `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">`;
  const text = `${head}\n${(await rest).toString()}\n</html>\n`;
  return new Response(text, {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": viewerSecurityPolicy(),
    },
  });
}
