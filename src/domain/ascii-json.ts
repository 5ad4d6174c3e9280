/** Returns JSON with escapes for all characters beyond ASCII. */
export const asciiJson = (value: object): string =>
  JSON.stringify(value).replace(
    /[^\x00-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
