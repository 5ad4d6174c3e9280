import type { User } from "../../../domain/model.ts";
import { button, form } from "../../kit/form.ts";
import { html } from "../../kit/html.ts";
import type { WebDependencies } from "../../request/dependencies.ts";
import { forUsers } from "../../request/guards.ts";
import { type PageContext, type Route, seeOther } from "../../request/page-context.ts";
import type { FieldComplaint } from "../../sign-in/complaints.ts";
import { accountPage } from "../account-page.ts";
import {
  attributeChanges,
  attributeComplaint,
  attributeFields,
  type AttributeValue,
  sentAttributes,
  storedAttributes,
} from "./attribute-form.ts";
import { attributeMessages } from "./attribute-messages.ts";

export const DETAILS_PATH = "/account/details";

function detailsPage(
  context: PageContext,
  valueOf: AttributeValue,
  wrong?: FieldComplaint<string>,
): Promise<Response> {
  const messages = attributeMessages[context.language];
  const fields = html`${attributeFields(context, valueOf, wrong)}
    <div class="acts">
      ${button(messages.save)}<a class="button second" href="/account">${messages.cancel}</a>
    </div>`;
  return accountPage(context, {
    title: messages.title,
    tab: "/account",
    body: html`<p class="quiet">${messages.about}</p>
      ${form(context, { action: DETAILS_PATH, className: "stack short" }, fields)}`,
    status: wrong === undefined ? 200 : 422,
    notices: { saved: messages.saved },
    place: { path: DETAILS_PATH, parameters: [] },
  });
}

/** The page on which users say who they are. */
export function detailsRoutes({ users }: WebDependencies): readonly Route[] {
  const save = async (context: PageContext, { id, profile: before }: User): Promise<Response> => {
    try {
      const profile = attributeChanges(context, before);
      if (profile !== undefined) await users.update(context.requestContext, id, { profile });
    } catch (error) {
      const wrong = attributeComplaint(context, error);
      if (wrong === undefined) throw error;
      return detailsPage(context, sentAttributes(context), wrong);
    }
    return seeOther(`${DETAILS_PATH}?notice=saved`);
  };
  return [
    {
      method: "GET",
      path: DETAILS_PATH,
      page: forUsers((context, { user }) => detailsPage(context, storedAttributes(user.profile))),
    },
    {
      method: "POST",
      path: DETAILS_PATH,
      page: forUsers((context, { user }) => save(context, user)),
    },
  ];
}
