import { createHash } from "node:crypto";
import { collision, type Kind, UNCHANGED } from "./kind.ts";

const MAX_ID = 255;

/** Returns the reference of a device: advertising ids may be long. */
export const deviceRef = (userId: string, gaid: string): string =>
  `${userId}/${createHash("sha256").update(gaid).digest("base64url")}`;

export const deviceKind: Kind = {
  name: "device",
  rank: 2,
  fields: ["user", "gaid", "bundle", "os_int", "sdk_ver_c"],
  async read(fields, { store, references, now }) {
    const gaid = fields.needed("gaid", MAX_ID);
    const device = {
      gaid,
      bundle: fields.text("bundle", MAX_ID),
      osInt: fields.integer("os_int") ?? -1n,
      sdkVersion: fields.text("sdk_ver_c", MAX_ID),
      seenAt: now,
    };
    const { id: userId } = await references.user("user", fields.needed("user"));
    const known = await store.state.device(userId, gaid);
    if (known === undefined)
      return {
        ref: deviceRef(userId, gaid),
        mark: gaid,
        rows: { devices: [{ ...device, userId }] },
      };
    if (known.bundle !== device.bundle || known.osInt !== device.osInt)
      throw collision("gaid", "is that of another device of the user");
    return UNCHANGED;
  },
};
