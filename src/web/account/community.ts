// One community and who is in it. It owns the page and its forms, and must not know who may do
// what: it offers what the domain would allow, and the domain decides.
import { visibleName } from "../../domain/security/visible-text.ts";
import { html } from "../kit/html.ts";
import { IdentityError } from "../../domain/errors.ts";
import { hasRank, mayRemove } from "../../domain/groups/groups.ts";
import type { Membership, NamedMember } from "../../domain/groups/communities.ts";
import type { GroupRole } from "../../domain/model.ts";
import { button, field, form, lengthComplaint, notice, select } from "../kit/form.ts";
import { forUsers, type UserPage } from "../request/guards.ts";
import type { Html } from "../kit/layout.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { communitiesMessages } from "./communities-messages.ts";
import { day } from "../kit/times.ts";
import type { Route, PageContext } from "../request/page-context.ts";
import { fieldValue, queryValue, seeOther, shownValue } from "../request/page-context.ts";
import { accountPage, nextPage, pageRequest } from "./account-page.ts";

const ROLES: readonly GroupRole[] = ["member", "administrator", "owner"];

/** The number of a group; 0 is none. */
const groupId = (text: string): bigint => (/^\d{1,16}$/.test(text) ? BigInt(text) : 0n);

function roleOf(text: string): GroupRole {
  const role = ROLES.find((each) => each === text);
  if (role === undefined) throw new IdentityError("FIELD_INVALID", "There is no such role.");
  return role;
}

/**
 * What can be done with a member: owners name roles and remove anybody, administrators remove
 * members.
 */
function memberForms(
  visit: PageContext,
  { group, role }: Membership,
  { member, name, isGone }: NamedMember,
): Html {
  const texts = communitiesMessages[visit.language];
  const about = { id: group.id.toString(), user: member.userId };
  const roles = role === "owner" && !isGone ? ROLES.filter((each) => each !== member.role) : [];
  if (!mayRemove(role, member)) return html``;
  return html`<details>
    <summary>
      ${texts.manage}<span class="hidden">: ${isGone ? texts.gone : visibleName(name)}</span>
    </summary>
    ${roles.length === 0 ? "" : form(visit, "/account/community/role", about, html`${roles.map((each) => button(texts.make[each], { name: "role", value: each, isSecond: true, isSmall: true }))}`, "acts")}
    ${form(visit, "/account/community/remove", about, button(texts.remove, { isSecond: true, isSmall: true, isDangerous: true }), "acts")}
  </details>`;
}

function addForm(visit: PageContext, { group, role }: Membership, wrong: string | undefined): Html {
  const texts = communitiesMessages[visit.language];
  const roles =
    role === "owner"
      ? select({
          name: "role",
          label: texts.role,
          options: ROLES.map((each) => [each, texts.roles[each]]),
        })
      : "";
  const fields = html`${field({ name: "known", label: texts.known, type: "text", autocomplete: "off", value: shownValue(visit, "known"), error: wrong })}${roles}${button(texts.add, { isSecond: true })}`;
  return html`<h2>${texts.addTitle}</h2>
    ${form(visit, "/account/community/add", { id: group.id.toString() }, fields, "stack short")}`;
}

const lastForm = (
  visit: PageContext,
  action: string,
  { group }: Membership,
  summary: string,
  text: string,
): Html =>
  html`<details>
    <summary>${summary}</summary>
    <p class="quiet">${text}</p>
    ${form(visit, action, { id: group.id.toString() }, button(summary, { isSecond: true, isSmall: true, isDangerous: true }), "acts")}
  </details>`;

const PATH = "/account/community";

