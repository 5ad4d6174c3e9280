import { visibleName } from "../../../domain/security/visible-text.ts";
import { html, type Html } from "../../kit/html.ts";
import { IdentityError, type Reason } from "../../../domain/errors.ts";
import { inviteeOf } from "../../../domain/groups/invitee.ts";
import { hasRank, mayRemove } from "../../../domain/groups/roles.ts";
import type { Membership, NamedMember } from "../../../domain/groups/communities.ts";
import type { GroupRole } from "../../../domain/model.ts";
import { button, field, form, lengthComplaint, notice, select } from "../../kit/form.ts";
import { forUsers, type UserPage } from "../../request/guards.ts";
import type { WebDependencies } from "../../request/dependencies.ts";
import { communitiesMessages } from "./communities-messages.ts";
import { day } from "../../kit/times.ts";
import type { Route, PageContext } from "../../request/page-context.ts";
import { fieldValue, queryValue, seeOther, shownValue } from "../../request/page-context.ts";
import { accountPage, nextPage, pageRequest } from "../account-page.ts";
import { groupId } from "./group-id.ts";
import { sentInvitations } from "./invitations.ts";
import { invitationsMessages } from "./invitations-messages.ts";

const ROLES: readonly GroupRole[] = ["member", "administrator", "owner"];

function roleOf(text: string): GroupRole {
  const role = ROLES.find((each) => each === text);
  if (role === undefined) throw new IdentityError("FIELD_INVALID", "There is no such role.");
  return role;
}

/**
 * Renders the forms for one member. Owners change roles and remove members; administrators remove
 * members.
 */
function memberForms(
  context: PageContext,
  { group, role }: Membership,
  { member, name, isGone }: NamedMember,
): Html {
  const messages = communitiesMessages[context.language];
  const about = { id: group.id.toString(), user: member.userId };
  const roles = role === "owner" && !isGone ? ROLES.filter((each) => each !== member.role) : [];
  if (!mayRemove(role, member)) return html``;
  const makeButton = (each: GroupRole): Html =>
    button(messages.make[each], { name: "role", value: each, isSecond: true, isSmall: true });
  return html`<details>
    <summary>
      ${messages.manage}<span class="hidden">: ${isGone ? messages.gone : visibleName(name)}</span>
    </summary>
    ${
      roles.length === 0
        ? ""
        : form(
            context,
            { action: "/account/community/role", values: about, className: "acts" },
            html`${roles.map(makeButton)}`,
          )
    }
    ${form(
      context,
      { action: "/account/community/remove", values: about, className: "acts" },
      button(messages.remove, { isSecond: true, isSmall: true, isDangerous: true }),
    )}
  </details>`;
}

function inviteForm(
  context: PageContext,
  { group, role }: Membership,
  wrong: string | undefined,
): Html {
  const messages = communitiesMessages[context.language];
  const roles =
    role === "owner"
      ? select({
          name: "role",
          label: messages.role,
          options: ROLES.map((each) => [each, messages.roles[each]]),
        })
      : "";
  const fields = html`${field({
    name: "known",
    label: messages.known,
    type: "text",
    autocomplete: "off",
    value: shownValue(context, "known"),
    error: wrong,
  })}${roles}${button(messages.invite, { isSecond: true })}`;
  return html`<h2>${messages.inviteTitle}</h2>
    ${form(
      context,
      {
        action: "/account/community/invite",
        values: { id: group.id.toString() },
        className: "stack short",
      },
      fields,
    )}`;
}

const lastForm = (
  context: PageContext,
  { group }: Membership,
  { action, summary, text }: { action: string; summary: string; text: string },
): Html =>
  html`<details>
    <summary>${summary}</summary>
    <p class="quiet">${text}</p>
    ${form(
      context,
      { action, values: { id: group.id.toString() }, className: "acts" },
      button(summary, { isSecond: true, isSmall: true, isDangerous: true }),
    )}
  </details>`;

const PATH = "/account/community";

/** Returns what the page says about an error, beside the field or above all; undefined: nothing. */
function explained(
  { language }: PageContext,
  { reason }: IdentityError,
): { readonly known?: string; readonly text?: string } | undefined {
  const messages = communitiesMessages[language];
  const { exists, declined, gone } = invitationsMessages[language];
  const texts: Partial<Record<Reason, { readonly known?: string; readonly text?: string }>> = {
    GROUP_LAST_OWNER: { text: messages.lastOwner },
    GROUP_INVITATION_NOT_FOUND: { text: gone },
    USER_NOT_FOUND: { known: messages.unknown },
    GROUP_MEMBER_EXISTS: { known: messages.exists },
    GROUP_INVITATION_EXISTS: { known: exists },
    GROUP_INVITATION_DECLINED: { known: declined },
  };
  return texts[reason];
}

