// The parameters of a query or a form, read strictly: what can't be read exactly is no request.
// It owns percent-encoding and must not know the names.

/** The pairs in their order; undefined for a broken escape or text that is no UTF-8. */
export function parsePairs(text: string): (readonly [string, string])[] | undefined {
  const decode = (part: string): string => decodeURIComponent(part.replaceAll("+", " "));
  try {
    return text.split("&").filter((pair) => pair !== "").map((pair) => {
      const equals = pair.indexOf("=");
      return equals < 0 ? ([decode(pair), ""] as const) : ([decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))] as const);
    });
  } catch {
    return undefined;
  }
}

/** The fields of a form; undefined when one comes twice. */
export function toFields(pairs: readonly (readonly [string, string])[]): ReadonlyMap<string, string> | undefined {
  const fields = new Map(pairs);
  return fields.size === pairs.length ? fields : undefined;
}
