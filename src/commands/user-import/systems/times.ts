/** A time of a database: the offset may have no minutes, or be a name of UTC. */
const SQL_TIME =
  /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?\s*(?:(Z|UTC|GMT)|([+-]\d\d)(?::?(\d\d))?)?$/i;

/**
 * Returns an RFC 3339 timestamp of milliseconds, or of the text of a database, which is in UTC
 * unless it says otherwise. A text of another kind stays as it is; a time that is zero is none.
 */
export function timestampOf(value: unknown): string {
  if (typeof value === "number") return ofMilliseconds(value, value);
  if (typeof value === "object" && value !== null && "$date" in value)
    return timestampOf(value.$date);
  if (typeof value !== "string") return "";
  const text = value.trim();
  if (/^\d{12,14}$/.test(text)) return ofMilliseconds(Number(text), text);
  const [, date, time, fraction = "", , hours, minutes = "00"] = SQL_TIME.exec(text) ?? [];
  if (date === undefined || time === undefined) return text;
  if (date === "0000-00-00" || date === "0001-01-01") return "";
  const offset = hours === undefined ? "Z" : `${hours}:${minutes}`;
  const parsed = Date.parse(`${date}T${time}${fraction.slice(0, 4)}${offset}`);
  return ofMilliseconds(parsed, text);
}

const ofMilliseconds = (time: number, otherwise: number | string): string =>
  Number.isFinite(time) && Math.abs(time) < 8.64e15
    ? new Date(time).toISOString()
    : String(otherwise);
