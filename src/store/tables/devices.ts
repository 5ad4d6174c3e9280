import type { DeviceStore } from "../../domain/accounts/store.ts";
import type { Database } from "../engine/database.ts";

export const devices = (db: Database): DeviceStore => ({
  async record(device) {
    const row = {
      user_id: device.userId,
      gaid: device.gaid,
      bundle: device.bundle,
      os_int: device.osInt.toString(),
      sdk_version: device.sdkVersion,
      seen_at: device.seenAt,
    };
    await db.replaceInto("devices").values(row).execute();
  },

  async list(userId) {
    const rows = await db
      .selectFrom("devices")
      .selectAll()
      .where("user_id", "=", userId)
      .orderBy("gaid")
      .execute();
    return rows.map((row) => ({
      userId: row.user_id,
      gaid: row.gaid,
      bundle: row.bundle,
      osInt: BigInt(row.os_int),
      sdkVersion: row.sdk_version,
      seenAt: row.seen_at,
    }));
  },
});
