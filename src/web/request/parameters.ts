/** More than any of our forms or any authorization request needs. */
const MAX_PAIRS = 200;

/**
 * Parses urlencoded text. Returns undefined for too many pairs, a broken escape or invalid UTF-8.
 */
export function parsePairs(text: string): (readonly [string, string])[] | undefined {
  const dependencies = text.split("&", MAX_PAIRS + 1);
  if (dependencies.length > MAX_PAIRS) return undefined;
  const decode = (part: string): string => decodeURIComponent(part.replaceAll("+", " "));
  try {
    return dependencies
      .filter((pair) => pair !== "")
      .map((pair) => {
        const equals = pair.indexOf("=");
        return equals < 0
          ? ([decode(pair), ""] as const)
          : ([decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))] as const);
      });
  } catch {
    return undefined;
  }
}

/** Returns whether a name is repeated. */
export const hasRepeated = (pairs: readonly (readonly [string, string])[]): boolean =>
  new Set(pairs.map(([name]) => name)).size < pairs.length;
