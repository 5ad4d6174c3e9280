// Communities and their members.
import { invalidField } from "../../errors.ts";
import type { GroupRole } from "../../model.ts";
import { collision, type Kind, UNCHANGED } from "./kind.ts";

const ROLES: readonly GroupRole[] = ["member", "administrator", "owner"];
const MAX_NAME = 255;

export const groupKind: Kind = {
  name: "group",
  rank: 1,
  fields: ["id", "name", "owner", "vk_group_id"],
  async read(fields, { store, references, now }) {
    const id = fields.group("id");
    const name = fields.needed("name", MAX_NAME);
    const vkGroupId = fields.integer("vk_group_id") ?? 0n;
    if (vkGroupId < 0n) throw invalidField("vk_group_id", "is below 0");
    const owner = fields.has("owner")
      ? await references.user("owner", fields.text("owner"))
      : undefined;
    const known = await store.groups.find(id);
    if (known === undefined) {
      const group = { id, name, vkGroupId, createdAt: now };
      const member = { groupId: id, role: "owner" as const, createdAt: now };
      const members = owner === undefined ? [] : [{ ...member, userId: owner.id }];
      return { ref: String(id), rows: { groups: [group], members } };
    }
    if (known.name !== name) throw collision("name", "is not that of the group in the database");
    if (fields.has("vk_group_id") && known.vkGroupId !== vkGroupId)
      throw collision("vk_group_id", "is not that of the group in the database");
    if (owner !== undefined && (await store.groups.member(id, owner.id))?.role !== "owner")
      throw collision("owner", "is no owner of the group in the database");
    return UNCHANGED;
  },
};

export const memberKind: Kind = {
  name: "member",
  rank: 2,
  fields: ["group_id", "user", "role"],
  async read(fields, { store, references, now }) {
    const groupId = fields.group("group_id");
    const role = (fields.text("role") || "member") as GroupRole;
    if (!ROLES.includes(role)) throw invalidField("role", `is none of ${ROLES.join(", ")}`);
    const user = await references.user("user", fields.needed("user"));
    await references.group("group_id", groupId);
    const known = await store.groups.member(groupId, user.id);
    if (known === undefined)
      return {
        ref: `${groupId}/${user.id}`,
        rows: { members: [{ groupId, userId: user.id, role, createdAt: now }] },
      };
    if (known.role !== role) throw collision("role", "is not that of the member in the database");
    return UNCHANGED;
  },
};