export function communityRoutes({ communities, groups }: WebDependencies): readonly Route[] {
  const show =
    (id: bigint, wrong: { readonly known?: string; readonly text?: string } = {}): UserPage =>
    async (visit, { user }) => {
      const texts = communitiesMessages[visit.language];
      const membership = await communities.get(visit.context, id);
      const { items, nextPageToken } = await communities.members(
        visit.context,
        id,
        pageRequest(visit),
      );
      const nameOf = (each: NamedMember): string =>
        each.isGone ? texts.gone : each.name === "" ? texts.nameless : visibleName(each.name);
      const row = (each: NamedMember) =>
        html`<li>
          <div>
            <strong><bdi>${nameOf(each)}</bdi></strong
            >${each.member.userId === user.id ? html` <span class="quiet">${texts.you}</span>` : ""}
            <span class="badge">${texts.roles[each.member.role]}</span>
            <p class="quiet small">${texts.since} ${day(visit.language, each.member.createdAt)}</p>
          </div>
          ${each.member.userId === user.id ? "" : memberForms(visit, membership, each)}
        </li>`;
      const { group, role } = membership;
      const body = html`${wrong.text === undefined ? "" : notice(wrong.text, "bad")}
        <p class="quiet">${texts.number(group.id.toString())}</p>
        <ul class="rows">
          ${items.map(row)}
        </ul>
        ${nextPage({ ...visit, path: PATH }, nextPageToken, { id: id.toString() })}
        ${hasRank({ role }, "administrator") ? addForm(visit, membership, wrong.known) : ""}
        <div class="below">
          ${lastForm(visit, "/account/community/leave", membership, texts.leave, texts.leaveText)}${role === "owner" ? lastForm(visit, "/account/community/delete", membership, texts.delete, texts.deleteText) : ""}
        </div>`;
      return accountPage(visit, {
        title: group.name,
        body,
        tab: "/account/communities",
        messages: texts.messages,
        status: Object.keys(wrong).length === 0 ? 200 : 422,
        place: { path: PATH, parameters: [["id", id.toString()]] },
      });
    };
  /** An act, and where it leads to; what the page itself can explain is said there. */
  const act = (
    name: string,
    perform: (visit: PageContext, id: bigint) => Promise<unknown>,
    location: (id: bigint) => string,
  ): Route => ({
    method: "POST",
    path: `${PATH}/${name}`,
    page: forUsers(async (visit, signedIn) => {
      const id = groupId(fieldValue(visit, "id"));
      try {
        await perform(visit, id);
      } catch (error) {
        const texts = communitiesMessages[visit.language];
        if (!(error instanceof IdentityError)) throw error;
        const tooLong = lengthComplaint(visit, error, "known");
        if (tooLong !== undefined) return show(id, { known: tooLong.text })(visit, signedIn);
        if (error.reason === "GROUP_LAST_OWNER")
          return show(id, { text: texts.lastOwner })(visit, signedIn);
        if (error.reason === "USER_NOT_FOUND")
          return show(id, { known: texts.unknown })(visit, signedIn);
        if (error.reason === "GROUP_MEMBER_EXISTS")
          return show(id, { known: texts.exists })(visit, signedIn);
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
      page: forUsers((visit, signedIn) => show(groupId(queryValue(visit, "id")))(visit, signedIn)),
    },
    act(
      "add",
      (visit, id) =>
        communities.add(
          visit.context,
          id,
          fieldValue(visit, "known"),
          roleOf(fieldValue(visit, "role") || "member"),
        ),
      here("added"),
    ),
    act(
      "role",
      (visit, id) =>
        groups.changeRole(
          visit.context,
          id,
          fieldValue(visit, "user"),
          roleOf(fieldValue(visit, "role")),
        ),
      here("role"),
    ),
    act(
      "remove",
      (visit, id) => groups.removeMember(visit.context, id, fieldValue(visit, "user")),
      here("removed"),
    ),
    act(
      "leave",
      (visit, id) => groups.removeMember(visit.context, id, visit.signedIn?.user.id ?? ""),
      list("left"),
    ),
    act("delete", (visit, id) => groups.delete(visit.context, id), list("deleted")),
  ];
}