export function communityRoutes({
  communities,
  groups,
  invitations,
  invitationLists,
}: WebDependencies): readonly Route[] {
  /** Renders the invitations that wait, for members who may invite. */
  const sent = async (context: PageContext, membership: Membership): Promise<Html> => {
    const { id } = membership.group;
    if (!hasRank(membership, "administrator")) return html``;
    const { items, nextPageToken } = await invitationLists.ofGroup(
      context.requestContext,
      id,
      pageRequest(context, "invitations"),
    );
    const here = { ...context, path: PATH };
    return html`${sentInvitations(context, membership, items)}
    ${nextPage(here, nextPageToken, { id: id.toString() }, "invitations")}`;
  };
  const show =
    (id: bigint, wrong: { readonly known?: string; readonly text?: string } = {}): UserPage =>
    async (context, { user }) => {
      const messages = communitiesMessages[context.language];
      const membership = await communities.get(context.requestContext, id);
      const { items, nextPageToken } = await communities.members(
        context.requestContext,
        id,
        pageRequest(context),
      );
      const nameOf = (each: NamedMember): string =>
        each.isGone ? messages.gone : each.name === "" ? messages.nameless : visibleName(each.name);
      const row = (each: NamedMember) =>
        html`<li>
          <div>
            <strong><bdi>${nameOf(each)}</bdi></strong
            >${
              each.member.userId === user.id
                ? html` <span class="quiet">${messages.you}</span>`
                : ""
            }
            <span class="badge">${messages.roles[each.member.role]}</span>
            <p class="quiet small">
              ${messages.since} ${day(context.language, each.member.createdAt)}
            </p>
          </div>
          ${each.member.userId === user.id ? "" : memberForms(context, membership, each)}
        </li>`;
      const { group, role } = membership;
      const leave = lastForm(context, membership, {
        action: "/account/community/leave",
        summary: messages.leave,
        text: messages.leaveText,
      });
      const remove = lastForm(context, membership, {
        action: "/account/community/delete",
        summary: messages.delete,
        text: messages.deleteText,
      });
      const body = html`${wrong.text === undefined ? "" : notice(wrong.text, "bad")}
        <p class="quiet">${messages.number(group.id.toString())}</p>
        <ul class="rows">
          ${items.map(row)}
        </ul>
        ${nextPage({ ...context, path: PATH }, nextPageToken, { id: id.toString() })}
        ${await sent(context, membership)}
        ${hasRank({ role }, "administrator") ? inviteForm(context, membership, wrong.known) : ""}
        <div class="below">${leave}${role === "owner" ? remove : ""}</div>`;
      return accountPage(context, {
        title: group.name,
        body,
        tab: "/account/communities",
        notices: { ...messages.notices, ...invitationsMessages[context.language].notices },
        status: Object.keys(wrong).length === 0 ? 200 : 422,
        place: { path: PATH, parameters: [["id", id.toString()]] },
      });
    };
  /**
   * Creates the route of one action. Errors that the page can explain are shown on it; success
   * redirects to `location`.
   */
  const act = (
    name: string,
    perform: (context: PageContext, id: bigint) => Promise<unknown>,
    location: (id: bigint) => string,
  ): Route => ({
    method: "POST",
    path: `${PATH}/${name}`,
    page: forUsers(async (context, signedIn) => {
      const id = groupId(fieldValue(context, "id"));
      try {
        await perform(context, id);
      } catch (error) {
        if (!(error instanceof IdentityError)) throw error;
        const tooLong = lengthComplaint(context, error, "known");
        if (tooLong !== undefined) return show(id, { known: tooLong.text })(context, signedIn);
        const wrong = explained(context, error);
        if (wrong !== undefined) return show(id, wrong)(context, signedIn);
        throw error;
      }
      return seeOther(location(id));
    }),
  });
  const here = (message: string) => (id: bigint) => `${PATH}?id=${id}&notice=${message}`;
  const list = (message: string) => () => `/account/communities?notice=${message}`;
  return [
    {
      method: "GET",
      path: PATH,
      page: forUsers((context, signedIn) =>
        show(groupId(queryValue(context, "id")))(context, signedIn),
      ),
    },
    act(
      "invite",
      (context, id) =>
        invitations.invite(
          context.requestContext,
          id,
          inviteeOf(fieldValue(context, "known").trim()),
          roleOf(fieldValue(context, "role") || "member"),
        ),
      here("invited"),
    ),
    act(
      "withdraw",
      (context, id) =>
        invitations.withdraw(context.requestContext, id, fieldValue(context, "user")),
      here("withdrawn"),
    ),
    act(
      "role",
      (context, id) =>
        groups.changeRole(
          context.requestContext,
          id,
          fieldValue(context, "user"),
          roleOf(fieldValue(context, "role")),
        ),
      here("role"),
    ),
    act(
      "remove",
      (context, id) => groups.removeMember(context.requestContext, id, fieldValue(context, "user")),
      here("removed"),
    ),
    act(
      "leave",
      (context, id) =>
        groups.removeMember(context.requestContext, id, context.signedIn?.user.id ?? ""),
      list("left"),
    ),
    act("delete", (context, id) => groups.delete(context.requestContext, id), list("deleted")),
  ];
}
