// The choice of the community that an application gets a key to. It owns the page and must not know
// what the key is for.
import { html } from "../kit/html.ts";
import { IdentityError } from "../../domain/errors.ts";
import { isLongerThan, MAX_NAME } from "../../domain/accounts/identifiers.ts";
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
  visit: PageContext,
  { client, destination, request, groups, wasRefused }: ChooseGroupStep,
): Promise<Response> {
  const texts = chooseCommunityMessages[visit.language];
  const choices = html`<ul class="choices">
    ${groups.map(
      ({ id, name }) =>
        html`<li>
          <button name="group_id" value="${id.toString()}"><bdi>${name}</bdi></button>
        </li>`,
    )}
  </ul>`;
  const create = form(
    visit,
    "/communities",
    { request },
    html`${field({ name: "name", label: texts.name, type: "text", autocomplete: "off", maxLength: MAX_NAME })}${button(texts.submit, { isSecond: groups.length > 0 })}`,
  );
  const body = html`${applicationTitle(visit, client, texts.title)}
    ${wasRefused ? notice(texts.refused, "bad") : ""}
    <p class="quiet">${groups.length === 0 ? texts.none : texts.why(client.name)}</p>
    ${
      groups.length === 0
        ? create
        : html`${form(visit, "/choose-community", { request }, choices, "choose")}
            <details>
              <summary>${texts.create}</summary>
              ${create}
            </details>`
    }
    ${otherAccount(visit, request)}`;
  return render(visit, {
    title: texts.title,
    body,
    destination,
    place: { path: "/continue", parameters: [["request", request]] },
  });
}

export function chooseCommunityRoutes({ flow, groups }: WebDependencies): readonly Route[] {
  /** Back to the flow with the choice. */
  const goOn = (visit: PageContext, groupId: string): Promise<Response> | Response => {
    const request = flow.choose(fieldValue(visit, "request"), groupId);
    return request === undefined
      ? errorPage(visit, "expired")
      : seeOther(`/continue?request=${request}`);
  };
  return [
    {
      method: "POST",
      path: "/choose-community",
      page: (visit) => goOn(visit, fieldValue(visit, "group_id")),
    },
    {
      method: "POST",
      path: "/communities",
      page: async (visit) => {
        const request = fieldValue(visit, "request");
        const about = await flow.about(visit.context, request);
        if (about?.group === undefined) return errorPage(visit, "expired");
        const name = fieldValue(visit, "name").trim();
        if (visit.signedIn === undefined || name === "" || isLongerThan(name, MAX_NAME))
          return seeOther(`/continue?request=${request}`);
        try {
          const group = await groups.create(
            visit.context,
            name,
            about.group.vkGroupId,
            visit.signedIn.user.id,
          );
          return goOn(visit, group.id.toString());
        } catch (error) {
          if (error instanceof IdentityError && error.reason === "FIELD_INVALID")
            return seeOther(`/continue?request=${request}`);
          throw error;
        }
      },
    },
  ];
}
