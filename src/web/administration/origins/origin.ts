import type { Origin, OriginKind, OriginSource } from "../../../domain/origins.ts";
import { html, type Html } from "../../kit/html.ts";
import { moment } from "../../kit/times.ts";
import { APIS } from "../../request/dependencies.ts";
import type { PageContext } from "../../request/page-context.ts";
import { originMessages } from "./messages.ts";

const PATH = "/administration/origins";

/** A source, as its parts. */
type ReadSource =
  | { readonly kind: "learned"; readonly api: string }
  | { readonly kind: "import"; readonly batch: string };

/** Returns the parts of a source; undefined for another text. */
export function parseOriginSource(
  text: string,
): (ReadSource & { readonly source: OriginSource }) | undefined {
  const [prefix, name = ""] = text.split(":", 2);
  if (prefix === "learned" && APIS.some((api) => api === name))
    return { kind: "learned", api: name, source: `learned:${name}` };
  if (prefix === "import" && name !== "")
    return { kind: "import", batch: name, source: `import:${name}` };
  return undefined;
}

/** Returns the path of the list of what came from a source, of one kind. */
export const originsPath = (source: OriginSource, kind: OriginKind): string =>
  `${PATH}?${new URLSearchParams({ source, kind })}`;

/** Renders a mark for the line of a list: nothing for what was made here. */
export function originBadge({ language }: PageContext, origin: Origin | undefined): Html | string {
  const read = origin && parseOriginSource(origin.source);
  if (read === undefined) return "";
  const { learntBadge, importedBadge } = originMessages[language];
  const text = read.kind === "learned" ? learntBadge(read.api) : importedBadge;
  return html` <span class="badge">${text}</span>`;
}

/** Returns the name and the text of the origin, among the facts of a page. */
export function originFacts(
  { language }: PageContext,
  origin: Origin | undefined,
): readonly (readonly [string, Html])[] {
  const read = origin && parseOriginSource(origin.source);
  if (origin === undefined || read === undefined) return [];
  const messages = originMessages[language];
  const link = (name: string): Html =>
    html`<a href="${originsPath(origin.source, origin.kind)}">${name}</a>`;
  const time = moment(language, origin.at);
  return [
    [
      messages.origin,
      read.kind === "learned"
        ? messages.learntOn(link(read.api), time)
        : messages.importedOn(link(read.batch), time),
    ],
  ];
}
