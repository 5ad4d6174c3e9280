import type { NamedEvent } from "../../domain/administration/audit-trail.ts";
import { html, type Html } from "../kit/html.ts";
import type { PageContext } from "../request/page-context.ts";
import { administrationMessages } from "./messages.ts";
import { named } from "./named.ts";

/** A sign-in has no caller yet: it is by the user who signs in, if the password was right. */
const isByUser = ({ event, actors, user }: NamedEvent): boolean =>
  event.type === "user.sign_in" && event.succeeded && actors.length === 0 && user !== undefined;

/** Renders parts with a dot between them. */
export const joined = (parts: readonly Html[]): Html =>
  html`${parts.map((part, index) => html`${index === 0 ? "" : " · "}${part}`)}`;

/** Renders who did it. */
export function eventActor(context: PageContext, entry: NamedEvent): Html | string {
  const messages = administrationMessages[context.language];
  const { event, user } = entry;
  const actors = isByUser(entry) && user !== undefined ? [user] : entry.actors;
  if (actors.length > 0) return joined(actors.map((each) => named(context, each)));
  return event.actor === "operator" ? messages.operator : messages.anonymous;
}

/** Renders the user and the client that it is about, but for a user who did it alone. */
export const eventSubjects = (context: PageContext, entry: NamedEvent): readonly Html[] =>
  [isByUser(entry) ? undefined : entry.user, entry.client]
    .filter((each) => each !== undefined)
    .map((each) => named(context, each));

/** Renders the details of an event. */
export const eventDetails = ({ event, group }: NamedEvent): readonly Html[] =>
  Object.entries(event.details).map(([key, value]) =>
    key === "group" && group !== undefined
      ? html`${key}: <bdi>${group}</bdi> (${value})`
      : html`${key}: <bdi>${value}</bdi>`,
  );
