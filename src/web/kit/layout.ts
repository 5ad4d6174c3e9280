import { SCRIPT, STYLE } from "./assets.ts";
import { brandName, brandStyleLink, legalLinks } from "./brand/brand-parts.ts";
import { hidden } from "./form.ts";
import { type Html, html } from "./html.ts";
import { LANGUAGES } from "../../domain/email/language.ts";
import { LANGUAGE_NAMES } from "./language.ts";
import { menu } from "./navigation.ts";
import { contentSecurityPolicy } from "../request/security-headers.ts";
import { layoutMessages } from "./layout-messages.ts";
import type { PageContext } from "../request/page-context.ts";

/** The address that shows the page again with GET, in another language. */
export interface NavigationPlace {
  readonly path: string;
  readonly parameters: readonly (readonly [string, string])[];
}

export interface PageContent {
  readonly title: string;
  readonly body: Html;
  /** 200 by default. */
  readonly status?: number;
  /** Where the forms of the page may redirect to, besides this server. */
  readonly destination?: string | undefined;
  /** By default the current address. */
  readonly place?: NavigationPlace | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** How much of a large screen the page uses; narrow by default. */
  readonly width?: "narrow" | "wide" | "full";
  /** Whether the page has what the script adds to; true by default. */
  readonly hasScript?: boolean;
  /** Where the browser goes at once; it replaces the page in the history. */
  readonly refresh?: string;
}

/** The query parameter that selects a language. */
export const LANGUAGE_PARAMETER = "lang";

/** Renders a whole page. */
export async function render(context: PageContext, content: PageContent): Promise<Response> {
  const { title, body, status = 200, destination, headers = {}, refresh } = content;
  const { width = "narrow", hasScript = true } = content;
  const { icon, name } = context.brand;
  const place = content.place ?? { path: context.path, parameters: context.query };
  // No menu while an application waits for the user.
  const shown = context.signedIn === undefined || destination !== undefined ? "" : menu(context);
  const page = await html`<!doctype html>
<html lang="${context.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">${
    refresh === undefined ? "" : html` <meta http-equiv="refresh" content="0;url=${refresh}" />`
  }
<title>${title} · ${name}</title>
<link rel="stylesheet" href="${STYLE.path}">
${brandStyleLink(context)}${hasScript ? html`<script src="${SCRIPT.path}" defer></script>` : ""}
<link rel="icon" href="${icon.src}" type="${icon.type}">
</head>
<body${toolLabels(context)}>
<header${shown === "" ? "" : html` class="bar ${width}"`}><a class="brand" href="/"><img src="${
    icon.src
  }" alt="">${brandName(context)}</a>${shown}</header>
<main class="${width}">
${body}
</main>
<footer>${legalLinks(context)}${languageSwitch(context, place)}</footer>
</body>
</html>
`;
  return new Response(page, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": contentSecurityPolicy(destination, hasScript),
      ...headers,
    },
  });
}

/** The names of the buttons that the script adds. */
function toolLabels({ language }: PageContext): Html {
  const { copy, copied, show } = layoutMessages[language].tools;
  return html` data-copy="${copy}" data-copied="${copied}" data-show="${show}"`;
}

function languageSwitch({ language }: PageContext, { path, parameters }: NavigationPlace): Html {
  const kept = parameters.filter(([name]) => name !== LANGUAGE_PARAMETER);
  return html`<form method="get" action="${path}" aria-label="${layoutMessages[language].language}">
    ${kept.map(([name, value]) => hidden(name, value))}
    ${LANGUAGES.map(
      (each) =>
        html`<button
          name="${LANGUAGE_PARAMETER}"
          value="${each}"
          lang="${each}"
          ${each === language ? html` aria-current="true"` : ""}
        >
          ${LANGUAGE_NAMES[each]}
        </button>`,
    )}
  </form>`;
}
