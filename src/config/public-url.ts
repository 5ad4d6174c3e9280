import type { SettingReader } from "./setting-reader.ts";

const SETTING = "PUBLIC_URL";
/** Characters that mean the same in a path, a cookie and an attribute, and percent-encoded ones. */
const SEGMENT = /^(?:[\w.~-]|%[0-9a-f]{2})+$/i;

/** Reads PUBLIC_URL without the slash at its end. No problem quotes it: it may hold a password. */
export function readPublicUrl(reader: SettingReader): string | undefined {
  if (!reader.isSet(SETTING)) return undefined;
  const publicUrl = reader.url(SETTING, ["https:", "http:"]).replace(/\/+$/, "");
  const parsed = URL.parse(publicUrl);
  // The reader has reported another scheme already.
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return publicUrl;
  if (/[?#]/.test(publicUrl)) reader.problem(SETTING, "must have no query and no fragment");
  else if (parsed.username !== "" || parsed.password !== "" || /^\w+:\/\/[^/]*@/.test(publicUrl))
    reader.problem(SETTING, "must have no user name and no password");
  else if (!isPath(publicUrl.replace(/^\w+:\/\/[^/\\]*/, "")))
    reader.problem(
      SETTING,
      "has a path that can't be a prefix: its segments are letters, digits, `-`, `.`, `_`, `~` " +
        "and percent-encoded UTF-8, and none is empty, `.` or `..`",
    );
  return publicUrl;
}

/** Returns whether a path is empty or has segments that every part of a request keeps as it is. */
const isPath = (path: string): boolean =>
  path === "" || (path.startsWith("/") && path.slice(1).split("/").every(isSegment));

function isSegment(segment: string): boolean {
  try {
    const decoded = decodeURIComponent(segment);
    return (
      SEGMENT.test(segment) &&
      decoded !== "." &&
      decoded !== ".." &&
      decoded !== ".well-known" &&
      !/[\p{C}/\\]/u.test(decoded)
    );
  } catch {
    return false;
  }
}
