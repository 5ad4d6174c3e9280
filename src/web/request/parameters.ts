// The parameters of a query or a form, read strictly: what can't be read exactly is no request.
// It owns percent-encoding and must not know the names.

/** More than any form of ours or any request of an application has. */
const MAX_PAIRS = 200;

/** The pairs in their order; undefined for too many, a broken escape or text that is no UTF-8. */
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

/** Whether a name comes twice. */
export const hasRepeated = (pairs: readonly (readonly [string, string])[]): boolean =>
  new Set(pairs.map(([name]) => name)).size < pairs.length;
