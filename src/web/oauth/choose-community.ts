// The choice of the community that an application gets a key to. It owns the page and must not know
// what the key is for.
import { html } from "../kit/html.ts";
import { IdentityError } from "../../domain/errors.ts";
import { isLongerThan } from "../../domain/text.ts";
import { MAX_NAME } from "../../domain/accounts/usernames.ts";
import type { ChooseGroupStep } from "../../domain/oauth/authorization/outcome.ts";
import { applicationTitle, otherAccount } from "./consent.ts";
import { errorPage } from "../kit/error-page.ts";
import { button, field, form, notice } from "../kit/form.ts";
import { render } from "../kit/layout.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { chooseCommunityMessages } from "./choose-community-messages.ts";
import type { Route, PageContext } from "../request/page-context.ts";
import { fieldValue, seeOther } from "../request/page-context.ts";

/** One tap for each community, and a way to a new one. */
export function chooseCommunityPage(
  context: PageContext,
  { client, destination, request, groups, wasRefused }: ChooseGroupStep,
): Promise<Response> {
  const messages = chooseCommunityMessages[context.language];
  const choices = html`<ul class="choices">
    ${groups.map(
      ({ id, name }) =>
        html`<li>
          <button name="group_id" value="${id.toString()}"><bdi>${name}</bdi></button>
        </li>`,
    )}
  </ul>`;
  const create = form(
    context,
    "/communities",
    { request },
    html`${field({ name: "name", label: messages.name, type: "text", autocomplete: "off", maxLength: MAX_NAME })}${button(messages.submit, { isSecond: groups.length > 0 })}`,
  );
  const body = html`${applicationTitle(context, client, messages.title)}
    ${wasRefused ? notice(messages.refused, "bad") : ""}
    <p class="quiet">${groups.length === 0 ? messages.none : messages.why(client.name)}</p>
    ${
      groups.length === 0
        ? create
        : html`${form(context, "/choose-community", { request }, choices, "choose")}
            <details>
              <summary>${messages.create}</summary>
              ${create}
            </details>`
    }
    ${otherAccount(context, request)}`;
  return render(context, {
    title: messages.title,
    body,
    destination,
    place: { path: "/continue", parameters: [["request", request]] },
  });
}

export function chooseCommunityRoutes({ flow, groups }: WebDependencies): readonly Route[] {
  /** Back to the flow with the choice. */
  const goOn = (context: PageContext, groupId: string): Promise<Response> | Response => {
    const request = flow.choose(fieldValue(context, "request"), groupId);
    return request === undefined
      ? errorPage(context, "expired")
      : seeOther(`/continue?request=${request}`);
  };
  return [
    {
      method: "POST",
      path: "/choose-community",
      page: (context) => goOn(context, fieldValue(context, "group_id")),
    },
    {
      method: "POST",
      path: "/communities",
      page: async (context) => {
        const request = fieldValue(context, "request");
        const about = await flow.about(context.requestContext, request);
        if (about?.group === undefined) return errorPage(context, "expired");
        const name = fieldValue(context, "name").trim();
        if (context.signedIn === undefined || name === "" || isLongerThan(name, MAX_NAME))
          return seeOther(`/continue?request=${request}`);
        try {
          const group = await groups.create(
            context.requestContext,
            name,
            about.group.vkGroupId,
            context.signedIn.user.id,
          );
          return goOn(context, group.id.toString());
        } catch (error) {
          if (error instanceof IdentityError && error.reason === "FIELD_INVALID")
            return seeOther(`/continue?request=${request}`);
          throw error;
        }
      },
    },
  ];
}
