import { html, raw, type Html } from "../kit/html.ts";
import type { Client } from "../../domain/model.ts";
import { ICON } from "../kit/assets.ts";
import type { PageBrand } from "../kit/brand/shown-brand.ts";
import { forUsers } from "../request/guards.ts";
import { LANGUAGES, type Language } from "../../domain/email/language.ts";
import { LANGUAGE_NAMES } from "../kit/language.ts";
import { APIS, type WebDependencies } from "../request/dependencies.ts";
import { signInButtonMessages } from "./sign-in-button-messages.ts";
import type { Route, PageContext } from "../request/page-context.ts";
import { ofOwn, renderOwn } from "./own-application.ts";
import { documentedSignIn, webCallbackOf } from "./snippets/snippets.ts";

/**
 * The same look as the class `sign-in-button` of the style sheet. The contrast is 6 to 1, or that
 * of a brand.
 */
const styleOf = (color: string): string =>
  [
    "display:inline-flex",
    "align-items:center",
    "gap:10px",
    "padding:10px 18px",
    "border-radius:10px",
    `background:${color || "#2459d6"}`,
    "color:#fff",
    "font:600 16px/24px system-ui,sans-serif",
    "text-decoration:none",
  ].join(";");
const KEY = ICON.content.replace("<svg ", '<svg aria-hidden="true" width="24" height="24" ');

/** Renders the button as HTML to paste: it needs no other file. */
const fragment = async (brand: PageBrand, language: Language, href: string): Promise<string> =>
  String(
    await html`<a href="${href}" lang="${language}" style="${styleOf(brand.color)}"
      >${brand.hasLogo ? "" : raw(KEY)}${signInButtonMessages[language].label(brand.name)}</a
    >`,
  );

/** Renders the buttons of one API in each language, with their code. */
async function buttonsSection(
  context: PageContext,
  title: string,
  why: string,
  href: string,
): Promise<Html> {
  const buttons = await Promise.all(
    LANGUAGES.map(async (language) => ({
      language,
      code: await fragment(context.brand, language, href),
    })),
  );
  return html`<section>
    <h2>${title}</h2>
    <p class="quiet">${why}</p>
    ${buttons.map(
      ({ language, code }) =>
        html`<h3>${LANGUAGE_NAMES[language]}</h3>
          <p>
            <span class="sign-in-button" lang="${language}"
              >${
                context.brand.hasLogo
                  ? ""
                  : html`<img src="${ICON.path}" alt="" width="24" height="24" />`
              }${signInButtonMessages[language].label(context.brand.name)}</span
            >
          </p>
          <details>
            <summary>${signInButtonMessages[context.language].code}</summary>
            <pre>${code}</pre>
          </details>`,
    )}
  </section>`;
}

async function buttonPage(
  context: PageContext,
  client: Client,
  dependencies: WebDependencies,
): Promise<Response> {
  const messages = signInButtonMessages[context.language];
  const documented = APIS.filter(
    (api) => dependencies.apis[api].enabled && client.apis.includes(api),
  ).flatMap((api) => {
    const href = documentedSignIn({ ...dependencies, client }, api);
    return href === undefined ? [] : [buttonsSection(context, api, messages.documentedWhy, href)];
  });
  const sections = await Promise.all([
    buttonsSection(
      context,
      messages.standard,
      messages.standardWhy,
      new URL("/login", webCallbackOf(client)).href,
    ),
    ...documented,
  ]);
  return renderOwn(context, client, {
    title: messages.title,
    body: html`<p class="quiet">${messages.why}</p>
      ${sections}`,
  });
}

export const signInButtonRoutes = (dependencies: WebDependencies): readonly Route[] => [
  {
    method: "GET",
    path: "/developer/application/button",
    page: forUsers(
      ofOwn(dependencies, (context, client) => buttonPage(context, client, dependencies)),
    ),
  },
];
