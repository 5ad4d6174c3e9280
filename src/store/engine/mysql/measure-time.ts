import { sql } from "kysely";
import { ticks } from "../../../domain/clock.ts";
import type { MeasuredTime } from "../../../domain/database-clock.ts";
import type { Database } from "../database.ts";

/** How often the time is asked for. The quickest answer is the most exact. */
const SAMPLES = 3;

/**
 * The server's time in microseconds since 1970. `unix_timestamp` would go through the time zone of
 * the session, where an hour of autumn comes twice.
 */
export const SERVER_TIME = sql<string>`timestampdiff(microsecond, '1970-01-01', utc_timestamp(6))`;

/** Measures the time of a MySQL server on one connection. */
export const measureTime = (db: Database): Promise<MeasuredTime> =>
  db.connection().execute(async (connection) => {
    let best: MeasuredTime | undefined;
    for (let samples = 0; samples < SAMPLES; samples++) {
      const sent = ticks();
      const { rows } = await sql<{ micros: string }>`select ${SERVER_TIME} as micros`.execute(
        connection,
      );
      const within = (ticks() - sent) / 2;
      // The server read its clock between the two; in the middle, as far as is known.
      if (best === undefined || within < best.within)
        best = { time: Number(rows[0]!.micros) / 1000, at: sent + within, within };
    }
    return best!;
  });
