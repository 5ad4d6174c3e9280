import { html } from "../../kit/html.ts";
import { IdentityError } from "../../../domain/errors.ts";
import { isLongerThan } from "../../../domain/text.ts";
import { MAX_NAME } from "../../../domain/accounts/usernames.ts";
import { button, field, form, lengthComplaint, notice } from "../../kit/form.ts";
import { forUsers, type UserPage } from "../../request/guards.ts";
import type { WebDependencies } from "../../request/dependencies.ts";
import { communitiesMessages } from "./communities-messages.ts";
import { day } from "../../kit/times.ts";
import type { PageContext, Route } from "../../request/page-context.ts";
import { fieldValue, seeOther, shownValue } from "../../request/page-context.ts";
import { accountPage, nextPage, pageRequest } from "../account-page.ts";
import { groupId } from "./group-id.ts";
import { isGone, receivedInvitations } from "./invitations.ts";
import { invitationsMessages } from "./invitations-messages.ts";

const PATH = "/account/communities";

/** Links of the page lead to its own address, also when it answers a form. */
const showing = (context: PageContext): PageContext => ({ ...context, path: PATH });

export function communitiesRoutes({
  communities,
  groups,
  invitations,
  invitationLists,
}: WebDependencies): readonly Route[] {
  const page =
    (wrong: { readonly name?: string; readonly text?: string } = {}): UserPage =>
    async (context, { user }) => {
      const messages = communitiesMessages[context.language];
      const { items, nextPageToken } = await communities.list(
        context.requestContext,
        pageRequest(context),
      );
      const received = await invitationLists.forUser(user.id, pageRequest(context, "invitations"));
      const rows = items.map(
        ({ group, role }) =>
          html`<li>
            <div>
              <a href="/account/community?id=${group.id.toString()}"
                ><strong><bdi>${group.name}</bdi></strong></a
              >
              <span class="badge">${messages.roles[role]}</span>
              <p class="quiet small">
                ${messages.created} ${day(context.language, group.createdAt)}
              </p>
            </div>
          </li>`,
      );
      const create = html`${field({
        name: "name",
        label: messages.name,
        type: "text",
        autocomplete: "off",
        maxLength: MAX_NAME,
        value: shownValue(context, "name"),
        error: wrong.name,
      })}${button(messages.create, { isSecond: true })}`;
      const body = html`${wrong.text === undefined ? "" : notice(wrong.text, "bad")}
        ${receivedInvitations(context, received.items)}
        ${nextPage(showing(context), received.nextPageToken, {}, "invitations")}
        <p class="quiet">${items.length === 0 ? messages.none : messages.what}</p>
        <ul class="rows">
          ${rows}
        </ul>
        ${nextPage(showing(context), nextPageToken)}
        <h2>${messages.new}</h2>
        ${form(context, { action: PATH, className: "stack short" }, create)}`;
      return accountPage(context, {
        title: messages.title,
        body,
        tab: PATH,
        notices: { ...messages.notices, ...invitationsMessages[context.language].notices },
        status: Object.keys(wrong).length === 0 ? 200 : 422,
        place: { path: PATH, parameters: context.path === PATH ? context.query : [] },
      });
    };
  /** Creates the route of an answer to an invitation. */
  const answer = (
    name: string,
    perform: (context: PageContext, id: bigint) => Promise<unknown>,
    message: string,
  ): Route => ({
    method: "POST",
    path: `/account/invitations/${name}`,
    page: forUsers(async (context, signedIn) => {
      try {
        await perform(context, groupId(fieldValue(context, "id")));
      } catch (error) {
        if (!isGone(error)) throw error;
        const text = invitationsMessages[context.language].gone;
        return page({ text })(context, signedIn);
      }
      return seeOther(`${PATH}?notice=${message}`);
    }),
  });
  return [
    { method: "GET", path: PATH, page: forUsers(page()) },
    {
      method: "POST",
      path: PATH,
      page: forUsers(async (context, signedIn) => {
        try {
          const name = fieldValue(context, "name").trim();
          if (isLongerThan(name, MAX_NAME))
            throw new IdentityError("FIELD_INVALID", "The name is too long.");
          const group = await groups.create(context.requestContext, name, 0n, signedIn.user.id);
          return seeOther(`/account/community?id=${group.id}&notice=created`);
        } catch (error) {
          if (!(error instanceof IdentityError) || error.reason !== "FIELD_INVALID") throw error;
          const name =
            lengthComplaint(context, error, "name")?.text ??
            communitiesMessages[context.language].nameInvalid;
          return page({ name })(context, signedIn);
        }
      }),
    },
    answer("accept", (context, id) => invitations.accept(context.requestContext, id), "accepted"),
    answer("decline", (context, id) => invitations.decline(context.requestContext, id), "declined"),
  ];
}
