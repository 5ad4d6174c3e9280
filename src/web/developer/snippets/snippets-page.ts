import { html, type Html } from "../../kit/html.ts";
import type { Client } from "../../../domain/model.ts";
import { forUsers } from "../../request/guards.ts";
import { APIS, type WebDependencies } from "../../request/dependencies.ts";
import { snippetsMessages } from "./snippets-messages.ts";
import type { Route, PageContext } from "../../request/page-context.ts";
import { applicationPath, ofOwn, renderOwn } from "../own-application.ts";
import { librariesOf } from "./libraries.ts";
import { snippetsOf } from "./snippets.ts";

/** Renders one closed part for each library, or why there is none. */
function librariesPart({ language }: PageContext, client: Client, issuer: string): Html | "" {
  const messages = snippetsMessages[language];
  const libraries = librariesOf(client, issuer);
  if (typeof libraries !== "string" && libraries.length === 0) return "";
  const settings = html`<a href="${applicationPath("settings", client.id)}"
    >${messages.settings}</a
  >`;
  return html`<section>
    <h2>${messages.libraries}</h2>
    ${
      typeof libraries === "string"
        ? html`<p class="hint">
            ${messages.without[libraries]} ${libraries === "no-openid" ? settings : ""}
          </p>`
        : html`<p class="hint">${messages.librariesWhy}</p>
            ${libraries.map(
              ({ name, title, platform, code, missing }) =>
                html`<details class="snippet" name="library">
                  <summary>${title} <span class="badge">${platform}</span></summary>
                  ${
                    missing === undefined
                      ? ""
                      : html`<p class="hint">
                          ${messages.missing} <code>${missing}</code> ${settings}
                        </p>`
                  }
                  <pre id="${name}">${code}</pre>
                </details>`,
            )}`
    }
  </section>`;
}

function snippetsPage(
  context: PageContext,
  client: Client,
  dependencies: WebDependencies,
): Promise<Response> {
  const messages = snippetsMessages[context.language];
  const used = APIS.filter((api) => dependencies.apis[api].enabled && client.apis.includes(api));
  const [standard, ...documented] = snippetsOf({ ...dependencies, client }, used).map(
    ({ api, snippets }) =>
      html`<section>
        <h2>${api ?? messages.standard}</h2>
        ${snippets.map(
          ({ name, code }) =>
            html`<div class="snippet">
              <h3>${messages.names[name]}</h3>
              ${name === "sdk" ? html`<p class="hint">${messages.sdkWhy}</p>` : ""}
              <pre id="${name}">${code}</pre>
            </div>`,
        )}
      </section>`,
  );
  const body = html`<p class="quiet">${messages.why}</p>
    ${librariesPart(context, client, dependencies.issuer)} ${standard} ${documented}`;
  return renderOwn(context, client, { title: messages.title, body });
}

export const snippetsRoutes = (dependencies: WebDependencies): readonly Route[] => [
  {
    method: "GET",
    path: "/developer/application/snippets",
    page: forUsers(
      ofOwn(dependencies, (context, client) => snippetsPage(context, client, dependencies)),
    ),
  },
];
