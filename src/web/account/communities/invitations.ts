import { IdentityError } from "../../../domain/errors.ts";
import type { NamedInvitation } from "../../../domain/groups/invitation-lists.ts";
import { giverOf, hasRank } from "../../../domain/groups/roles.ts";
import type { Membership } from "../../../domain/groups/communities.ts";
import { visibleName } from "../../../domain/security/visible-text.ts";
import { button, form } from "../../kit/form.ts";
import { html, type Html } from "../../kit/html.ts";
import { day } from "../../kit/times.ts";
import type { PageContext } from "../../request/page-context.ts";
import { communitiesMessages } from "./communities-messages.ts";
import { invitationsMessages } from "./invitations-messages.ts";

/** Returns whether an invitation was answered or withdrawn in the meantime. */
export const isGone = (error: unknown): boolean =>
  error instanceof IdentityError && error.reason === "GROUP_INVITATION_NOT_FOUND";

/** Renders the invitations to the user of the page. */
export function receivedInvitations(
  context: PageContext,
  invitations: readonly NamedInvitation[],
): Html {
  if (invitations.length === 0) return html``;
  const messages = invitationsMessages[context.language];
  const row = ({ invitation, groupName, inviterName }: NamedInvitation): Html => {
    const { groupId, role, invitedBy, expiresAt } = invitation;
    const name = visibleName(groupName);
    const answer = (action: string, label: string, isSecond: boolean): Html =>
      form(
        context,
        {
          action: `/account/invitations/${action}`,
          values: { id: groupId.toString() },
          className: "inline",
        },
        button(label, { about: name, isSecond, isSmall: true }),
      );
    const inviter =
      inviterName === ""
        ? communitiesMessages[context.language].nameless
        : visibleName(inviterName);
    return html`<li>
      <div>
        <strong><bdi>${name}</bdi></strong>
        <span class="badge">${communitiesMessages[context.language].roles[role]}</span>
        <p class="quiet small">
          <bdi>${invitedBy === undefined ? messages.byServer : messages.by(inviter)}</bdi> ·
          ${messages.until} ${day(context.language, expiresAt)}
        </p>
      </div>
      ${answer("accept", messages.accept, false)} ${answer("decline", messages.decline, true)}
    </li>`;
  };
  return html`<h2>${messages.title}</h2>
    <p class="quiet">${messages.what}</p>
    <ul class="rows">
      ${invitations.map(row)}
    </ul>`;
}

/** Renders the invitations to a community that wait, with a button for those who may withdraw. */
export function sentInvitations(
  context: PageContext,
  { group, role }: Membership,
  invitations: readonly NamedInvitation[],
): Html {
  if (invitations.length === 0) return html``;
  const messages = invitationsMessages[context.language];
  const { roles, nameless } = communitiesMessages[context.language];
  const row = ({ invitation, username }: NamedInvitation): Html => {
    const name = username === "" ? nameless : visibleName(username);
    const withdraw = form(
      context,
      {
        action: "/account/community/withdraw",
        values: { id: group.id.toString(), user: invitation.userId },
        className: "inline",
      },
      button(messages.withdraw, { about: name, isSecond: true, isSmall: true }),
    );
    return html`<li>
      <div>
        <strong><bdi>${name}</bdi></strong>
        <span class="badge">${roles[invitation.role]}</span>
        <p class="quiet small">${messages.until} ${day(context.language, invitation.expiresAt)}</p>
      </div>
      ${hasRank({ role }, giverOf(invitation.role)) ? withdraw : ""}
    </li>`;
  };
  return html`<h2>${messages.sent}</h2>
    <ul class="rows">
      ${invitations.map(row)}
    </ul>`;
}
