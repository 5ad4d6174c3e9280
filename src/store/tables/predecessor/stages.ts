import type { NamedValue, Stage } from "../../../domain/predecessor/stage.ts";
import type { StageStore } from "../../../domain/predecessor/store.ts";
import type { Database } from "../../engine/database.ts";

/** A share is stored in hundredths of a percent: the column holds whole numbers. */
const HUNDREDTHS = 100;

export const stages = (db: Database): StageStore => ({
  async list() {
    const rows = await db.selectFrom("stages").selectAll().orderBy("api").execute();
    return rows.map((row) => ({
      api: row.api,
      stage: row.stage as Stage,
      before: row.before_stage as Stage,
      percent: row.percent / HUNDREDTHS,
      only: JSON.parse(row.only_values) as NamedValue[],
      changedAt: row.changed_at,
    }));
  },

  async save({ api, stage, before, percent, only, changedAt }) {
    const row = {
      api,
      stage,
      before_stage: before,
      percent: Math.round(percent * HUNDREDTHS),
      only_values: JSON.stringify(only),
      changed_at: changedAt,
    };
    await db.replaceInto("stages").values(row).execute();
  },
});
