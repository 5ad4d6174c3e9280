import { noMailer } from "../domain/email/mailer.ts";
import { Communities } from "../domain/groups/communities.ts";
import { Groups } from "../domain/groups/groups.ts";
import { InvitationLists } from "../domain/groups/invitation-lists.ts";
import { Invitations } from "../domain/groups/invitations.ts";
import type { DomainDependencies } from "./dependencies.ts";
import type { Security } from "./security.ts";

export type GroupParts = ReturnType<typeof createGroups>;

/** Builds the groups of users. */
export function createGroups(
  { store, clock, mailer = noMailer }: DomainDependencies,
  { pageTokens }: Security,
) {
  const groups = new Groups({ store, clock, pageTokens });
  const communities = new Communities({ store, groups });
  const invitations = new Invitations({ store, clock, mailer });
  const invitationLists = new InvitationLists({ store, clock, pageTokens });
  return { groups, communities, invitations, invitationLists };
}
