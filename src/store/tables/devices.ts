import type { DeviceStore } from "../../domain/accounts/store.ts";
import type { Device } from "../../domain/model.ts";
import type { Database } from "../engine/database.ts";
import type { Tables } from "../engine/schema.ts";
import { overwrite } from "../engine/writes/overwrite.ts";

export const deviceRow = (device: Device): Tables["devices"] => ({
  user_id: device.userId,
  gaid: device.gaid,
  bundle: device.bundle,
  os_int: device.osInt.toString(),
  sdk_version: device.sdkVersion,
  seen_at: device.seenAt,
});

export const toDevice = (row: Tables["devices"]): Device => ({
  userId: row.user_id,
  gaid: row.gaid,
  bundle: row.bundle,
  osInt: BigInt(row.os_int),
  sdkVersion: row.sdk_version,
  seenAt: row.seen_at,
});

export const devices = (db: Database): DeviceStore => ({
  async record(device) {
    await overwrite(db, "devices", ["user_id", "gaid"], [deviceRow(device)]).execute();
  },

  async list(userId) {
    const rows = await db
      .selectFrom("devices")
      .selectAll()
      .where("user_id", "=", userId)
      .orderBy("gaid")
      .execute();
    return rows.map(toDevice);
  },
});
