import type { StateImportProgress, StateStore } from "../../../domain/state/store.ts";
import type { Database } from "../../engine/database.ts";
import type { Tables } from "../../engine/schema.ts";

const toProgress = (row: Tables["state_imports"]): StateImportProgress => ({
  id: row.id,
  file: row.file,
  realm: row.realm,
  startedAt: row.started_at,
  rank: row.file_rank,
  line: row.line,
  lines: row.lines_read,
  imported: JSON.parse(row.imported) as Record<string, number>,
  unchanged: row.unchanged,
  invalid: row.invalid,
  reportBytes: row.report_bytes,
  finishedAt: row.finished_at ?? undefined,
});

export const progress = (
  db: Database,
): Pick<StateStore, "save" | "find" | "findUnfinished" | "list"> => ({
  async save(given) {
    const row = {
      id: given.id,
      file: given.file,
      realm: given.realm,
      started_at: given.startedAt,
      file_rank: given.rank,
      line: given.line,
      lines_read: given.lines,
      imported: JSON.stringify(given.imported),
      unchanged: given.unchanged,
      invalid: given.invalid,
      report_bytes: given.reportBytes,
      finished_at: given.finishedAt ?? null,
    };
    await db.replaceInto("state_imports").values(row).execute();
  },

  async find(id) {
    const query = db.selectFrom("state_imports").selectAll().where("id", "=", id);
    const row = await query.executeTakeFirst(); // The primary key.
    return row && toProgress(row);
  },

  async findUnfinished(file) {
    const row = await db
      .selectFrom("state_imports")
      .selectAll()
      .where("file", "=", file) // Index state_imports_file.
      .where("finished_at", "is", null)
      .orderBy("id", "desc")
      .limit(1)
      .executeTakeFirst();
    return row && toProgress(row);
  },

  async list(limit) {
    const query = db.selectFrom("state_imports").selectAll().orderBy("id", "desc").limit(limit);
    return (await query.execute()).map(toProgress); // The primary key.
  },
});
