import type { ForeignThing } from "../../../domain/administration/origin-queries.ts";
import { IdentityError } from "../../../domain/errors.ts";
import type { OriginKind } from "../../../domain/origins.ts";
import { html, type Html } from "../../kit/html.ts";
import { tabs } from "../../kit/navigation.ts";
import { moment } from "../../kit/times.ts";
import type { WebDependencies } from "../../request/dependencies.ts";
import { type PageContext, queryValue, type Route } from "../../request/page-context.ts";
import { administrationPage, forAdministrators, more } from "../administration-page.ts";
import { administrationMessages } from "../messages.ts";
import { named } from "../named.ts";
import { originMessages } from "./messages.ts";
import { originsPath, parseOriginSource } from "./origin.ts";

/** How many things a page lists. */
const PAGE_SIZE = 20;

export const originsRoutes = ({ originQueries }: WebDependencies): readonly Route[] => [
  {
    method: "GET",
    path: "/administration/origins",
    page: forAdministrators(async (context) => {
      const messages = originMessages[context.language];
      const read = parseOriginSource(queryValue(context, "source"));
      // The same as for a page that isn't there.
      if (read === undefined) throw new IdentityError("USER_NOT_FOUND", "There is no such source.");
      const { source } = read;
      const counts = Object.entries(await originQueries.count(context.requestContext, source));
      const kinds = counts.map(([kind]) => kind as OriginKind);
      const asked = queryValue(context, "kind");
      const kind = kinds.find((each) => each === asked) ?? kinds[0];
      const title =
        read.kind === "learned"
          ? messages.learntTitle(read.api)
          : messages.importedTitle(read.batch);
      const pages = counts.map(([each, count]) => ({
        path: originsPath(source, each as OriginKind),
        name: `${messages.kinds[each as OriginKind]} (${count})`,
      }));
      const list =
        kind === undefined
          ? html`<p class="quiet">${messages.nothing}</p>`
          : html`${tabs(context, title, pages, originsPath(source, kind))}
            ${await listOf(context, originQueries, { source, kind })}`;
      const body = html`<h1>${title}</h1>
        ${list}`;
      return administrationPage(context, { title, tab: "predecessors", body });
    }),
  },
];

async function listOf(
  context: PageContext,
  originQueries: WebDependencies["originQueries"],
  wanted: Parameters<WebDependencies["originQueries"]["list"]>[1],
): Promise<Html> {
  const { items, nextPageToken } = await originQueries.list(context.requestContext, wanted, {
    pageSize: PAGE_SIZE,
    pageToken: queryValue(context, "page"),
  });
  return html`<ul class="rows">
      ${items.map((thing) => row(context, thing))}
    </ul>
    ${more(context, nextPageToken)}`;
}

function row(context: PageContext, { origin, about, detail }: ForeignThing): Html {
  const name = about && named(context, about);
  const text = detail === "" ? "" : html`<bdi>${detail}</bdi>`;
  const isGone = about === undefined && detail === "";
  return html`<li>
    <div>
      <strong>${name ?? text}</strong>${
        isGone
          ? html`<span class="quiet">${administrationMessages[context.language].gone}</span>`
          : ""
      }
      ${about === undefined ? "" : html`<p class="quiet small">${text}</p>`}
    </div>
    <p class="quiet small">${moment(context.language, origin.at)}</p>
  </li>`;
}
