import type { Store } from "../store.ts";

/** A user or a client that a page names. The name is empty when it no longer exists. */
export interface Named {
  readonly kind: "user" | "client";
  readonly id: string;
  readonly name: string;
}

/** Returns what finds the current names of users and clients, and reads each name once. */
export function createNaming({
  users,
  clients,
}: Pick<Store, "users" | "clients">): (kind: Named["kind"], id: string) => Promise<Named> {
  const asked = new Map<string, Promise<string>>();
  const nameOf = async (kind: Named["kind"], id: string): Promise<string> => {
    if (kind === "client") return (await clients.find(id))?.name ?? "";
    const user = await users.find(id);
    return user === undefined ? "" : user.username || user.email;
  };
  return async (kind, id) => {
    const asking = asked.get(kind + id) ?? nameOf(kind, id);
    asked.set(kind + id, asking);
    return { kind, id, name: await asking };
  };
}
