import { Communities } from "../domain/groups/communities.ts";
import { Groups } from "../domain/groups/groups.ts";
import type { DomainDependencies } from "./dependencies.ts";
import type { Security } from "./security.ts";

export type GroupParts = ReturnType<typeof createGroups>;

/** Builds the groups of users. */
export function createGroups({ store, clock }: DomainDependencies, { pageTokens }: Security) {
  const groups = new Groups({ store, clock, pageTokens });
  const communities = new Communities({ store, clock, groups });
  return { groups, communities };
}
